"""The comment feed of the real server: what the API's writes mean to those who listen."""

from typing import Any

import pytest

from storage import Database
from tests import factories
from tests.endtoend.accounts import token_of
from tests.endtoend.asking import Client
from tests.endtoend.socket import Socket, opened
from tests.server.running import Server

pytestmark = pytest.mark.usefixtures("rows")

FEED = """
subscription ($post: ID, $category: ID, $after: String) {
  commentFeed(post: $post, category: $category, after: $after) {
    __typename
    cursor
    ... on CommentAdded { comment { id body author { username } } }
    ... on CommentEdited { comment { id body author { username } } }
    ... on CommentRemoved { commentId parentId postId post { id commentCount } }
  }
}
"""


class Talk:
    """A post, and those who write under it."""

    def __init__(self, client: Client) -> None:
        self.client = client

    async def begin(self) -> None:
        post = await factories.post()
        self.post, self.category = f"post_{post.id}", f"category_{post.category_id}"
        self.reader = await factories.user(username="ada")
        self.token = await token_of(self.reader)
        self.moderator = await token_of(await factories.moderator())

    async def cursor(self) -> str:
        answer = await self.client.ask(
            "query ($id: ID!) { post(by: {id: $id}) { feedCursor } }", {"id": self.post}
        )
        cursor: str = answer["data"]["post"]["feedCursor"]
        return cursor

    async def add(self, body: str, parent: str | None = None) -> str:
        """The new comment's id."""
        query = "mutation ($given: AddCommentInput!) { made: addComment(input: $given) { comment { id } } }"
        given = {"post": self.post, "body": body, "parent": parent}
        answer = await self.client.ask(query, {"given": given}, self.token)
        id_: str = answer["data"]["made"]["comment"]["id"]
        return id_

    async def decide(self, comment: str, status: str) -> None:
        answer = await self.client.do("setCommentStatus", {"id": comment, "status": status}, self.moderator)
        assert answer["data"]["outcome"]["__typename"] == "SetCommentStatusPayload"


@pytest.fixture
async def talk(client: Client, rows: Database) -> Talk:
    assert rows
    talk = Talk(client)
    await talk.begin()
    return talk


async def told(socket: Socket) -> str:
    """The next event, in a few words."""
    message = await socket.hear("feed")
    assert message["type"] == "next", message
    event = next(iter(message["payload"]["data"].values()))
    comment = event.get("comment")
    about = comment["body"] if comment else event.get("commentId", "")
    return f"{event['__typename']} {about}".strip()


async def test_nothing_between_the_page_and_the_subscription_is_missed(blog: Server, talk: Talk) -> None:
    cursor = await talk.cursor()
    for body in ("one", "two", "three"):
        await talk.add(body)
    async with opened(blog) as socket:
        await socket.subscribe("feed", FEED, {"post": talk.post, "after": cursor})
        await talk.add("four")
        heard = [await told(socket) for _ in range(4)]
    assert heard == [f"CommentAdded {body}" for body in ("one", "two", "three", "four")]


async def test_a_subscriber_resumes_from_the_last_cursor_it_saw(blog: Server, talk: Talk) -> None:
    variables = {"category": talk.category, "after": await talk.cursor()}
    for body in ("one", "two"):
        await talk.add(body)
    async with opened(blog) as socket:
        await socket.subscribe("feed", FEED, variables)
        first = await socket.hear("feed")
    await talk.add("three")
    async with opened(blog) as socket:
        cursor = first["payload"]["data"]["commentFeed"]["cursor"]
        await socket.subscribe("feed", FEED, {**variables, "after": cursor})
        assert [await told(socket), await told(socket)] == ["CommentAdded two", "CommentAdded three"]


async def test_moderation_reaches_each_as_what_it_means_to_them(blog: Server, talk: Talk) -> None:
    variables = {"post": talk.post, "after": await talk.cursor()}
    async with (
        opened(blog) as public,
        opened(blog, token=talk.token) as author,
        opened(blog, token=talk.moderator) as moderator,
    ):
        for socket in (public, author, moderator):
            await socket.subscribe("feed", FEED, variables)
        comment = await talk.add("doubtful")
        added, edited, removed = (
            "CommentAdded doubtful",
            "CommentEdited doubtful",
            f"CommentRemoved {comment}",
        )
        assert [await told(socket) for socket in (public, author, moderator)] == [added, added, added]
        await talk.decide(comment, "PENDING")
        assert [await told(socket) for socket in (public, author, moderator)] == [removed, edited, edited]
        await talk.decide(comment, "REJECTED")
        assert [await told(socket) for socket in (author, moderator)] == [removed, removed]
        await talk.decide(comment, "APPROVED")
        assert [await told(socket) for socket in (public, author, moderator)] == [added, added, added]


async def test_what_is_rejected_before_it_was_delivered_is_not_shown(blog: Server, talk: Talk) -> None:
    variables = {"post": talk.post, "after": await talk.cursor()}
    rejected = await talk.add("rejected")
    await talk.add("kept")
    await talk.decide(rejected, "REJECTED")
    async with opened(blog) as socket:
        await socket.subscribe("feed", FEED, variables)
        assert [await told(socket), await told(socket)] == ["CommentAdded kept", f"CommentRemoved {rejected}"]
    assert blog.events("bug") == []


