"""Signing in for a page of another site: only for those that are named, by an act, and with a session of its own."""

import json
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote

import pytest

from models import Role, Session, User
from server.site.forgery import csrf_token
from tests import factories
from tests.server.site.test_accounts import FORGED, PASSWORD, cookie, signed_up
from tests.server.site.visitor import COOKIE, Visitor, another, visited

HOST = "https://host.example"
POPUP = f"/sign-in/popup?origin={quote(HOST, safe='')}"


@pytest.fixture
async def visitor(sqlite_url: str) -> AsyncIterator[Visitor]:
    async with visited(sqlite_url, embed_origins=f"{HOST} http://localhost:*") as visitor:
        yield visitor


def handed(visitor: Visitor) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(visitor.one("#handed").text())
    return told


async def viewer_of(visitor: Visitor, token: str) -> Any:
    headers = {"authorization": f"Bearer {token}"}
    asked = await visitor.client.post("/graphql", json={"query": "{ viewer { name } }"}, headers=headers)
    return asked.json()["data"]["viewer"]


async def test_somebody_signs_in_there_with_a_password(visitor: Visitor) -> None:
    user = await signed_up(another(visitor), name="</script><b>Ada")
    await visitor.get(POPUP)
    assert HOST in visitor.texts("main strong")
    assert visitor.page.css("#handed") == []
    await visitor.send("main form", email="ada@blog.example", password="guessed")
    assert (visitor.response.status_code, visitor.page.css("#handed")) == (422, [])
    response = await visitor.send("main form", password=PASSWORD)
    told = handed(visitor)
    assert told["origin"] == HOST
    assert told["user"] == {"id": f"user_{user.id}", "name": "</script><b>Ada"}
    assert await viewer_of(visitor, told["token"]) == {"name": "</script><b>Ada"}
    assert response.text.count(told["token"]) == 1
    assert visitor.page.css("b") == []
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["referrer-policy"].endswith("no-referrer")
    assert "cross-origin-opener-policy" not in response.headers
    assert cookie(visitor) is None
    script = visitor.one("script[src]").attributes["src"] or ""
    assert "postMessage" in (await visitor.client.get(script)).text


async def test_who_is_signed_in_here_gives_a_session_of_its_own(visitor: Visitor) -> None:
    user = await signed_up(visitor)
    await visitor.get(POPUP)
    assert await Session.filter(user_id=user.id).count() == 1
    await visitor.send("main form")
    token = handed(visitor)["token"]
    assert token != cookie(visitor)
    assert await viewer_of(visitor, token) == {"name": "ada"}
    await visitor.get("/")
    await visitor.send("nav.account form")
    assert await viewer_of(visitor, token) == {"name": "ada"}


@pytest.mark.parametrize("signed_in", [False, True])
async def test_whatever_the_account_may_that_page_may_what_a_reader_may(
    visitor: Visitor, *, signed_in: bool
) -> None:
    user = await signed_up(visitor if signed_in else another(visitor))
    await Session.filter(user_id=user.id).delete() if not signed_in else None
    await User.filter(id=user.id).update(role=Role.ADMIN)
    await visitor.get(POPUP)
    await visitor.send("main form", **({} if signed_in else {"email": user.email, "password": PASSWORD}))
    headers = {"authorization": f"Bearer {handed(visitor)['token']}"}
    asked = {"query": "{ viewer { role email } users { totalCount } }"}
    answer = (await visitor.client.post("/graphql", json=asked, headers=headers)).json()
    assert answer["data"] == {"viewer": {"role": "ADMIN", "email": user.email}, "users": {"totalCount": 0}}
    given = f'setRole(input: {{ user: "user_{(await factories.user()).id}", role: ADMIN }})'
    denied = {"query": f"mutation {{ {given} {{ error {{ __typename }} }} }}"}
    answer = (await visitor.client.post("/graphql", json=denied, headers=headers)).json()
    assert answer["data"] == {"setRole": {"error": {"__typename": "NotAllowed"}}}
    assert await User.filter(role=Role.ADMIN).count() == 1
    assert await Session.filter(user_id=user.id, as_reader=True).count() == 1
    assert await Session.filter(user_id=user.id, as_reader=False).count() == int(signed_in)


