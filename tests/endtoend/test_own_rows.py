"""What people may do with what is theirs, and no longer may, over HTTP."""

from datetime import timedelta
from typing import Any

from auth.viewer import now
from models import CommentStatus, Post, Role, User
from storage import Database
from tests import factories
from tests.endtoend.accounts import token_of
from tests.endtoend.asking import Client
from tests.resolvers.rows import all_rows

DONE = "done"


async def outcome(client: Client, mutation: str, given: str | dict[str, Any], user: User) -> str:
    answer = await client.do(mutation, given, await token_of(user))
    member: str = answer["data"]["outcome"]["__typename"]
    return DONE if member.endswith("Payload") else member


async def test_authors_write_publish_and_delete_their_posts(client: Client, rows: Database) -> None:
    category = f"category_{(await factories.category()).id}"
    for role in (Role.AUTHOR, Role.MODERATOR, Role.ADMIN):
        author = await factories.user(role=role)
        new = {"title": "t", "body": "b", "category": category}
        assert await outcome(client, "createPost", new, author) == DONE
        id_ = f"post_{(await Post.get(author=author)).id}"
        assert await outcome(client, "updatePost", {"id": id_, "title": "u"}, author) == DONE
        assert await outcome(client, "publishPost", id_, author) == DONE
        assert await outcome(client, "deletePost", id_, author) == DONE


async def test_an_author_who_became_a_reader_leaves_the_post_as_it_is(client: Client, rows: Database) -> None:
    author = await factories.author()
    ids = [f"post_{(await make(author=author)).id}" for make in (factories.post, factories.draft)]
    token = await token_of(author)
    await User.filter(id=author.id).update(role=Role.READER)
    before = await all_rows()
    for id_ in ids:
        tries: list[tuple[str, str | dict[str, Any]]] = [
            ("updatePost", {"id": id_, "title": "u"}),
            ("publishPost", id_),
            ("deletePost", id_),
        ]
        for mutation, given in tries:
            answer = await client.do(mutation, given, token)
            assert answer["data"]["outcome"]["__typename"] == "NotAllowed"
    assert await all_rows() == before


async def test_a_comment_is_edited_for_a_quarter_of_an_hour(client: Client, rows: Database) -> None:
    writer = await factories.user()
    fresh = await factories.comment(author=writer, created_at=now() - timedelta(minutes=14))
    stale = await factories.comment(author=writer, created_at=now() - timedelta(minutes=16))
    assert await outcome(client, "editComment", {"id": f"comment_{fresh.id}", "body": "b"}, writer) == DONE
    token = await token_of(writer)
    before = await all_rows()
    answer = await client.do("editComment", {"id": f"comment_{stale.id}", "body": "b"}, token)
    assert answer["data"]["outcome"]["__typename"] == "NotAllowed"
    assert await all_rows() == before


async def test_people_delete_their_comments_whatever_became_of_them(client: Client, rows: Database) -> None:
    writer, post = await factories.user(), await factories.post()
    outcomes = {}
    for status in CommentStatus:
        comment = await factories.comment(author=writer, post=post, status=status)
        outcomes[status] = await outcome(client, "deleteComment", f"comment_{comment.id}", writer)
    assert outcomes == {
        CommentStatus.PENDING: DONE,
        CommentStatus.APPROVED: DONE,
        CommentStatus.REJECTED: "NotFound",
        CommentStatus.SPAM: "NotFound",
        CommentStatus.HIDDEN: "NotFound",
    }