async def test_an_edit_brings_the_new_text_and_a_tombstone_has_none(
    blog: Server, talk: Talk, client: Client
) -> None:
    cursor = await talk.cursor()
    above = await talk.add("above")
    below = await talk.add("below", above)
    async with opened(blog) as socket:
        await socket.subscribe("feed", FEED, {"post": talk.post, "after": cursor})
        assert [await told(socket), await told(socket)] == ["CommentAdded above", "CommentAdded below"]
        await client.do("editComment", {"id": below, "body": "edited"}, talk.token)
        assert await told(socket) == "CommentEdited edited"
        await client.do("deleteComment", above, talk.token)
        event = (await socket.hear("feed"))["payload"]["data"]["commentFeed"]
        assert (event["__typename"], event["comment"]) == (
            "CommentEdited",
            {"id": above, "body": "", "author": None},
        )
        await client.do("deleteComment", below, talk.token)
        assert [await told(socket), await told(socket)] == [
            f"CommentRemoved {below}",
            f"CommentRemoved {above}",
        ]


async def test_a_removed_comment_says_where_it_was_and_how_many_are_left(blog: Server, talk: Talk) -> None:
    first = await talk.add("first")
    reply = await talk.add("reply", first)
    await talk.add("other")
    async with opened(blog) as socket:
        await socket.subscribe("feed", FEED, {"post": talk.post, "after": await talk.cursor()})
        await talk.decide(first, "REJECTED")
        events = [(await socket.hear("feed"))["payload"]["data"]["commentFeed"] for _ in range(2)]
        left = {"postId": talk.post, "post": {"id": talk.post, "commentCount": 1}}
        assert [without_cursor(event) for event in events] == [
            {"__typename": "CommentRemoved", "commentId": reply, "parentId": first, **left},
            {"__typename": "CommentRemoved", "commentId": first, "parentId": None, **left},
        ]
        await talk.decide(first, "APPROVED")
        assert [await told(socket), await told(socket)] == ["CommentAdded first", "CommentAdded reply"]


async def test_comments_of_a_post_that_has_gone_are_removed_without_it(
    blog: Server, talk: Talk, client: Client
) -> None:
    comment = await talk.add("left behind")
    admin = await token_of(await factories.admin())
    async with opened(blog) as socket:
        await socket.subscribe("feed", FEED, {"post": talk.post, "after": await talk.cursor()})
        for mutation, given in (
            ("updatePost", {"id": talk.post, "publishedAt": None}),
            ("deletePost", talk.post),
        ):
            await client.do(mutation, given, admin)
            if mutation == "updatePost":
                event = (await socket.hear("feed"))["payload"]["data"]["commentFeed"]
                assert without_cursor(event) == {
                    "__typename": "CommentRemoved",
                    "commentId": comment,
                    "parentId": None,
                    "postId": talk.post,
                    "post": None,
                }
                await client.do("publishPost", talk.post, admin)
                assert await told(socket) == "CommentAdded left behind"
        assert await told(socket) == f"CommentRemoved {comment}"


def without_cursor(event: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in event.items() if name != "cursor"}


async def test_new_comments_are_heard_the_plain_way(blog: Server, talk: Talk, client: Client) -> None:
    query = (
        "subscription ($post: ID, $category: ID) { commentAdded(post: $post, category: $category) { body } }"
    )
    elsewhere = f"post_{(await factories.post()).id}"
    async with opened(blog) as socket:
        for id_, variables in {
            "post": {"post": talk.post},
            "category": {"category": talk.category},
            "elsewhere": {"post": elsewhere},
            "site": {},
        }.items():
            await socket.subscribe(id_, query, variables)
        await socket.subscribe("sentinel", "{ posts(first: 1) { totalCount } }")
        await socket.hear("sentinel")
        await talk.add("here")
        for id_ in ("post", "category", "site"):
            heard = await socket.hear(id_)
            assert heard["payload"] == {"data": {"commentAdded": {"body": "here"}}}
        await client.do("addComment", {"post": elsewhere, "body": "there"}, talk.token)
        for id_ in ("elsewhere", "site"):
            assert (await socket.hear(id_))["payload"]["data"]["commentAdded"]["body"] == "there"


async def test_a_cursor_of_another_history_is_answered_with_a_reset(blog: Server, talk: Talk) -> None:
    await talk.add("before")
    async with opened(blog) as socket:
        await socket.subscribe("feed", FEED, {"post": talk.post, "after": "1-00000000"})
        event = (await socket.hear("feed"))["payload"]["data"]["commentFeed"]
        assert event == {"__typename": "FeedReset", "cursor": await talk.cursor()}
        await talk.add("after")
        assert await told(socket) == "CommentAdded after"


async def test_a_malformed_cursor_is_refused(blog: Server, talk: Talk) -> None:
    async with opened(blog) as socket:
        await socket.subscribe("feed", FEED, {"post": talk.post, "after": "yesterday"})
        message = await socket.hear("feed")
        assert message["type"] == "error"
        assert message["payload"][0]["extensions"]["code"] == "BAD_USER_INPUT"
