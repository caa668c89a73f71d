"""Signing up, in and out on the site, and what people change about themselves."""

import pytest

from models import Session, User
from server.site.returning import own_path
from tests import factories
from tests.server.site.visitor import COOKIE, URL, Visitor, another, visited

PASSWORD = "correct horse battery"


async def signed_up(visitor: Visitor, username: str = "ada", **more: str) -> User:
    await visitor.get("/sign-up")
    await visitor.send(
        "main form", email=f"{username}@blog.example", username=username, password=PASSWORD, **more
    )
    return await User.get(username=username)


def cookie(visitor: Visitor) -> str | None:
    return visitor.client.cookies.get(COOKIE)


async def test_somebody_signs_up_and_out_and_in_again(visitor: Visitor) -> None:
    await signed_up(visitor)
    assert visitor.texts("nav.account a") == ["ada"]
    first = cookie(visitor)
    await visitor.send("nav.account form")
    assert (cookie(visitor), visitor.texts("nav.account a")) == (None, ["Sign in", "Sign up"])
    assert await Session.all().count() == 0
    await visitor.get("/sign-in")
    await visitor.send("main form", email="ADA@blog.example", password=PASSWORD)
    assert visitor.texts(".notice") == ["Welcome. You are signed in."]
    assert cookie(visitor) not in (None, first)


async def test_they_come_back_to_where_they_came_from(visitor: Visitor) -> None:
    await signed_up(visitor)
    post = await factories.post(slug="hello")
    stranger = another(visitor)
    await stranger.get(f"/posts/{post.slug}?after=x")
    link = stranger.page.css("nav.account a")[0].attributes["href"] or ""
    assert (await stranger.get(link)).headers["cache-control"] == "no-store"
    await stranger.send("main form", email="ada@blog.example", password=PASSWORD)
    assert stranger.response.url.path == "/posts/hello"
    await stranger.get("/sign-in?next=/settings")
    assert stranger.response.url.path == "/settings"


@pytest.mark.parametrize(
    "elsewhere",
    [
        *(
            "//evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "https://evil.example/",
            "https:evil.example",
        ),
        *(
            "/\t/evil.example",
            "\t//evil.example",
            " //evil.example",
            "/\n/evil.example",
            "javascript:alert(1)",
        ),
        *("", "posts", "/sign-in?next=/x", "/sign-out", "///evil.example", "/" + "x" * 3000, "/\x80/x"),
    ],
)
def test_they_never_come_to_another_site(elsewhere: str) -> None:
    assert own_path(elsewhere) == "/"


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        ("/posts/a?after=b%20c#comment_1", "/posts/a?after=b%20c#comment_1"),
        ("/posts/café", "/posts/caf%C3%A9"),
        ("/sign-in-soon", "/sign-in-soon"),
        ("/sign-in/popup?origin=x", "/sign-in/popup?origin=x"),
    ],
)
def test_a_path_of_this_site_is_one(path: str, sent: str) -> None:
    assert own_path(path) == sent


async def test_forms_lead_to_no_other_site_either(visitor: Visitor) -> None:
    await signed_up(visitor)
    stranger = another(visitor)
    await stranger.get("/sign-in?next=https://evil.example")
    assert stranger.one("input[name=next]").attributes["value"] == "/"
    await stranger.post("/sign-in", email="ada@blog.example", password=PASSWORD, next="//evil.example")
    assert str(stranger.response.url).startswith(f"{URL}/?notice=")


async def test_a_wrong_password_and_an_unknown_address_are_told_alike(visitor: Visitor) -> None:
    await signed_up(visitor)
    seen = []
    for email in ("ada@blog.example", "eve@blog.example"):
        stranger = another(visitor)
        await stranger.get("/sign-in?next=/x", accept_language="fr")
        response = await stranger.send("main form", email=email, password="not this one")
        assert (response.status_code, cookie(stranger)) == (422, None)
        assert stranger.one("#email").attributes["value"] == email
        assert stranger.one("#password").attributes.get("value") is None
        assert "not this one" not in response.text
        seen.append(response.text.replace(email, ""))
    assert seen[0] == seen[1]


