"""What is new to somebody who has signed in, without JavaScript."""

import pytest

from models import Comment, Post, PostVisit, User
from resolvers import comments
from resolvers.policy import Policy
from tests import factories
from tests.resolvers.rows import viewing
from tests.server.site.visitor import Visitor, another


@pytest.fixture
async def post() -> Post:
    return await factories.post(slug="talk")


async def say(post: Post, user: User | None = None) -> str:
    """The id of a comment that somebody has just written."""
    viewer = viewing(user or await factories.user())
    return (
        f"comment_{(await comments.add_comment(viewer, Policy(), post=f'post_{post.id}', body='Well.')).id}"
    )


async def test_what_is_new_is_marked_once(visitor: Visitor, post: Post) -> None:
    reader = await factories.user()
    await say(post)
    await visitor.sign_in(reader)
    await visitor.get("/posts/talk")
    assert visitor.page.css(".comment.new, .new-comments") == []
    first, _ = await say(post), await say(post)
    await say(post, reader)
    await visitor.get("/")
    assert visitor.texts(".new-count") == ["+2 new"]
    response = await visitor.get("/posts/talk", accept_language="en")
    assert len(visitor.page.css(".comment.new")) == 2
    assert visitor.texts(".new-comments") == ["2 new comments – go to the first"]
    assert visitor.one(".new-comments a").attributes["href"] == f"#{first}"
    assert response.status_code == 200
    await visitor.get("/posts/talk")
    assert visitor.page.css(".comment.new, .new-comments") == []
    await visitor.get("/")
    assert visitor.page.css(".new-count") == []


@pytest.mark.parametrize("header", [{"sec_purpose": "prefetch;prerender"}, {"purpose": "prefetch"}])
async def test_what_nobody_has_looked_at_stays_new(
    visitor: Visitor, post: Post, header: dict[str, str]
) -> None:
    await visitor.sign_in(await factories.user())
    await visitor.get("/posts/talk")
    await say(post)
    await visitor.get("/posts/talk", **header)
    assert (await visitor.client.head("/posts/talk")).status_code == 200
    await visitor.get("/")
    assert visitor.texts(".new-count") == ["+1 new"]


async def test_strangers_leave_no_trace(visitor: Visitor, post: Post) -> None:
    await say(post)
    await another(visitor).get("/posts/talk")
    assert await PostVisit.all().count() == 0
    assert await Comment.all().count() == 1


async def test_comments_on_later_pages_stay_new(
    visitor: Visitor, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.site.pages.posts.PER_PAGE", 1)
    monkeypatch.setattr("server.site.pages.permalinks.PER_PAGE", 1)
    await visitor.sign_in(await factories.user())
    await visitor.get("/posts/talk")
    await say(post)
    later = await say(post)
    await visitor.get("/posts/talk")
    await visitor.get("/posts/talk")
    assert visitor.texts(".new-comments") == ["2 new comments – go to the first"]
    await visitor.get(visitor.one(".more a[rel=next]").attributes["href"] or "")
    assert visitor.one(f"#{later}.new")
    await visitor.get("/posts/talk")
    assert visitor.page.css(".new-comments") == []
