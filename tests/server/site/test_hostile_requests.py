"""Requests that no browser sends by itself: what they ask for is a page or a refusal, and nobody else's page."""

import pytest

from auth import sessions
from server.http import compute_throttle
from server.site.forgery import csrf_token
from server.site.operations import Operations
from storage import DatabaseUnavailable
from tests import factories
from tests.server.site.visitor import COOKIE, Visitor

ODD_CHARSETS = ("raw_unicode_escape", "unicode_escape", "utf-7", "punycode", "idna", "undefined", "latin-1")
FORM = b'--B\r\nContent-Disposition: form-data; name="title"\r\n\r\n\\ud800 +2AA- \xc3\xa9-\r\n--B--\r\n'


@pytest.mark.parametrize(
    "back", ["/desk/\r\nx-evil: 1", "/desk/\t//evil.example", "/desk/é☃ x", "/desk?x=\x7f"]
)
async def test_the_way_back_is_one_header(visitor: Visitor, back: str) -> None:
    await visitor.sign_in(await factories.moderator())
    csrf = csrf_token(visitor.client.cookies.get(COOKIE) or "")
    answer = await visitor.client.post("/desk/decisions", data={"back": back, "csrf": csrf})
    location = answer.headers["location"]
    assert answer.status_code == 303
    assert location.isascii()
    assert location.isprintable()
    assert " " not in location
    assert location.startswith("/desk")


async def test_a_time_that_is_none_is_no_header_either(visitor: Visitor) -> None:
    author = await factories.author()
    draft = await factories.draft(author=author)
    await visitor.sign_in(author)
    await visitor.get(f"/posts/{draft.slug}/edit")
    await visitor.send("form.write", "do=save", at="2026-01-01\r\nx-evil: 1")
    assert visitor.response.status_code == 200
    assert "\n" not in visitor.led_to
    assert visitor.led_to.startswith(f"/posts/{draft.slug}/edit?at=2026-01-01%0Ax")


@pytest.mark.parametrize("charset", ODD_CHARSETS)
async def test_forms_are_in_utf_8_whatever_they_say(visitor: Visitor, charset: str) -> None:
    await visitor.sign_in(await factories.author())
    headers = {"content-type": f"multipart/form-data; charset={charset}; boundary=B"}
    answer = await visitor.client.post("/write", content=FORM, headers=headers)
    assert answer.status_code == 403  # without its token: the form again
    assert 'value="\\ud800 +2AA- é-"' in answer.text


async def test_an_encoded_slash_is_none_for_what_is_kept_either(visitor: Visitor) -> None:
    post = await factories.post()
    asked = [f"/posts%2F{post.slug}", f"/posts/{post.slug}", f"/posts%2F{post.slug}"]
    assert [(await visitor.client.get(path)).status_code for path in asked] == [404, 200, 404]


async def test_what_only_some_may_see_is_nothing_for_caches_on_the_way(visitor: Visitor) -> None:
    author = await factories.author()
    draft = await factories.draft(author=author)
    moved = await visitor.client.get("/archive/")
    assert (moved.status_code, moved.headers["cache-control"]) == (301, "public, max-age=86400")
    await visitor.sign_in(author)
    for path in ("/archive/", f"/posts/{draft.slug.title()}"):
        moved = await visitor.client.get(path)
        assert (moved.status_code, moved.headers["cache-control"]) == (301, "private, no-store")


async def test_a_language_that_is_set_is_not_set_for_others(visitor: Visitor) -> None:
    answer = await visitor.client.get("/?lang=fr")
    assert "language=fr" in answer.headers["set-cookie"]
    assert answer.headers["cache-control"] == "private, no-cache"


async def test_cookies_in_several_headers_are_those_of_one_browser(visitor: Visitor) -> None:
    user = await factories.user(name="Ada")
    await visitor.sign_in(user)
    cookies = f"{COOKIE}={visitor.client.cookies.get(COOKIE)}"
    visitor.client.cookies.clear()
    answer = await visitor.client.get("/", headers=[("cookie", cookies), ("cookie", "other=1")])
    assert "set-cookie" not in answer.headers
    assert "Ada" in answer.text


@pytest.mark.parametrize("kind", ["articles", "pages"])
async def test_a_sitemap_far_behind_the_last_is_none(visitor: Visitor, kind: str) -> None:
    assert (await visitor.client.get(f"/sitemap-{kind}-999999.xml")).status_code == 404


@pytest.mark.parametrize("site_settings", [{"connection_wait": "500ms"}])
async def test_who_computes_too_much_is_told_to_wait(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compute_throttle, "HEAVY_CLIENT_SECONDS", -1.0)
    monkeypatch.setattr(compute_throttle, "HEAVY_PART", -1.0)
    monkeypatch.setattr(compute_throttle, "BETWEEN_SECONDS", 60.0)
    asked = [await visitor.client.get(f"/?{number}") for number in range(3)]
    assert asked[-1].status_code == 503
    assert asked[-1].headers["retry-after"] == "5"
    assert asked[-1].headers["cache-control"] == "private, no-store"
    assert asked[-1].text == "The server is busy. Please try again in a moment.\n"


async def test_nobody_is_signed_out_while_the_database_is_away(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    await visitor.sign_in(await factories.user(name="Ada"))
    with monkeypatch.context() as patched:
        patched.setattr(sessions, "find", away)
        for method, path in (
            ("GET", "/"),
            ("GET", "/robots.txt"),
            ("GET", "/settings"),
            ("POST", "/sign-out"),
        ):
            answer = await visitor.client.request(method, path)
            assert (answer.status_code, "set-cookie" in answer.headers) == (503, False)
    assert "Ada" in (await visitor.get("/")).text


async def test_what_is_no_page_needs_the_database_to_say_so(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    await visitor.sign_in(await factories.user())
    monkeypatch.setattr(Operations, "run", away)
    for path in ("/nothing", "/desk"):
        answer = await visitor.client.get(path)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")


async def away(*_: object) -> None:
    raise DatabaseUnavailable("away")