async def test_who_tries_too_often_is_told_when_to_come_back(sqlite_url: str) -> None:
    async with visited(sqlite_url, sign_in_attempts=2) as visitor:
        await visitor.get("/sign-in", accept_language="fr")
        for _ in range(3):
            response = await visitor.send("main form", email="ada@blog.example", password="guessed")
        assert response.status_code == 429
        assert 1 <= int(response.headers["retry-after"]) <= 30
        assert f"in {response.headers['retry-after']} second" in visitor.texts(".error")[0]


async def test_what_is_wrong_is_said_beside_each_field(visitor: Visitor) -> None:
    await signed_up(visitor)
    stranger = another(visitor)
    await stranger.get("/sign-up?next=/settings")
    response = await stranger.send(
        "main form", email="nothing", username="admin", name='"><b>Eve', password="short"
    )
    assert (response.status_code, response.headers["cache-control"]) == (422, "no-store")
    assert stranger.texts("span.error") == [
        "This is not an e-mail address.",
        "This username is reserved for those who run the site.",
        "A password has 8 to 256 characters.",
    ]
    for name in ("email", "username", "password"):
        field = stranger.one(f"#{name}")
        assert field.attributes["aria-invalid"] == "true"
        assert f"{name}-error" in (field.attributes["aria-describedby"] or "").split()
        assert stranger.one(f".error a[href='#{name}']")
    assert "autofocus" in stranger.one("[role=alert][tabindex='-1']").attributes
    assert stranger.one("#name").attributes["value"] == '"><b>Eve'
    assert stranger.page.css("main b") == []
    assert stranger.one("input[name=next]").attributes["value"] == "/settings"
    await stranger.send("main form", email="ada@blog.example", username="ADA", password=PASSWORD)
    assert len(stranger.texts("span.error")) == 2
    assert await User.all().count() == 1


async def test_signing_in_ends_the_session_before(visitor: Visitor) -> None:
    ada = await signed_up(visitor)
    await signed_up(another(visitor), "bob")
    planted = cookie(visitor)
    await visitor.get("/")
    token = visitor.one("meta[name=csrf]").attributes["content"]
    await visitor.post("/sign-in", email="bob@blog.example", password=PASSWORD, csrf=token)
    assert (visitor.texts("nav.account a"), cookie(visitor) == planted) == (["bob"], False)
    assert not await Session.filter(user_id=ada.id).exists()


async def test_a_session_that_has_ended_is_no_hindrance(visitor: Visitor) -> None:
    await signed_up(visitor)
    stranger = another(visitor)
    await stranger.get("/sign-in")
    stranger.client.cookies.set(COOKIE, "x" * 43, domain="blog.example")
    await stranger.send("main form", email="ada@blog.example", password=PASSWORD)
    assert stranger.texts("nav.account a") == ["ada"]


async def test_who_has_signed_in_in_another_tab_goes_on(visitor: Visitor) -> None:
    await signed_up(another(visitor), "bob")
    await visitor.get("/sign-in?next=/settings")
    page = visitor.response, visitor.page
    await signed_up(visitor)
    before = cookie(visitor)
    visitor.response, visitor.page = page
    await visitor.send("main form", email="bob@blog.example", password=PASSWORD)
    assert (visitor.response.url.path, cookie(visitor)) == ("/settings", before)
    assert visitor.texts("nav.account li:has(form)") == ["Sign out"]


async def test_browsers_that_say_nothing_of_where_a_form_comes_from_can_sign_in(visitor: Visitor) -> None:
    await signed_up(visitor)
    stranger = another(visitor)
    data = {"email": "ada@blog.example", "password": PASSWORD}
    answer = await stranger.client.post("/sign-in", data=data)
    assert (answer.status_code, cookie(stranger) is None) == (303, False)


FORGED = [
    {"origin": "https://evil.example", "sec-fetch-site": "cross-site"},
    {"origin": "https://evil.example"},
    {"origin": "null", "sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
]


@pytest.mark.parametrize("headers", FORGED)
async def test_no_other_site_signs_anybody_in_or_up(visitor: Visitor, headers: dict[str, str]) -> None:
    data = {"email": "ada@blog.example", "username": "ada", "password": PASSWORD}
    for path in ("/sign-up", "/sign-in"):
        answer = await visitor.client.post(path, data=data, headers=headers)
        assert (answer.status_code, "set-cookie" in answer.headers) == (403, False)
    assert await User.all().count() == 0
