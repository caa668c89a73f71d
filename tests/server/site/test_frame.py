"""What all pages have in common: languages, what is kept, sessions, and who may send a form."""

import pytest

from models import Role
from server.site.forgery import csrf_token
from server.site.language import negotiated
from tests import factories
from tests.server.site.visitor import COOKIE, URL, Visitor, another

ROLE = {"query": "{ viewer { role } }"}


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        (b"", "en"),
        (b"fr-CA, fr;q=0.9, en;q=0.8", "fr"),
        (b"de, en-GB;q=0.5, fr;q=0.4", "en"),
        (b"de, *;q=0.1", "en"),
        (b"fr;q=0, en;q=0.1", "en"),
        (b"de", "en"),
        (b"fr;q=never", "en"),
    ],
)
def test_a_browser_says_which_language_it_likes(accepted: bytes, language: str) -> None:
    assert negotiated(accepted, "en") == language


async def test_the_language_that_was_chosen_is_kept(visitor: Visitor) -> None:
    await visitor.get("/", accept_language="fr")
    assert visitor.one("html").attributes["lang"] == "fr"
    await visitor.get("/?lang=en", accept_language="fr")
    assert visitor.one("html").attributes["lang"] == "en"
    await visitor.get("/", accept_language="fr")
    assert visitor.one("html").attributes["lang"] == "en"


async def test_a_page_is_kept_until_somebody_writes(visitor: Visitor) -> None:
    first = await visitor.get("/")
    again = await visitor.get("/", if_none_match=first.headers["etag"])
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
    await factories.post(title="A new one")
    changed = await visitor.get("/", if_none_match=first.headers["etag"])
    assert changed.status_code == 200
    assert "A new one" in changed.text


async def test_what_is_kept_for_strangers_is_not_what_somebody_signed_in_is_shown(visitor: Visitor) -> None:
    user = await factories.user(name="Ada")
    stranger = another(visitor)
    await stranger.get("/")
    await visitor.sign_in(user)
    response = await visitor.get("/")
    assert "Ada" in response.text
    assert response.headers["cache-control"].startswith("private")
    assert "Ada" not in (await stranger.get("/")).text


async def test_a_session_that_has_ended_is_forgotten(visitor: Visitor) -> None:
    visitor.client.cookies.set(COOKIE, "x" * 43, domain="blog.example")
    response = await visitor.get("/")
    assert response.status_code == 200
    assert "Max-Age=0" in response.headers["set-cookie"]


async def test_scripts_of_the_site_ask_as_whoever_is_signed_in(visitor: Visitor) -> None:
    user = await factories.user(role=Role.AUTHOR)
    await visitor.sign_in(user)
    await visitor.get("/")
    token = visitor.one("meta[name=csrf]").attributes["content"] or ""
    headers = {"x-csrf-token": token, "sec-fetch-site": "same-origin"}
    asked = await visitor.client.post("/session/graphql", json=ROLE, headers=headers)
    assert asked.json() == {"data": {"viewer": {"role": "AUTHOR"}}}
    for wrong in (
        {"sec-fetch-site": "same-origin"},
        {"x-csrf-token": csrf_token("another"), "sec-fetch-site": "same-origin"},
        {"x-csrf-token": token, "sec-fetch-site": "cross-site", "origin": "https://evil.example"},
        {"x-csrf-token": token, "origin": "https://evil.example"},
    ):
        refused = await visitor.client.post("/session/graphql", json=ROLE, headers=wrong)
        assert (refused.status_code, refused.json()["errors"][0]["extensions"]["code"]) == (403, "CROSS_SITE")


async def test_a_session_of_a_cookie_is_none_for_the_api(visitor: Visitor) -> None:
    await visitor.sign_in(await factories.user())
    asked = await visitor.client.post("/graphql", json=ROLE)
    assert asked.json() == {"data": {"viewer": None}}


async def test_what_is_nowhere_is_said_in_the_readers_language(visitor: Visitor) -> None:
    response = await visitor.get("/nowhere", accept_language="fr")
    assert response.status_code == 404
    assert visitor.one("html").attributes["lang"] == "fr"
    assert visitor.texts("main a")
    wrong = await visitor.post(f"{URL}/")
    assert (wrong.status_code, wrong.headers["allow"]) == (405, "GET, HEAD")
