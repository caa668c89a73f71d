"""Pages of other sites: the first comment makes one a post, where that site may have conversations here."""

from asyncio import gather
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from auth.policy import AuthPolicy, GuestPolicy, Limit
from auth.viewer import anonymous
from models import Category, Comment, PageAddress, Post, PostKind, PostStatus
from models.errors import (
    CommentsClosed,
    DomainError,
    InvalidInput,
    NotAllowed,
    NotFound,
    NotSignedIn,
    TooManyRequests,
)
from resolvers import comments, posts
from resolvers.policy import Policy
from tests import factories
from tests.resolvers.rows import all_rows, happened, viewing

pytestmark = pytest.mark.usefixtures("database")
URL = "https://else.example/2010/soupe/?utm_source=x#comments"
PAGE: Any = {"url": URL, "title": "Soupe"}
OPEN = Policy(
    auth=AuthPolicy(guests=GuestPolicy.OPEN), page_origins=("https://else.example", "http://localhost:*")
)


async def written(under: Policy = OPEN, **given: Any) -> Comment:
    """A comment as a guest writes it about the page."""
    values = {"page": PAGE, "body": "About it.", "guest": {"name": "Ann"}, "address": "192.0.2.1", **given}
    added = await comments.add_comment(anonymous(), under, **values)
    return await Comment.get(id=added.id).prefetch_related("post")


async def test_the_first_comment_makes_the_page_a_post_and_the_second_finds_it() -> None:
    await factories.user()
    owner = await factories.admin()
    await factories.admin()
    first = await written()
    again: Any = {"url": "http://ELSE.example/2010/soupe", "title": "Other"}
    second = await written(page=again, parent=f"comment_{first.id}")
    post = await Post.get()
    assert (first.post_id, second.post_id, second.parent_id) == (post.id, post.id, first.id)
    assert (post.kind, post.status, post.counted, post.comment_count) == (
        PostKind.EXTERNAL,
        PostStatus.PUBLISHED,
        True,
        2,
    )
    assert (post.title, post.slug, post.address) == ("Soupe", "soupe", "https://else.example/2010/soupe/")
    assert (post.author_id, post.language, post.body) == (owner.id, "en", "")
    category = await Category.get(id=post.category_id)
    assert (category.name, category.post_count) == ("Uncategorized", 0)
    assert await happened() == [(first.id, None, "APPROVED"), (second.id, None, "APPROVED")]


async def test_a_page_without_a_title_is_called_after_its_address() -> None:
    await factories.admin()
    comment = await written(page={"url": "http://localhost:1313/cr%C3%AApes/?a=b", "title": None})
    assert (comment.post.title, comment.post.slug) == ("localhost:1313/crêpes", "localhost-1313-crepes")
    assert comment.post.address == "http://localhost:1313/cr%C3%AApes/?a=b"


async def test_two_who_comment_first_at_once_make_one_post() -> None:
    await factories.admin()
    made = await gather(*(written(body=f"{number}", guest={"name": f"Ann {number}"}) for number in range(4)))
    assert {comment.post_id for comment in made} == {(await Post.get()).id}
    assert (await Post.get()).comment_count == await Comment.all().count() == 4
    assert await PageAddress.all().count() == await Category.all().count() == 1


async def test_a_key_makes_one_comment_and_one_post() -> None:
    await factories.admin()
    first, again = await written(key="k"), await written(key="k")
    assert first.id == again.id
    assert await Post.all().count() == await Comment.all().count() == 1


async def test_an_account_comments_on_a_page_as_well() -> None:
    reader, _ = await factories.user(), await factories.admin()
    added = await comments.add_comment(viewing(reader), OPEN, page=PAGE, body="About it.")
    assert (await Comment.get(id=added.id)).author_id == reader.id


NOBODY = replace(OPEN, page_origins=())
REFUSED: dict[str, tuple[type[DomainError], dict[str, Any]]] = {
    "the owner names no site": (NotAllowed, {"under": NOBODY}),
    "another site": (NotAllowed, {"page": {"url": "https://elsewhere.example/"}}),
    "another port": (NotAllowed, {"page": {"url": "https://else.example:8443/"}}),
    "another scheme": (NotAllowed, {"page": {"url": "http://else.example/"}}),
    "a site that is called like one": (NotAllowed, {"page": {"url": "https://else.example.evil.example/"}}),
    "a host with a user": (InvalidInput, {"page": {"url": "https://else.example@evil.example/"}}),
    "a port's wildcard for another host": (
        NotAllowed,
        {"page": {"url": "http://localhost.evil.example:80/"}},
    ),
    "no address": (InvalidInput, {"page": {"url": "javascript:alert(1)"}}),
    "too long a title": (InvalidInput, {"page": {"url": URL, "title": "a" * 201}}),
    "neither a post nor a page": (InvalidInput, {"page": None}),
    "both": (InvalidInput, {"post": "post_1"}),
    "an empty body": (InvalidInput, {"body": " "}),
    "a reply to nothing": (NotFound, {"parent": "comment_1"}),
    "no guests": (NotSignedIn, {"under": replace(OPEN, auth=AuthPolicy())}),
    "nobody": (NotSignedIn, {"guest": None}),
    "too many": (
        TooManyRequests,
        {"under": replace(OPEN, auth=replace(OPEN.auth, comments=Limit("comment", 0, timedelta(minutes=1))))},
    ),
}


@pytest.mark.parametrize("why", REFUSED)
async def test_what_is_refused_makes_nothing(why: str) -> None:
    await factories.admin()
    before = await all_rows()
    error, given = REFUSED[why]
    with pytest.raises(error):
        await written(**given)
    assert await all_rows() == before


async def test_a_post_that_the_last_refusal_would_leave_behind_is_not_made() -> None:
    await factories.admin()
    once = replace(OPEN, auth=replace(OPEN.auth, comments=Limit("comment", 1, timedelta(minutes=1))))
    await written(once)
    before = await all_rows()
    with pytest.raises(TooManyRequests):
        await written(once, page={"url": "https://else.example/other"})
    assert await all_rows() == before


async def test_without_an_administrator_there_is_nobody_whose_post_it_could_be() -> None:
    with pytest.raises(NotAllowed, match="no administrator"):
        await written()
    assert await Post.all().count() == 0


async def test_a_conversation_goes_on_where_no_more_may_begin_and_ends_when_it_is_closed() -> None:
    await factories.admin()
    post = (await written()).post
    assert (await written(NOBODY)).post_id == post.id
    await Post.filter(id=post.id).update(comments_open=False)
    with pytest.raises(CommentsClosed):
        await written()


async def test_a_page_that_was_deleted_begins_anew() -> None:
    admin = await factories.admin()
    first = await written()
    await posts.delete_post(viewing(admin), f"post_{first.post_id}")
    assert (await written()).post_id != first.post_id
    assert await PageAddress.all().count() == 1
