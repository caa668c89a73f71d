"""The moderators' desk, without JavaScript: who may come, what is there, and what is done there."""

from collections.abc import Callable
from typing import Any

import pytest
from jinja2.ext import babel_extract

import web
from auth.viewer import now
from models import (
    Category,
    Comment,
    CommentDecision,
    CommentStatus,
    DeliveryStatus,
    ImportReport,
    Linkback,
    LinkbackStatus,
    OutgoingLinkback,
    Role,
    User,
)
from server.site.translation import translations_of
from tests import factories
from tests.resolvers.rows import all_rows
from tests.server.site.visitor import URL, Visitor, another

SAME_IN_FRENCH = {"Imports", "Pingback", "Webmention"}
FOR_MODERATORS = ("/desk", "/desk/comments", "/desk/linkbacks", "/desk/people")
FOR_ADMINISTRATORS = ("/desk/categories", "/desk/sent", "/desk/imports")
PENDING = {"status": CommentStatus.PENDING, "decision": CommentDecision.PENDING}


async def signed_in(visitor: Visitor, role: Role, **values: Any) -> User:
    user = await factories.user(role=role, **values)
    await visitor.sign_in(user)
    return user


async def csrf(visitor: Visitor) -> str:
    """The token of the visitor's session, as any page has it."""
    await visitor.get("/")
    found = visitor.page.css_first("meta[name=csrf]")
    return (found.attributes["content"] or "") if found else ""


async def sample() -> dict[str, str]:
    """Rows that a form could be about."""
    post = await factories.post()
    comment = await factories.comment(post=post, **PENDING)
    linkback = await factories.linkback(post=post, status=LinkbackStatus.PENDING)
    return {
        "comment": f"comment_{comment.id}",
        "linkback": f"linkback_{linkback.id}",
        "user": f"user_{(await factories.user()).id}",
        "category": f"category_{(await factories.category()).id}",
    }


FORMS: dict[str, tuple[Role, Callable[[dict[str, str]], tuple[str, dict[str, Any]]]]] = {
    "decide about one": (Role.MODERATOR, lambda s: ("/desk/decisions", {"SPAM": s["comment"]})),
    "decide about several": (
        Role.MODERATOR,
        lambda s: ("/desk/decisions", {"decision": "APPROVED", "chosen": [s["comment"], s["linkback"]]}),
    ),
    "give a role": (Role.ADMIN, lambda s: ("/desk/people", {"user": s["user"], "role": "MODERATOR"})),
    "make a category": (Role.ADMIN, lambda _: ("/desk/categories", {"name": "New"})),
    "rename a category": (Role.ADMIN, lambda s: (f"/desk/categories/{s['category']}", {"name": "Other"})),
    "delete a category": (Role.ADMIN, lambda s: (f"/desk/categories/{s['category']}/delete", {})),
}
ROLES = (Role.READER, Role.AUTHOR, Role.MODERATOR, Role.ADMIN)


async def test_pages_are_for_those_whom_they_concern(visitor: Visitor) -> None:
    """A stranger is sent to sign in and back, the others are told that it is not for them."""
    for path in (*FOR_MODERATORS, *FOR_ADMINISTRATORS):
        response = await visitor.client.get(path)
        assert (response.status_code, response.headers["location"]) == (
            303,
            f"/sign-in?next={path.replace('/', '%2F')}",
        )
    for role in ROLES:
        browser = another(visitor)
        await signed_in(browser, role)
        for paths, may in ((FOR_MODERATORS, ROLES[2:]), (FOR_ADMINISTRATORS, ROLES[3:])):
            for path in paths:
                response = await browser.get(path)
                assert response.status_code == (200 if role in may else 403), (role, path)
                assert bool(browser.page.css(".desk")) is (role in may)
                assert response.headers["cache-control"].startswith("private")


