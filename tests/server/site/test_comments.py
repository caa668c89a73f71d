"""Commenting on the site without JavaScript: as somebody with an account, as a guest, as a moderator."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from auth.viewer import now
from models import Comment, CommentStatus, User
from server.site.forgery import csrf_token
from tests import factories
from tests.resolvers.rows import all_rows
from tests.server.site.test_accounts import FORGED
from tests.server.site.visitor import COOKIE, Visitor, another, visited

HOSTILE = (
    '<script>alert(1)</script><img src=x onerror="alert(1)">[x](javascript:alert(1)) ![y](data:text/html,z)'
)
FORM = "form.comment-form"


@pytest.fixture
async def guests(sqlite_url: str) -> AsyncIterator[Visitor]:
    """A visitor of a site where guests comment without approval."""
    async with visited(sqlite_url, guests="open", guest_comments_per_window=1000) as visitor:
        yield visitor


async def reader(visitor: Visitor, **values: Any) -> User:
    user = await factories.user(**values)
    await visitor.sign_in(user)
    return user


async def post(**values: Any) -> str:
    return f"/posts/{(await factories.post(**values)).slug}"


async def bodies() -> list[str]:
    return [comment.body for comment in await Comment.all().order_by("id")]


async def test_somebody_comments_and_is_shown_it(visitor: Visitor) -> None:
    path = await post()
    await reader(visitor, name="Ada")
    await visitor.get(path)
    await visitor.send(FORM, body="It is **so**.")
    comment = await Comment.get()
    assert visitor.led_to == f"{path}#comment_{comment.id}"
    assert visitor.one(f"#comment_{comment.id} .comment-body strong").text() == "so"
    await visitor.get(f"{path}/comments?reply=comment_{comment.id}")
    assert visitor.texts(".above .comment-body") == ["It is so."]
    await visitor.send(FORM, body="I agree.")
    assert await Comment.filter(parent_id=comment.id).count() == 1
    assert len(visitor.page.css(f"#comment_{comment.id} .replies .comment")) == 1


async def test_a_reply_is_also_begun_on_the_posts_page(visitor: Visitor) -> None:
    comment = await factories.comment()
    await reader(visitor)
    await visitor.get(f"/posts/{(await comment.post).slug}?reply=comment_{comment.id}")
    await visitor.send(FORM, body="Yes.")
    assert await Comment.filter(parent_id=comment.id).count() == 1


async def test_a_form_that_is_sent_twice_makes_one_comment(guests: Visitor) -> None:
    path = await post()
    stranger = another(guests)
    await reader(guests)
    for visitor, who in ((guests, {}), (stranger, {"name": "Ann"})):
        await visitor.get(path)
        page = visitor.response, visitor.page
        for body in ("Once.", "Once.", "Another.", "Once."):
            visitor.response, visitor.page = page
            await visitor.send(FORM, body=body, **who)
            assert visitor.response.status_code == 200
    assert await bodies() == ["Once.", "Another.", "Once.", "Another."]


async def test_what_was_deleted_may_be_written_again(visitor: Visitor) -> None:
    path = await post()
    await reader(visitor)
    for _ in range(2):
        await visitor.get(path)
        await visitor.send(FORM, body="Once more.")
        comment = await Comment.get()
        await visitor.get(f"/comments/comment_{comment.id}/delete")
        assert visitor.texts("main .comment-body") == ["Once more."]
        await visitor.send("main form")
        assert (visitor.texts(".notice"), await Comment.all().count()) == (["Deleted."], 0)


async def test_a_preview_is_kept_nowhere(guests: Visitor) -> None:
    path = await post()
    await guests.get(path)
    await guests.send(FORM, "preview=1", body=f"*So* {HOSTILE}", name="Ann")
    assert guests.one(".preview em").text() == "So"
    assert guests.page.css(".preview script, .preview img, [onerror], [href^=javascript]") == []
    assert guests.one("textarea").text().strip() == f"*So* {HOSTILE}"
    assert await Comment.all().count() == 0
    await guests.send(FORM)
    assert await bodies() == [f"*So* {HOSTILE}"]
    assert guests.page.css("#comments script, #comments img, [onerror], [href^=javascript]") == []


async def test_a_guest_is_remembered_who_asks_for_it(guests: Visitor) -> None:
    path = await post()
    stranger = another(guests)
    await guests.get(path)
    name = 'Ann "&é; \\'
    await guests.send(FORM, body="One.", name=name, email="ann@a.example", website="https://a.example/")
    await guests.get(path)
    assert guests.one("[name=name]").attributes.get("value") is None
    await guests.send(FORM, body="Two.", name=name, email="ann@a.example", remember="on")
    response = await guests.get(path)
    assert guests.one("[name=name]").attributes["value"] == name
    assert guests.one("[name=email]").attributes["value"] == "ann@a.example"
    assert response.headers["cache-control"].startswith("private")
    assert "ann@a.example" not in (await stranger.get(path)).text
    form = {"body": "Three.", "name": name}
    await guests.post(f"{path}/comments", **form)
    await guests.get(path)
    assert guests.one("[name=name]").attributes.get("value") is None
    assert await User.filter(guest_email="ann@a.example").count() == 2
    assert await bodies() == ["One.", "Two.", "Three."]


async def test_a_guests_comment_waits_where_the_site_wants_it(sqlite_url: str) -> None:
    async with visited(sqlite_url, guests="held") as visitor:
        path = await post()
        await visitor.get(path)
        await visitor.send(FORM, body="Hello.", name="Ann")
        assert visitor.texts(".notice") == ["Thank you. Your comment waits for a moderator."]
        assert visitor.page.css(".comment") == []
        await visitor.sign_in(await factories.moderator())
        await visitor.get(path)
        await visitor.send(".comment form.decision", "status=APPROVED")
        assert (await Comment.get()).status is CommentStatus.APPROVED
        await visitor.send(".comment form.decision", "status=SPAM")
        assert (await Comment.get()).status is CommentStatus.SPAM


async def test_programs_that_fill_in_every_field_write_nothing(guests: Visitor) -> None:
    path = await post()
    await guests.get(path)
    response = await guests.send(FORM, body="Buy!", name="Bot", homepage="https://spam.example")
    assert (response.status_code, await Comment.all().count()) == (422, 0)
    assert guests.one("textarea").text().strip() == "Buy!"


async def test_nothing_that_was_typed_is_lost(guests: Visitor) -> None:
    path = await post()
    await guests.get(path)
    website = "javascript:alert(1)"
    response = await guests.send(FORM, body="My text", name=" ", email="nobody", website=website)
    assert response.status_code == 422
    assert guests.texts("span.error") == [
        "The name is empty.",
        "This is not an e-mail address.",
        "The website is not an http or https address.",
    ]
    assert guests.one("#write-website").attributes["value"] == website
    assert guests.one("#write-website").attributes["aria-invalid"] == "true"
    assert guests.one(".error a[href='#write-email']")
    long = "x" * 10_001
    response = await guests.send(FORM, body=long, name="Ann", email="", website="")
    assert (response.status_code, guests.texts("span.error")) == (
        422,
        ["The body is longer than 10,000 characters."],
    )
    assert guests.one("textarea").text().strip() == long


async def test_where_nobody_comments_nothing_is_lost_either(visitor: Visitor) -> None:
    path = await post()
    stranger = another(visitor)
    await stranger.get(path)
    assert "Sign in" in stranger.one("#write").text()
    response = await stranger.post(f"{path}/comments", body="My text")
    assert (response.status_code, stranger.one("#kept-body").text().strip()) == (403, "My text")
    await reader(visitor)
    closed = await post(comments_open=False)
    response = await visitor.post(
        f"{closed}/comments", body="My text", csrf=csrf_token(visitor.client.cookies.get(COOKIE) or "")
    )
    assert (response.status_code, visitor.one("#kept-body").text().strip()) == (403, "My text")
    assert visitor.texts(".error p") == ["The comments of this post are closed."]
    assert await Comment.all().count() == 0
    for nowhere in ("/posts/nowhere/comments", f"/posts/{(await factories.draft()).slug}/comments"):
        assert (await visitor.get(nowhere)).status_code == 404


async def test_what_cannot_be_replied_to_keeps_the_text(visitor: Visitor) -> None:
    path, elsewhere = await post(), await factories.comment()
    deepest = await factories.comment()
    for _ in range(8):
        deepest = await factories.comment(parent=deepest)
    deep = f"/posts/{(await deepest.post).slug}"
    await reader(visitor)
    for at, parent, status in ((path, elsewhere, 404), (deep, deepest, 422)):
        await visitor.get(at)
        response = await visitor.send(FORM, body="My text", parent=f"comment_{parent.id}")
        assert (response.status_code, visitor.one("textarea").text().strip()) == (status, "My text")
        assert len(visitor.texts(".error p")) == 1
    assert await Comment.filter(body="My text").count() == 0


async def test_who_writes_too_much_is_told_when_to_come_back(sqlite_url: str) -> None:
    async with visited(sqlite_url, comments_per_window=1) as visitor:
        path = await post()
        await reader(visitor)
        for body in ("One.", "Two."):
            await visitor.get(path)
            response = await visitor.send(FORM, body=body)
        assert (response.status_code, "retry-after" in response.headers) == (429, True)
        assert visitor.one("textarea").text().strip() == "Two."


async def test_who_has_signed_in_meanwhile_sends_it_again(guests: Visitor) -> None:
    path = await post()
    await guests.get(path)
    await reader(guests)
    response = await guests.send(FORM, body="My text", name="Ann")
    assert (response.status_code, await Comment.all().count()) == (403, 0)
    assert guests.one("textarea").text().strip() == "My text"
    await guests.send(FORM)
    assert await bodies() == ["My text"]


async def test_a_comment_is_edited(visitor: Visitor) -> None:
    user = await reader(visitor)
    comment = await factories.comment(author=user, created_at=now(), body="# Frist\n</textarea><b>")
    await visitor.get(f"/comments/comment_{comment.id}/edit")
    assert visitor.one("textarea").text() == "# Frist\n</textarea><b>"
    await visitor.send("main form", "preview=1", body="_Third_")
    assert visitor.one(".preview em").text() == "Third"
    await visitor.send("main form", body="")
    assert (visitor.response.status_code, visitor.texts("span.error")) == (422, ["The body is empty."])
    await visitor.send("main form", body="First.")
    assert visitor.texts(".notice") == ["Saved."]
    assert visitor.texts(f"#comment_{comment.id} .comment-body") == ["First."]


async def test_when_it_is_too_late_to_edit_the_text_is_kept(visitor: Visitor) -> None:
    user = await reader(visitor)
    comment = await factories.comment(author=user, created_at=now())
    edit = f"/comments/comment_{comment.id}/edit"
    await visitor.get(edit)
    await Comment.filter(id=comment.id).update(created_at=now() - timedelta(hours=1))
    response = await visitor.send("main form", body="Too late.")
    assert (response.status_code, visitor.one("textarea").text().strip()) == (403, "Too late.")
    assert visitor.texts(".error p") == ["This comment is too old to be edited."]
    assert (await visitor.get(edit)).status_code == 403
    assert "too old" in visitor.one("main").text()


async def test_where_the_session_has_ended_the_text_is_kept(visitor: Visitor) -> None:
    user = await reader(visitor)
    comment = await factories.comment(author=user, created_at=now(), body="As it was.")
    await visitor.get(f"/comments/comment_{comment.id}/edit")
    visitor.client.cookies.clear()
    response = await visitor.send("main form", body="My text")
    assert (response.status_code, visitor.one("textarea").text().strip()) == (403, "My text")
    assert await bodies() == ["As it was."]
    await visitor.sign_in(user)
    await visitor.send("main form")  # in another tab, and this one does not know of it
    await visitor.send("main form")
    assert await bodies() == ["My text"]


async def test_a_comment_with_replies_leaves_its_place(visitor: Visitor) -> None:
    user = await reader(visitor)
    comment = await factories.comment(author=user)
    await factories.comment(parent=comment)
    await visitor.get(f"/comments/comment_{comment.id}/delete")
    await visitor.send("main form")
    assert visitor.response.url.path == f"/posts/{(await comment.post).slug}"
    assert visitor.texts(".gone") == ["This comment was deleted."]


CHANGES = {"edit": {"body": "Hacked"}, "delete": {"sure": "yes"}, "status": {"status": "SPAM"}}


@pytest.mark.parametrize("change", CHANGES)
async def test_nobody_changes_what_is_not_theirs(visitor: Visitor, change: str) -> None:
    comment = await factories.comment()
    hidden = await factories.comment(status=CommentStatus.PENDING)
    await visitor.sign_in(await factories.user())
    token = csrf_token(visitor.client.cookies.get(COOKIE) or "")
    before = await all_rows()
    for each, status in ((comment, 403), (hidden, 404)):
        path = f"/comments/comment_{each.id}/{change}"
        assert (await visitor.post(path, **CHANGES[change], csrf=token)).status_code == status
        if change != "status":
            assert (await visitor.get(path)).status_code == status
    stranger = another(visitor)
    await stranger.post(f"/comments/comment_{comment.id}/{change}", **CHANGES[change])
    assert stranger.response.url.path == "/sign-in"
    back = stranger.one("input[name=next]").attributes["value"]
    assert back == ("/" if change == "status" else f"/comments/comment_{comment.id}/{change}")
    assert await all_rows() == before


@pytest.mark.parametrize("change", CHANGES)
async def test_no_other_page_changes_anything(visitor: Visitor, change: str) -> None:
    comment = await factories.comment()
    await visitor.sign_in(await factories.admin())
    token = csrf_token(visitor.client.cookies.get(COOKIE) or "")
    before = await all_rows()
    path = f"/comments/comment_{comment.id}/{change}"
    fields = CHANGES[change]
    for csrf in ({}, {"csrf": csrf_token("of another session")}):
        assert (await visitor.post(path, **fields, **csrf)).status_code == 403
    for headers in FORGED:
        answer = await visitor.client.post(path, data={**fields, "csrf": token}, headers=headers)
        assert answer.status_code == 403
    assert await all_rows() == before


@pytest.mark.parametrize("headers", FORGED)
async def test_no_other_site_makes_anybody_comment(guests: Visitor, headers: dict[str, str]) -> None:
    path = await post()
    before = await all_rows()
    answer = await guests.client.post(f"{path}/comments", data={"body": "x", "name": "y"}, headers=headers)
    assert answer.status_code == 403
    assert await all_rows() == before


async def test_a_name_is_text_wherever_it_stands(guests: Visitor) -> None:
    path = await post()
    name = '"><img src=x onerror=alert(1)>'
    await guests.get(path)
    await guests.send(
        FORM, body="Hello.", name=name, website='https://a.example/?"onmouseover=x', remember="on"
    )
    assert guests.response.status_code == 422  # no address has a quotation mark
    await guests.send(FORM, website="https://a.example/?'onmouseover=x")
    await guests.get(path)
    assert guests.page.css("[onerror], [onmouseover], img[src=x]") == []
    assert guests.texts(".comment .who") == [name]
    assert guests.one("[name=name]").attributes["value"] == name