async def test_nobody_fills_the_database_with_sessions(visitor: Visitor) -> None:
    await visitor.sign_in(await factories.user())
    csrf = csrf_token(visitor.client.cookies.get(COOKIE) or "")
    statuses = []
    for _ in range(21):
        answer = await visitor.client.post("/sign-in/popup", data={"origin": HOST, "csrf": csrf})
        statuses.append(answer.status_code)
    assert statuses == [200] * 20 + [429]
    assert int(answer.headers["retry-after"]) > 3000
    assert await Session.all().count() == 21


async def test_somebody_without_an_account_comes_back_from_signing_up(visitor: Visitor) -> None:
    await visitor.get(POPUP)
    await visitor.get(visitor.one("main a").attributes["href"] or "")
    await visitor.send("main form", email="ada@blog.example", username="ada", password=PASSWORD)
    assert visitor.texts("main strong") == [HOST]
    await visitor.send("main form")
    assert handed(visitor)["user"]["name"] == "ada"


async def test_it_is_there_beside_a_front_end_too(sqlite_url: str) -> None:
    async with visited(sqlite_url, site=False, embed_origins=HOST) as visitor:
        await signed_up(visitor)
        await visitor.get(POPUP)
        await visitor.send("main form")
        assert handed(visitor)["user"]["name"] == "ada"
        for path in ("/settings", "/comments/comment_1/edit", "/posts/nowhere/comments"):
            assert (await visitor.get(path)).status_code == 404


async def test_a_port_may_be_any_where_the_site_says_so(visitor: Visitor) -> None:
    assert (await visitor.get("/sign-in/popup?origin=http://localhost:1313")).status_code == 200


@pytest.mark.parametrize(
    "origin",
    [
        *(
            "",
            "null",
            "*",
            "https://evil.example",
            f"{HOST}/",
            f"{HOST}.evil.example",
            f"{HOST}:444",
            "//host.example",
        ),
        *(
            "http://host.example",
            "https://HOST.example",
            f"{HOST}, https://evil.example",
            "javascript:alert(1)",
        ),
        *("https://blog.example", "https://höst.example", f"{HOST}\n"),
    ],
)
async def test_no_other_site_is_given_anything(visitor: Visitor, origin: str) -> None:
    await signed_up(visitor)
    before = await Session.all().count()
    token = csrf_token(visitor.client.cookies.get(COOKIE) or "")
    asked = await visitor.get(f"/sign-in/popup?origin={quote(origin, safe='')}")
    assert (asked.status_code, visitor.page.css("form, script")) == (403, [])
    sent = await visitor.post("/sign-in/popup", origin=origin, csrf=token)
    assert (sent.status_code, visitor.page.css("form, script")) == (403, [])
    stranger = another(visitor)
    await stranger.post("/sign-in/popup", origin=origin, email="ada@blog.example", password=PASSWORD)
    assert (stranger.response.status_code, await Session.all().count()) == (403, before)


async def test_no_page_presses_the_button(visitor: Visitor) -> None:
    await visitor.sign_in(await factories.user())
    token = csrf_token(visitor.client.cookies.get(COOKIE) or "")
    for csrf in ({}, {"csrf": csrf_token("of another session")}):
        await visitor.post("/sign-in/popup", origin=HOST, **csrf)
        assert visitor.page.css("#handed") == []
    for headers in (*FORGED, {"origin": HOST, "sec-fetch-site": "cross-site"}, {"origin": HOST}):
        answer = await visitor.client.post(
            "/sign-in/popup", data={"origin": HOST, "csrf": token}, headers=headers
        )
        assert answer.status_code == 403
    assert await Session.all().count() == 1
