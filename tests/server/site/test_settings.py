"""What people change about themselves on the site, and that nobody else can."""

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image as Pillow

from models import Image, Session, User
from server.site.forgery import csrf_token
from tests import factories
from tests.resolvers.rows import all_rows
from tests.server.site.test_accounts import FORGED, PASSWORD, cookie, signed_up
from tests.server.site.visitor import COOKIE, Visitor, another, visited

HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(1)>'


def picture() -> tuple[str, bytes, str]:
    file = BytesIO()
    Pillow.new("RGB", (40, 30), "teal").save(file, "PNG")
    return "me.png", file.getvalue(), "image/png"


async def test_strangers_sign_in_first(visitor: Visitor) -> None:
    await visitor.get("/settings")
    assert visitor.response.url.path == "/sign-in"
    assert visitor.one("input[name=next]").attributes["value"] == "/settings"
    await visitor.client.post("/settings", data={"name": "x"}, files={"picture": picture()})
    assert await Image.all().count() == 0


async def test_a_profile_is_changed(sqlite_url: str, tmp_path: Path) -> None:
    async with visited(sqlite_url, media=str(tmp_path)) as visitor:
        await signed_up(visitor)
        await visitor.get("/settings")
        await visitor.send("#profile form", name="Ada L.", bio="First.\nLast.", picture=picture())
        assert visitor.texts(".notice") == ["Saved."]
        user, image = await User.get(username="ada"), await Image.get()
        assert (user.name, user.bio, user.website) == ("Ada L.", "First.\nLast.", None)
        assert (user.avatar_id, image.width, image.height) == (image.id, 40, 30)
        await visitor.send("#profile form", website="https://ada.example/")
        user = await User.get(username="ada")
        assert (user.website, user.avatar_id is None) == ("https://ada.example/", False)
        await visitor.send("#profile form", no_picture="on")
        assert (await User.get(username="ada")).avatar_id is None


async def test_a_picture_is_not_chosen_twice(sqlite_url: str, tmp_path: Path) -> None:
    async with visited(sqlite_url, media=str(tmp_path)) as visitor:
        await signed_up(visitor)
        await visitor.get("/settings")
        response = await visitor.send("#profile form", website="javascript:alert(1)", picture=picture())
        assert response.status_code == 422
        assert visitor.texts("span.error") == ["The website is not an http or https address."]
        await visitor.send("#profile form", website="")
        assert (await User.get(username="ada")).avatar_id is not None


async def test_what_is_no_picture_is_refused(visitor: Visitor) -> None:
    await signed_up(visitor)
    await visitor.get("/settings")
    response = await visitor.send("#profile form", name="Eve", picture=("x.png", b"<svg/>", "image/png"))
    assert response.status_code == 415
    assert visitor.one("#picture").attributes["aria-invalid"] == "true"
    assert visitor.one("#name").attributes["value"] == "Eve"
    assert (await User.get(username="ada")).name == "ada"


async def test_what_people_say_of_themselves_is_text(visitor: Visitor) -> None:
    await signed_up(visitor, name=HOSTILE)
    await visitor.get("/settings")
    await visitor.send("#profile form", bio=f"</textarea>{HOSTILE}", website='https://a.example/?"onclick=x')
    for path in ("/settings", "/"):
        await visitor.get(path)
        assert visitor.page.css("script:not([type]), [onerror], [onclick], img[src=x]") == []


async def test_the_password_is_changed_and_others_are_signed_out(visitor: Visitor) -> None:
    user = await signed_up(visitor)
    other = await factories.session(user=user)
    await visitor.get("/settings")
    wrong = {"password": "not this one", "new_password": "another good one"}
    response = await visitor.send("#password-change form", **wrong)
    assert (response.status_code, visitor.texts("span.error")) == (422, ["The current password is wrong."])
    assert not set(wrong.values()) & {node.attributes.get("value") for node in visitor.page.css("input")}
    await visitor.send("#password-change form", password=PASSWORD, new_password="ada")
    assert visitor.texts("span.error") == ["A password has 8 to 256 characters."]
    assert await Session.exists(id=other.id)
    await visitor.send("#password-change form", password=PASSWORD, new_password="another good one")
    assert "Your password was changed" in visitor.texts(".notice")[0]
    assert await Session.all().count() == 1
    stranger = another(visitor)
    await stranger.get("/sign-in")
    await stranger.send("main form", email="ada@blog.example", password="another good one")
    assert cookie(stranger) is not None


async def test_people_see_where_they_are_signed_in_and_end_it(visitor: Visitor) -> None:
    user = await signed_up(visitor)
    lost, strangers = await factories.session(user=user), await factories.session()
    await visitor.get("/settings")
    assert len(visitor.page.css("#sessions li")) == 2
    assert len(visitor.page.css("#sessions li strong")) == 1
    await visitor.send(f"#sessions form:has([value=session_{lost.id}])")
    assert not await Session.exists(id=lost.id)
    form = "#sessions li form"
    await visitor.send(form, id=f"session_{strangers.id}")
    assert await Session.exists(id=strangers.id)
    await visitor.send(form)
    assert (cookie(visitor), visitor.texts(".notice")) == (None, ["You are signed out."])


async def test_people_sign_out_everywhere(visitor: Visitor) -> None:
    user = await signed_up(visitor)
    await factories.session(user=user)
    await visitor.get("/settings")
    await visitor.send("[action='/sign-out-everywhere']")
    assert (cookie(visitor), await Session.all().count()) == (None, 0)


FORMS = {
    "/settings": {"name": "Eve", "bio": "x"},
    "/settings/password": {"password": PASSWORD, "new_password": "another good one"},
    "/settings/sessions": {},
    "/sign-out": {},
    "/sign-out-everywhere": {},
}


@pytest.mark.parametrize("path", FORMS)
async def test_nobody_else_sends_such_a_form(visitor: Visitor, path: str) -> None:
    user = await signed_up(visitor)
    session = await Session.get(user_id=user.id)
    fields = {**FORMS[path], "id": f"session_{session.id}"}
    token = csrf_token(visitor.client.cookies.get(COOKIE) or "")
    before = await all_rows()
    for csrf in ({}, {"csrf": ""}, {"csrf": csrf_token("of another session")}):
        assert (await visitor.post(path, **fields, **csrf)).status_code == 403
        if path == "/settings":
            assert (await visitor.post(path, **fields, **csrf, picture=picture())).status_code == 403
    for headers in FORGED:
        answer = await visitor.client.post(path, data={**fields, "csrf": token}, headers=headers)
        assert answer.status_code == 403
    assert await all_rows() == before