async def test_refused_forms_change_nothing(visitor: Visitor) -> None:
    rows = await sample()
    people: list[tuple[Role | None, Visitor, str]] = [(None, visitor, "")]
    for each in ROLES:
        browser = another(visitor)
        await signed_in(browser, each)
        people.append((each, browser, await csrf(browser)))
    for name, (least, make) in FORMS.items():
        path, fields = make(rows)
        for role, browser, token in people:
            if role is not None and ROLES.index(role) >= ROLES.index(least):
                continue
            before = await all_rows()
            headers = {"origin": URL, "sec-fetch-site": "same-origin"}
            response = await browser.client.post(path, data={**fields, "csrf": token}, headers=headers)
            assert response.status_code == (303 if role is None else 403), (name, role)
            assert role is not None or response.headers["location"].startswith("/sign-in?next=")
            assert await all_rows() == before, (name, role)


async def test_who_signs_in_before_a_form_is_sent_comes_back_to_a_page(visitor: Visitor) -> None:
    rows = await sample()
    for least, make in FORMS.values():
        path, fields = make(rows)
        browser = another(visitor)
        sent = await browser.client.post(path, data={"x": "", **fields}, headers={"origin": URL})
        back = sent.headers["location"].partition("next=")[2].replace("%2F", "/")
        await signed_in(browser, least)
        assert (await browser.get(back)).status_code == 200
        assert browser.page.css(".desk")


async def test_forged_forms_change_nothing(visitor: Visitor) -> None:
    rows = await sample()
    await signed_in(visitor, Role.ADMIN)
    token = await csrf(visitor)
    ours, theirs = {"origin": URL, "sec-fetch-site": "same-origin"}, {"origin": "https://evil.example"}
    for _, make in FORMS.values():
        path, fields = make(rows)
        before = await all_rows()
        for headers, given in ((ours, {}), (ours, {"csrf": "0" * 64}), (theirs, {"csrf": token})):
            response = await visitor.client.post(path, data={"x": "", **fields, **given}, headers=headers)
            assert response.status_code == 403, path
        assert await all_rows() == before


async def test_what_waits_stands_together_with_what_it_is_about(visitor: Visitor) -> None:
    post = await factories.post(title="The post")
    writer = await factories.user(name="Writer")
    parent = await factories.comment(post=post, body_html="<p>Said before</p>")
    for status in (CommentStatus.APPROVED, CommentStatus.APPROVED, CommentStatus.SPAM):
        await factories.comment(post=post, author=writer, status=status, decision=CommentDecision(status))
    linkback = await factories.linkback(
        post=post,
        status=LinkbackStatus.PENDING,
        title="Elsewhere",
        source_url="javascript:alert(1)",
        received_at=now(),
    )
    late = await factories.comment(parent=parent, author=writer, body_html="<p>Reply</p>", **PENDING)
    early = await factories.comment(post=post, created_at=await _before(post), **PENDING)
    await signed_in(visitor, Role.MODERATOR)
    await visitor.get("/desk")
    ids = [node.attributes["id"] or "" for node in visitor.page.css(".rows > li")]
    assert sorted(ids) == sorted([f"comment_{early.id}", f"comment_{late.id}", f"linkback_{linkback.id}"])
    assert ids[0] == f"comment_{early.id}"
    (text,) = visitor.texts(f"#comment_{late.id}")
    for part in ("Writer", "The post", "Said before", "Reply", "2 approved", "1 called spam"):
        assert part in text
    assert not visitor.page.css(f"#linkback_{linkback.id} a[href^=javascript]")
    assert visitor.one("form.queue").attributes["data-cursor"]


async def _before(post: Any) -> Any:
    return post.published_at


async def test_the_desk_is_empty_on_an_empty_site(visitor: Visitor) -> None:
    await signed_in(visitor, Role.ADMIN)
    for path in (*FOR_MODERATORS, *FOR_ADMINISTRATORS):
        response = await visitor.get(path)
        assert response.status_code == 200
        assert not visitor.page.css(".rows > li")


async def test_one_is_decided_by_its_own_button(visitor: Visitor) -> None:
    rows = await sample()
    await signed_in(visitor, Role.MODERATOR)
    await visitor.get("/desk")
    await visitor.send("form.queue", f"APPROVED={rows['comment']}")
    assert (await Comment.get()).decision is CommentDecision.APPROVED
    assert (await Linkback.get()).status is LinkbackStatus.PENDING
    assert visitor.response.url.path == "/desk"
    assert visitor.texts(".notice[role=status]")[0] == "Decided."
    assert len(visitor.page.css(".rows > li")) == 1


