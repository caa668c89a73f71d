"""Rows that nobody's form would have let in, as they stand in a database that something else has filled."""

from typing import Any

import pytest

from models import Category, Comment, CommentStatus, LinkbackStatus, Post, PostKind
from tests import factories
from tests.server.site.rows import EVIL
from tests.server.site.visitor import Visitor

RUNS = "javascript:alert(1)"
DATA = ("module", "application/json", "application/ld+json")
PUBLIC = (
    *("/", "/archive", "/categories", "/categories/evil", "/tags", "/people/evil", "/posts/evil"),
    *("/posts/evil/comments?reply=%22%3E%3Cscript%3E", "/search?q=script&category=%22%3E%3Cscript%3E"),
    *("/sign-in?next=/%22%3E%3Cscript%3E", "/sign-in/popup?origin=%22%3E%3Cscript%3E", "/%22%3E%3Cscript%3E"),
)
OF_ADMINISTRATORS = (
    *("/desk", "/desk/comments", "/desk/comments?status=APPROVED", "/desk/linkbacks", "/desk/people"),
    *("/desk/linkbacks?status=APPROVED", "/desk/categories", "/desk/sent", "/desk/imports", "/settings"),
    *("/drafts", "/write", "/posts/evil/edit", "/posts/evil/revisions", "/posts/evil/delete"),
)


@pytest.fixture
def site_settings() -> dict[str, Any]:
    return {"guests": "open"}


async def test_nothing_that_is_stored_runs(visitor: Visitor) -> None:
    admin = await factories.admin(name=EVIL, username="evil", bio=EVIL, website=RUNS)
    filed = await factories.category(name=EVIL, slug="evil", description=EVIL)
    comments = await conversations(admin, filed)
    both = [f"/comments/comment_{each.id}{end}" for each in comments for end in ("", "/item")]
    for path in (*PUBLIC, *both):
        await visitor.get(path)
        assert_nothing_runs(visitor, path)
    await visitor.sign_in(admin)
    own = [f"/comments/comment_{each.id}/{end}" for each in comments for end in ("edit", "delete")]
    for path in (*PUBLIC, *OF_ADMINISTRATORS, *both, *own):
        await visitor.get(path)
        assert_nothing_runs(visitor, path)


async def conversations(admin: Any, filed: Category) -> list[Comment]:
    """Comments and linkbacks of strangers on a post, and on a page of another site."""
    texts: dict[str, Any] = {"title": EVIL, "excerpt": EVIL, "body": EVIL, "author": admin, "category": filed}
    picture = await factories.image(alt=EVIL)
    post = await factories.post(slug="evil", language='"><b>', image=picture, tags=[EVIL[:50]], **texts)
    page = await factories.post(kind=PostKind.EXTERNAL, address=RUNS, **texts)
    await factories.draft(**texts)
    guest = await factories.guest(name=EVIL, website=RUNS, guest_email=EVIL)
    return [each for under in (post, page) for each in await said_under(under, admin, guest)]


async def said_under(post: Post, admin: Any, guest: Any) -> list[Comment]:
    told = {"title": EVIL, "excerpt": EVIL, "author_name": EVIL[:100], "site_name": EVIL, "source_url": RUNS}
    await factories.linkback(post=post, status=LinkbackStatus.PENDING, **told)
    first = await factories.comment(post=post, author=guest, body=EVIL)
    reply = await factories.comment(parent=first, author=guest, body=EVIL, status=CommentStatus.PENDING)
    return [first, reply, await factories.comment(post=post, author=admin, body=EVIL)]


def assert_nothing_runs(visitor: Visitor, path: str) -> None:
    """Whatever the page is: it has the policy for what may run, and nothing that this would have to stop."""
    headers = visitor.response.headers
    assert visitor.response.status_code < 500, path
    assert "script-src 'self';" in headers["content-security-policy"], path
    assert headers["x-content-type-options"] == "nosniff", path
    assert visitor.page.css("b, iframe, object, style, base, img[src=x]") == [], path
    for node in visitor.page.css("*"):
        for name, value in node.attributes.items():
            assert not name.startswith("on"), path
            assert name not in ("href", "src", "action") or not (value or "").startswith(RUNS[:11]), path
        assert node.tag != "script" or node.attributes.get("type") in DATA, path
