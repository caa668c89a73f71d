"""Clients that stay: they write, and keep what was acknowledged; they read, and want whole answers."""

import asyncio
from dataclasses import dataclass, field
from random import Random

from tests.endtoend.asking import Client, capitalised

PAGE = """
query ($posts: Int, $comments: Int) {
  posts(first: $posts, orderBy: MOST_COMMENTED) {
    totalCount
    nodes {
      title author { name } category { name parent { name } }
      comments(first: $comments) { nodes { body author { name } replies(first: 5) { nodes { body } } } }
    }
  }
}
"""
WRITE = "mutation ($given: {type}!) {{ done: {mutation}(input: $given) {{ {result} {{ id }} }} }}"


@dataclass(frozen=True)
class Target:
    """Where everybody writes: global ids."""

    post: str
    category: str


@dataclass
class Writer:
    """Writes; `comments` and `posts` are the bodies that were acknowledged, by id."""

    client: Client
    token: str
    target: Target
    random: Random
    comments: dict[str, str] = field(default_factory=dict)
    posts: dict[str, str] = field(default_factory=dict)

    async def write(self, enough: asyncio.Event) -> None:
        """Until it is enough."""
        while not enough.is_set():
            await (self.comment() if self.random.random() < 0.85 else self.post())

    async def comment(self) -> None:
        body = self._body()
        id_ = await self._done("addComment", "comment", post=self.target.post, body=body)
        self.comments[id_] = body

    async def post(self) -> None:
        body = self._body()
        id_ = await self._done("createPost", "post", title=body, body=body, category=self.target.category)
        self.posts[id_] = body

    def _body(self) -> str:
        return f"{self.token[:8]} wrote {len(self.comments)} and {len(self.posts)}"

    async def _done(self, mutation: str, result: str, **given: str) -> str:
        query = WRITE.format(mutation=mutation, type=f"{capitalised(mutation)}Input", result=result)
        answer = await self.client.ask(query, {"given": given}, self.token)
        id_: str = answer["data"]["done"][result]["id"]
        return id_


async def read(client: Client, enough: asyncio.Event) -> None:
    """Read until it is enough; every answer is whole."""
    while not enough.is_set():
        answer = await client.ask(PAGE, {"posts": 10, "comments": 10})
        assert answer.keys() == {"data"}