async def test_several_are_decided_at_once_and_those_that_are_gone_are_told_of(visitor: Visitor) -> None:
    rows = await sample()
    await signed_in(visitor, Role.MODERATOR)
    await visitor.get("/desk")
    await visitor.send(
        "form.queue", "decision=SPAM", chosen=[rows["comment"], rows["linkback"], "comment_999"]
    )
    assert (await Comment.get()).decision is CommentDecision.SPAM
    assert (await Linkback.get()).status is LinkbackStatus.SPAM
    assert visitor.texts("p.notice")[0].startswith("Some were not decided")
    await visitor.send("form.queue", "decision=SPAM")
    assert visitor.texts("p.notice")[0].startswith("Nothing was chosen")


@pytest.mark.parametrize("section", ["comments", "linkbacks"])
async def test_what_was_decided_is_listed_and_can_be_decided_otherwise(
    visitor: Visitor, section: str
) -> None:
    rows = await sample()
    id_ = rows[section.removesuffix("s")]
    await signed_in(visitor, Role.MODERATOR)
    await visitor.get(f"/desk/{section}")
    await visitor.send(".desk form", f"SPAM={id_}")
    assert (visitor.response.url.path, visitor.response.url.params["status"]) == (
        f"/desk/{section}",
        "PENDING",
    )
    assert not visitor.page.css(".rows > li")
    await visitor.get(f"/desk/{section}?status=SPAM")
    assert visitor.one(".rows > li").attributes["id"] == id_
    await visitor.send(".desk form", f"PENDING={id_}")
    await visitor.get("/desk")
    assert id_ in [node.attributes["id"] for node in visitor.page.css(".rows > li")]


async def test_a_row_is_fetched_by_itself_by_those_who_may(visitor: Visitor) -> None:
    rows = await sample()
    await signed_in(visitor, Role.MODERATOR)
    for name in ("comment", "linkback"):
        await visitor.get(f"/desk/rows/{rows[name]}")
        assert visitor.one("li.row").attributes["id"] == rows[name]
        assert not visitor.page.css("header")
    for other in (rows["user"], "comment_999", "x"):
        assert (await visitor.get(f"/desk/rows/{other}")).status_code == 404
    reader = another(visitor)
    await signed_in(reader, Role.READER)
    assert (await reader.get(f"/desk/rows/{rows['comment']}")).status_code == 403


async def test_people_are_found_and_given_roles(visitor: Visitor) -> None:
    admin = await signed_in(visitor, Role.ADMIN, username="root", name="Root")
    user = await factories.user(username="ann", name="Ann", email="ann@one.example")
    await factories.guest(name="Passer-by")
    await visitor.get("/desk/people?q=one.example")
    assert [node.attributes["id"] for node in visitor.page.css(".people > li")] == [f"user_{user.id}"]
    assert visitor.one("option[value=READER][selected]")
    await visitor.send("form.role", role="AUTHOR")
    assert (await User.get(id=user.id)).role is Role.AUTHOR
    assert visitor.response.url.params["q"] == "one.example"
    await visitor.get("/desk/people")
    assert not visitor.page.css(f"#user_{admin.id} form")
    own = {"user": f"user_{admin.id}", "role": "READER", "csrf": await csrf(visitor)}
    response = await visitor.post("/desk/people", **own)
    assert (response.status_code, (await User.get(id=admin.id)).role) == (422, Role.ADMIN)
    assert visitor.texts(".mistake")
    moderator = another(visitor)
    await signed_in(moderator, Role.MODERATOR)
    await moderator.get("/desk/people?role=AUTHOR")
    assert "ann@one.example" not in moderator.response.text
    assert moderator.texts(".people > li")
    assert not moderator.page.css("form.role")


