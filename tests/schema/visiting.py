"""Somebody who reads a post, leaves, and comes back, over the API."""

from dataclasses import dataclass
from datetime import datetime

from models import Comment, CommentDecision, Post, User
from resolvers import comments
from resolvers.policy import Policy
from storage import Database
from tests import factories
from tests.resolvers.rows import POLICY, viewing
from tests.schema.mutating import Client, Context

PAGE = """query ($post: ID!) { post(by: {id: $post}) { feedCursor newCommentCount firstNewComment { id isNew }
    comments(flat: true, first: 100, orderBy: OLDEST) { nodes { id isNew } } } }"""
MARK = """mutation ($input: MarkReadInput!) { markRead(input: $input) {
    post { newCommentCount firstNewComment { id } } error { ...failure } } }"""


@dataclass(frozen=True)
class Page:
    """What a page of a post showed: all ids of comments by their numbers, and what was new, told in three ways."""

    cursor: str
    shown: list[int]
    new: list[int]
    count: int
    first: int | None


@dataclass
class Reader:
    """One person at one post."""

    database: Database
    who: User | None
    post: Post

    def __post_init__(self) -> None:
        self.client = Client(self.database)

    async def page(self) -> Page:
        """What they see now; the three ways agree."""
        context = Context(viewing(self.who))
        answer = await self.client.send(context, PAGE, {"post": f"post_{self.post.id}"})
        post = answer["data"]["post"]
        nodes = post["comments"]["nodes"]
        first = post["firstNewComment"]
        page = Page(
            post["feedCursor"],
            [_number(node["id"]) for node in nodes],
            [_number(node["id"]) for node in nodes if node["isNew"]],
            post["newCommentCount"],
            first and _number(first["id"]),
        )
        assert page.count == len(page.new)
        assert first is None or first["isNew"]
        assert (page.first in page.new) if page.new else page.first is None
        return page

    async def new(self) -> list[int]:
        """What is new to them."""
        return (await self.page()).new

    async def mark(self, cursor: str) -> object:
        """Mark the post as read up to there: how many are new then, or what is wrong."""
        given = {"input": {"post": f"post_{self.post.id}", "cursor": cursor}}
        answer = await self.client.do(self.who, MARK, given)
        return answer.get("newCommentCount", answer.get("__typename"))

    async def visit(self) -> Page:
        """Read the page and mark it as read."""
        page = await self.page()
        assert await self.mark(page.cursor) == 0
        return page


def _number(id_: str) -> int:
    return int(id_.removeprefix("comment_"))


async def write(
    post: Post,
    *,
    by: User | None = None,
    parent: int | None = None,
    under: Policy = POLICY,
    at: datetime | None = None,
) -> int:
    """A comment by somebody."""
    added = await comments.add_comment(
        viewing(by or await factories.user(), at),
        under,
        post=f"post_{post.id}",
        body="Something.",
        parent=None if parent is None else f"comment_{parent}",
    )
    return added.id


async def decide(comment_id: int, decision: CommentDecision) -> None:
    """A moderator decides."""
    moderator = viewing(await factories.moderator())
    await comments.set_comment_status(moderator, f"comment_{comment_id}", decision)


async def delete(comment_id: int) -> None:
    """Its author deletes it."""
    comment = await Comment.get(id=comment_id).select_related("author")
    await comments.delete_comment(viewing(comment.author), f"comment_{comment_id}")
