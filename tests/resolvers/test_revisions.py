"""What posts and comments were is kept, and shown to those whom it concerns."""

from datetime import timedelta
from typing import Any

import pytest

from auth.viewer import now
from models import BodyFormat, Comment, CommentRevision, Post, PostRevision, User
from models.errors import NotAllowed
from resolvers import comments, posts
from resolvers.post_fields import PostFields
from tests import factories
from tests.resolvers.rows import POLICY, all_rows, viewing

on_each_database = pytest.mark.usefixtures("database")
on_sqlite = pytest.mark.usefixtures("sqlite_database")
STATE = ("number", "body", "body_format", "author_id", "created_at")
MINUTE = timedelta(minutes=1)


async def states(row: Post | Comment) -> list[tuple[Any, ...]]:
    """What is kept of it, the oldest first."""
    if isinstance(row, Post):
        kept = PostRevision.filter(post_id=row.id).order_by("number")
        return await kept.values_list("number", "title", *STATE[1:])
    return await CommentRevision.filter(comment_id=row.id).order_by("number").values_list(*STATE)


async def changed(post: Post, by: User, **fields: Any) -> Any:
    """Changes a post; when."""
    at, given = now(), PostFields(**fields)  # type: ignore[typeddict-item]
    await posts.update_post(viewing(by, at), POLICY, f"post_{post.id}", given)
    return at


@on_each_database
async def test_each_state_of_a_post_has_its_author_and_its_time() -> None:
    post = await factories.post(title="One", body="1")
    author, admin = await post.author, await factories.admin()
    first = await changed(post, admin, title="Two")
    await changed(post, author, comments_open=False)  # touches `updated_at`
    second = await changed(post, author, body="2", title="Three")
    third = await changed(post, author, body_format="HTML")
    markdown, html = BodyFormat.MARKDOWN, BodyFormat.HTML
    assert await states(post) == [
        (1, "One", "1", markdown, author.id, post.created_at),
        (2, "Two", "1", markdown, admin.id, first),
        (3, "Three", "2", markdown, author.id, second),
        (4, "Three", "2", html, author.id, third),
    ]


@on_sqlite
async def test_what_changes_neither_title_nor_body_keeps_nothing() -> None:
    post = await factories.post(title="One", body="1")
    author = await post.author
    await changed(post, author, comments_open=False, excerpt="E", slug="other", published_at=None)
    await changed(post, author, title=" One ", body="1\n")
    await posts.publish_post(viewing(author), f"post_{post.id}")
    assert await PostRevision.all().count() == 0


@on_sqlite
async def test_a_refused_change_keeps_nothing() -> None:
    post, comment = await factories.post(), await factories.comment()
    others = await factories.author(), await factories.moderator()
    before = await all_rows()
    for who in others:
        with pytest.raises(NotAllowed):
            await changed(post, who, title="Other")
        with pytest.raises(NotAllowed):
            await edited(comment, who, "Other.")
    assert await all_rows() == before
    assert await PostRevision.all().count() == await CommentRevision.all().count() == 0


async def edited(comment: Comment, by: User, body: str, *, after: timedelta = MINUTE) -> Any:
    at = comment.created_at + after
    await comments.edit_comment(viewing(by, at), POLICY, f"comment_{comment.id}", body)
    return at


@on_each_database
async def test_each_state_of_a_comment_has_its_author_and_its_time() -> None:
    comment = await factories.comment(body="1")
    assert comment.author_id is not None
    author, admin = await User.get(id=comment.author_id), await factories.admin()
    first = await edited(comment, author, "2")
    second = await edited(comment, admin, "3", after=2 * MINUTE)
    await edited(comment, author, "3 ", after=3 * MINUTE)  # the same text
    markdown = BodyFormat.MARKDOWN
    assert await states(comment) == [
        (1, "1", markdown, author.id, comment.created_at),
        (2, "2", markdown, author.id, first),
        (3, "3", markdown, admin.id, second),
    ]
    assert (await Comment.get(id=comment.id)).body == "3"


@on_sqlite
async def test_what_was_changed_by_other_ways_is_kept_before_it_is_replaced() -> None:
    """An import changes rows as well."""
    post = await factories.post(title="One", body="1")
    author = await post.author
    first = await changed(post, author, body="2")
    elsewhen = now()
    await Post.filter(id=post.id).update(body="imported", updated_at=elsewhen)
    second = await changed(post, await factories.admin(), body="3")
    kept = await states(post)
    assert [each[2] for each in kept] == ["1", "2", "imported", "3"]
    assert [each[5] for each in kept] == [post.created_at, first, elsewhen, second]


@on_sqlite
async def test_an_edit_keeps_the_format_of_a_comment() -> None:
    comment = await factories.comment(body="<b>1</b>", body_format=BodyFormat.HTML)
    assert comment.author_id is not None
    author = await User.get(id=comment.author_id)
    await edited(comment, author, "<i>2</i><script>alert(1)</script>")
    row = await Comment.get(id=comment.id)
    assert (row.body_format, row.body_html) == (BodyFormat.HTML, "<i>2</i>")
    assert [each[1:3] for each in await states(comment)] == [
        ("<b>1</b>", BodyFormat.HTML),
        (row.body, BodyFormat.HTML),
    ]


@on_sqlite
async def test_a_deleted_comment_s_text_is_gone_from_what_it_was() -> None:
    for replies in (True, False):
        comment = await factories.comment()
        assert comment.author_id is not None
        author = await User.get(id=comment.author_id)
        await edited(comment, author, "Not meant so.")
        if replies:
            await factories.comment(parent=comment)
        await comments.delete_comment(viewing(author), f"comment_{comment.id}")
        assert await Comment.filter(id=comment.id).exists() is replies
        assert await CommentRevision.all().count() == 0


@on_each_database
async def test_a_deleted_post_takes_what_it_was_along() -> None:
    post = await factories.post()
    comment = await factories.comment(post=post)
    assert comment.author_id is not None
    await edited(comment, await User.get(id=comment.author_id), "Other.")
    await changed(post, await post.author, title="Other")
    await posts.delete_post(viewing(await post.author), f"post_{post.id}")
    assert await PostRevision.all().count() == await CommentRevision.all().count() == 0
