"""Idempotency keys through cut connections: whatever became of them, a comment is written once."""

import asyncio
import json
from urllib.parse import urlsplit

import pytest

from models import Comment
from storage import Database
from tests import factories
from tests.endtoend.accounts import token_of
from tests.endtoend.asking import Client
from tests.server.conftest import CHEAP
from tests.server.running import Server, running

ADD = """
mutation ($given: AddCommentInput!) {
  addComment(input: $given) { comment { id body } error { __typename message } }
}
"""


async def cut_off(url: str, body: bytes, token: str, *, after: float) -> None:
    """Send a request, and hang up a moment later without having read the answer."""
    address = urlsplit(url)
    _, writer = await asyncio.open_connection(address.hostname, address.port)
    head = (
        f"POST /graphql HTTP/1.1\r\nHost: {address.netloc}\r\nContent-Type: application/json\r\n"
        f"Authorization: Bearer {token}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    writer.write(head.encode() + body)
    await writer.drain()
    await asyncio.sleep(after)
    writer.transport.abort()


@pytest.mark.parametrize("after", [0, 0.002, 0.02])
async def test_a_comment_sent_again_after_a_cut_is_written_once(
    blog: Server, place: str, rows: Database, after: float
) -> None:
    """The one server is cut off, and the other one on the same database is asked again."""
    post, token = await factories.post(), await token_of(await factories.user())
    with running(place, **CHEAP) as other:
        async with Client(blog.url) as here, Client(other.url) as there:
            for number in range(10):
                given = {"post": f"post_{post.id}", "body": f"Number {number}", "key": f"key {number}"}
                body = json.dumps({"query": ADD, "variables": {"given": given}}).encode()
                await cut_off(blog.url, body, token, after=after)
                answers = await asyncio.gather(
                    *(client.ask(ADD, {"given": given}, token) for client in (here, there, here))
                )
                (made,) = {json.dumps(answer["data"]["addComment"], sort_keys=True) for answer in answers}
                assert json.loads(made)["comment"]["body"] == given["body"], made
    assert await Comment.filter(post_id=post.id).count() == 10


async def test_a_key_for_another_comment_is_named(client: Client, rows: Database) -> None:
    post, token = await factories.post(), await token_of(await factories.user())
    given = {"post": f"post_{post.id}", "body": "One.", "key": "k"}
    await client.ask(ADD, {"given": given}, token)
    answer = await client.ask(ADD, {"given": {**given, "body": "Two."}}, token)
    assert answer["data"]["addComment"]["error"] == {
        "__typename": "InvalidInput",
        "message": "This key was used for another input: take a new one for each thing.",
    }
