"""A server that stops and starts again at the same address, and what people say there meanwhile."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from urllib.parse import urlencode

import httpx

from tests.server.conftest import CHEAP
from tests.server.graphql_client import DEMO
from tests.server.running import Server, running

SIGN_IN = "mutation ($input: SignInInput!) { signIn(input: $input) { token } }"
ADD = "mutation ($input: AddCommentInput!) { addComment(input: $input) { comment { id } error { message } } }"
DELETE = "mutation ($id: ID!) { deleteComment(id: $id) { error { message } } }"
DECIDE = "mutation ($input: SetCommentStatusInput!) { setCommentStatus(input: $input) { error { message } } }"
EDIT = "mutation ($input: EditCommentInput!) { editComment(input: $input) { error { message } } }"


class Lives:
    """The sample blog of a database; its pages may come from another origin."""

    def __init__(self, database_url: str, origin: str, **settings: object) -> None:
        self.database = database_url
        self._settings = CHEAP | {"cors_origins": origin} | settings
        self._port = "0"
        self._life = ExitStack()
        self._tokens: dict[str, str] = {}
        self.server: Server

    def start(self, **settings: object) -> None:
        """At the address that it had before, if it had one."""
        arguments = ["--demo", "--port", self._port]
        settings = self._settings | settings
        self.server = self._life.enter_context(running(self.database, *arguments, **settings))
        self._port = self.server.url.rpartition(":")[2]

    def stop(self) -> None:
        self._life.close()

    def kill(self) -> None:
        """Without a word to anybody."""
        self.server.process.kill()
        self.stop()

    def ask(self, query: str, who: str | None = None, **variables: Any) -> Any:
        """The data of an answer without errors, as one of the sample blog's people or as nobody."""
        headers = {} if who is None else {"authorization": f"Bearer {self.token(who)}"}
        body = {"query": query, "variables": variables}
        answer = httpx.post(self.server.graphql, json=body, headers=headers, timeout=30).json()
        assert "errors" not in answer, answer
        return answer["data"]

    def do(self, mutation: str, who: str, **variables: Any) -> Any:
        """The payload of a mutation that has done what was asked for."""
        (payload,) = self.ask(mutation, who, **variables).values()
        assert payload["error"] is None, payload
        return payload

    def comment(self, who: str, post: str, body: str, parent: str | None = None) -> str:
        """The new comment's id."""
        added = self.do(ADD, who, input={"post": post, "body": body, "parent": parent})
        id_: str = added["comment"]["id"]
        return id_

    @contextmanager
    def told_of_removal(self, post: str, id_: str) -> Iterator[None]:
        """Wait at the end until all who follow the post are told that the comment was removed."""
        feed = f'subscription {{ commentFeed(post: "{post}") {{ ... on CommentRemoved {{ commentId }} }} }}'
        address = f"{self.server.graphql}?{urlencode({'query': feed})}"
        with httpx.stream("GET", address, headers={"accept": "text/event-stream"}, timeout=30) as stream:
            yield
            next(line for line in stream.iter_lines() if f'"{id_}"' in line)

    def token(self, who: str) -> str:
        """With which they are signed in."""
        if who not in self._tokens:
            data = self.ask(SIGN_IN, input={"email": f"{who}@example.org", "password": DEMO})
            self._tokens[who] = data["signIn"]["token"]
        return self._tokens[who]

    def forget(self, who: str) -> None:
        """Their session has ended."""
        del self._tokens[who]


@contextmanager
def alive(database_url: str, origin: str, **settings: object) -> Iterator[Lives]:
    """Begin with a life; whichever goes on at the end is ended."""
    lives = Lives(database_url, origin, **settings)
    try:
        lives.start()
        yield lives
    finally:
        lives.stop()