async def test_categories_are_made_renamed_moved_and_deleted(visitor: Visitor) -> None:
    await signed_in(visitor, Role.ADMIN)
    await visitor.get("/desk/categories")
    await visitor.send("form.new-category", name="Kitchen")
    kitchen = await Category.get(slug="kitchen")
    await visitor.send("form.new-category", name="Soups", parent=f"category_{kitchen.id}", description="Hot.")
    soups = await Category.get(slug="soups")
    assert (soups.parent_id, soups.description) == (kitchen.id, "Hot.")
    form = f'form[action="/desk/categories/category_{soups.id}"]'
    await visitor.send(form, name="Broths", slug="", parent="")
    soups = await Category.get(id=soups.id)
    assert (soups.name, soups.slug, soups.parent_id) == ("Broths", "broths", None)
    await visitor.send(f'form[action="/desk/categories/category_{kitchen.id}/delete"]')
    assert [each.slug for each in await Category.all()] == ["broths"]


async def test_categories_are_shown_however_deep_they_are(visitor: Visitor) -> None:
    parent, slugs = None, []
    for number in range(8):
        parent = await factories.category(parent=parent, slug=f"level-{number}", name=f"Level {number}")
        slugs.append(f"category_{parent.id}")
    await signed_in(visitor, Role.ADMIN)
    await visitor.get("/desk/categories")
    assert [node.attributes["id"] for node in visitor.page.css(".categories > li")] == slugs
    assert len(visitor.page.css(f"select[id=parent-{slugs[4]}] option")) == 5  # nothing, and those above


async def test_a_wrong_category_is_shown_as_it_was_typed(visitor: Visitor) -> None:
    await signed_in(visitor, Role.ADMIN)
    post = await factories.post()
    await visitor.get("/desk/categories")
    await visitor.send("form.new-category", name="x" * 101)
    assert visitor.response.status_code == 422
    assert visitor.one("#name-new").attributes["value"] == "x" * 101
    assert visitor.texts(".mistake")
    await visitor.send(f'form[action="/desk/categories/category_{post.category_id}/delete"]')
    assert visitor.texts(f"#category_{post.category_id} .mistake")
    assert await Category.filter(id=post.category_id).exists()


async def test_what_was_sent_and_what_imports_said_is_shown(visitor: Visitor) -> None:
    post = await factories.post(title="Told")
    for number, status in enumerate(DeliveryStatus):
        await OutgoingLinkback.create(
            post=post,
            target_url=f"https://{status.lower()}.example/",
            target_digest=f"{number:064x}",
            status=status,
            error="It answered <404>.",
        )
    reason = {"reason": "It is <spam>.", "count": 3, "examples": ["<7>"]}
    account = (
        '[{"kind": "post", "read": 3, "written": 0, "updated": 0, "unchanged": 0, "left_out": 3,'
        f' "reasons_for_leaving_out": [{str(reason).replace(chr(39), chr(34))}], "reasons_for_changing": []}}]'
    )
    await ImportReport.create(source="isso x", started_at=now(), account=account)
    await signed_in(visitor, Role.ADMIN)
    await visitor.get("/desk/sent")
    (text,) = visitor.texts(".records > li")
    assert "given_up.example" in text
    assert "It answered <404>." in text
    await visitor.get("/desk/sent?status=FAILED")
    assert "failed.example" in visitor.texts(".records > li")[0]
    await visitor.get("/desk/imports")
    (text,) = visitor.texts(".report")
    for part in ("isso x", "It is <spam>.", "<7>", "3"):
        assert part in text


def test_every_word_of_the_desk_is_there_in_french() -> None:
    catalog = translations_of("fr")
    missing = []
    for path in sorted((web.TEMPLATES / "desk").glob("*.html")):
        with path.open("rb") as file:
            for _, _, said, _ in babel_extract(file, ["gettext", "ngettext"], [], {"trimmed": "true"}):
                one, *forms = [said] if isinstance(said, str) else [text for text in said or () if text]
                told = catalog.ngettext(one, forms[0], 2) if forms else catalog.gettext(one)
                missing += [one] if told in (one, *forms) and one not in SAME_IN_FRENCH else []
    assert missing == []


async def test_it_speaks_french(visitor: Visitor) -> None:
    await sample()
    await signed_in(visitor, Role.ADMIN)
    await visitor.get("/desk", accept_language="fr")
    assert visitor.texts("h1") == ["À décider"]
    assert "Approuver" in visitor.texts(".decisions button")
    await visitor.get("/desk?notice=decided", accept_language="fr")
    assert visitor.texts("p.notice")[0] == "C’est décidé."
