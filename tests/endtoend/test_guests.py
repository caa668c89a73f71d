"""A guest's comment through the real server: who hears of it, and who of the guest's address."""

import json

import pytest

from models import User
from tests import factories
from tests.endtoend.accounts import token_of
from tests.endtoend.asking import Client
from tests.endtoend.socket import opened
from tests.server.running import Server

FEED = """subscription ($post: ID) { commentFeed(post: $post) {
    ... on CommentAdded { comment { body author { name username isGuest email } } }
} }"""
ADD = """mutation ($input: AddCommentInput!) {
    addComment(input: $input) { comment { author { name email } } error { __typename } }
}"""
ADDRESS = "ann@example.org"


@pytest.mark.usefixtures("rows")
async def test_followers_hear_of_a_guest_and_administrators_of_their_address(
    blog: Server, client: Client
) -> None:
    post = f"post_{(await factories.post()).id}"
    moderator, admin = await token_of(await factories.moderator()), await token_of(await factories.admin())
    async with (
        opened(blog) as public,
        opened(blog, token=moderator) as moderating,
        opened(blog, token=admin) as administrating,
    ):
        sockets = (public, moderating, administrating)
        for socket in sockets:
            await socket.subscribe("feed", FEED, {"post": post})
        given = {"post": post, "body": "Hello.", "guest": {"name": "Ann", "email": ADDRESS}}
        answer = await client.ask(ADD, {"input": given})
        heard = [await socket.hear("feed") for socket in sockets]
    assert answer["data"]["addComment"] == {
        "comment": {"author": {"name": "Ann", "email": None}},
        "error": None,
    }
    authors = [each["payload"]["data"]["commentFeed"]["comment"]["author"] for each in heard]
    shown = {"name": "Ann", "username": None, "isGuest": True}
    assert authors == [{**shown, "email": address} for address in (None, None, ADDRESS)]
    assert [ADDRESS in json.dumps(each) for each in heard] == [False, False, True]
    assert ADDRESS not in str(blog.log)
    assert await User.filter(guest_email=ADDRESS).count() == 1
