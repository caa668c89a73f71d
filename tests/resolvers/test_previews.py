"""What a text would look like: the same as once it is there, and no more often than the site can bear."""

from dataclasses import replace
from datetime import timedelta

import pytest

from auth.policy import GuestPolicy
from models import BodyFormat, Category, Comment, Post
from models.errors import InvalidInput, TooManyRequests
from resolvers import comments, posts
from resolvers.previews import Preview, PreviewKind, preview
from tests import factories
from tests.resolvers.rows import POLICY, viewing

TEXT = "# Title\n\nSome *words*,\nand <b>no</b> [link](javascript:alert(1)).\n\n![a](/a.png)"
MARKDOWN, HTML = BodyFormat.MARKDOWN, BodyFormat.HTML
GUESTS = replace(POLICY, auth=replace(POLICY.auth, guests=GuestPolicy.HELD))


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("body_format", [MARKDOWN, HTML])
async def test_a_post_looks_as_it_did_before(body_format: BodyFormat) -> None:
    author = viewing(await factories.author())
    category = f"category_{(await factories.category()).id}"
    seen = await preview(author, POLICY, PreviewKind.POST, TEXT, body_format, None)
    await posts.create_post(
        author, POLICY, {"title": "t", "body": TEXT, "body_format": body_format, "category": category}
    )
    post = await Post.get()
    assert seen == Preview(post.body_html, post.excerpt)
    assert "javascript:" not in seen.html.replace("(javascript:", "")


@pytest.mark.usefixtures("database")
async def test_a_comment_looks_as_it_did_before() -> None:
    reader, post = viewing(await factories.user()), await factories.post()
    seen = await preview(reader, POLICY, PreviewKind.COMMENT, TEXT, MARKDOWN, None)
    await comments.add_comment(reader, POLICY, post=f"post_{post.id}", body=TEXT)
    assert seen == Preview((await Comment.get()).body_html, None)


@pytest.mark.usefixtures("database")
async def test_what_would_be_refused_is_refused() -> None:
    admin = viewing(await factories.admin())
    short = replace(POLICY, longest_post=20, longest_comment=10)
    for kind, longest in ((PreviewKind.POST, 20), (PreviewKind.COMMENT, 10)):
        await preview(admin, short, kind, "x" * longest, MARKDOWN, None)
        for wrong in ("x" * (longest + 1), "", "\x00"):
            with pytest.raises(InvalidInput) as refused:
                await preview(admin, short, kind, wrong, MARKDOWN, None)
            assert [field for field, _ in refused.value.fields] == ["body"]


@pytest.mark.usefixtures("database")
async def test_guests_have_as_many_as_their_network() -> None:
    nobody = viewing(None)
    for number in range(POLICY.auth.previews.attempts):
        address = f"2001:db8::{number + 1:x}"
        await preview(nobody, GUESTS, PreviewKind.COMMENT, "Hello", MARKDOWN, address)
    with pytest.raises(TooManyRequests):
        await preview(nobody, GUESTS, PreviewKind.COMMENT, "Hello", MARKDOWN, "2001:db8::ffff")
    await preview(nobody, GUESTS, PreviewKind.COMMENT, "Hello", MARKDOWN, "2001:db8:1::1")
    later = replace(nobody, now=nobody.now + timedelta(minutes=1, seconds=1))
    await preview(later, GUESTS, PreviewKind.COMMENT, "Hello", MARKDOWN, "2001:db8::1")


@pytest.mark.usefixtures("database")
async def test_it_is_kept_nowhere() -> None:
    await preview(viewing(await factories.author()), POLICY, PreviewKind.POST, TEXT, MARKDOWN, None)
    assert not await Post.exists()
    assert not await Category.exists()
