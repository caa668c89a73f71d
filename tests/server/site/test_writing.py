"""Writing and editing posts without JavaScript: whole flows, and that nothing typed is lost."""

from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest
from PIL import Image as Pixels

from auth.policy import AuthPolicy
from models import BodyFormat, Category, Image, Post, PostStatus, Role, Session, User
from resolvers import filing
from resolvers.policy import Policy
from resolvers.previews import PreviewKind, preview
from tests import factories
from tests.resolvers.rows import viewing
from tests.server.site.visitor import COOKIE, Visitor, another, visited

FORM = "form.write"
EVIL = '"><script>alert(1)</script>&<b>'
SUMMER_TIME_BEGINS, IT_ENDS = "2099-03-29T02:30", "2099-10-25T02:30"


async def writer(visitor: Visitor, role: Role = Role.AUTHOR) -> User:
    await factories.category(name="Cats")
    user = await factories.user(role=role, name="Ada")
    await visitor.sign_in(user)
    await visitor.get("/write")
    return user


async def fill(visitor: Visitor, button: str, **fields: Any) -> int:
    """Send a new post; the answer's status."""
    category = await Category.get(name="Cats")
    given = {"title": "Hello", "body": "Some *words*.", "category": f"category_{category.id}", **fields}
    return (await visitor.send(FORM, f"do={button}", **given)).status_code


def path(visitor: Visitor) -> str:
    return str(visitor.response.url.path)


def typed(visitor: Visitor, name: str) -> str:
    node = visitor.one(f"[name={name}]")
    return node.text() if node.tag == "textarea" else node.attributes.get("value") or ""


async def test_a_draft_becomes_a_post(visitor: Visitor) -> None:
    user = await writer(visitor)
    other = await factories.category(name="Dogs")
    await fill(visitor, "save", tags="One, two ،  three", categories=[f"category_{other.id}"])
    post = await Post.get()
    assert (post.status, post.author_id, post.title) == (PostStatus.DRAFT, user.id, "Hello")
    assert path(visitor) == "/posts/hello/edit"
    assert visitor.texts("[role=status]") == [
        "Your draft is saved. Nobody else sees it before you publish it."
    ]
    assert typed(visitor, "tags") == "One, two, three"
    assert await filing.categories_of(post) == [post.category_id, other.id]
    assert (await another(visitor).get("/posts/hello")).status_code == 404
    await visitor.get("/drafts")
    assert visitor.texts("#drafts bdi") == ["Hello"]
    await visitor.get("/posts/hello/edit")
    await visitor.send(FORM, "do=publish", title="Hello again", comments=[])
    post = await Post.get()
    assert (post.status, post.title, post.comments_open) == (PostStatus.PUBLISHED, "Hello again", False)
    assert path(visitor) == "/posts/hello-again"
    assert "Some <em>words</em>." in (await another(visitor).get("/posts/hello-again")).text


async def test_an_edit_changes_what_was_changed_and_nothing_else(visitor: Visitor) -> None:
    user = await writer(visitor, Role.ADMIN)
    post = await factories.post(
        title="Before", body="Old.\n\nText.", pinned=True, author=user, tags=["a, with a comma"], also_in=[]
    )
    await visitor.get(f"/posts/{post.slug}/edit")
    await visitor.send(FORM, "do=save", body="\nNew.")
    changed = await Post.get(id=post.id)
    assert (changed.body, changed.excerpt, changed.pinned) == ("New.", "New.", True)
    assert (changed.published_at, changed.slug) == (post.published_at, post.slug)
    assert len(await filing.tags_of(changed)) == 1
    await visitor.get(f"/posts/{post.slug}/edit")
    await visitor.send(FORM, "do=save", excerpt="Mine", slug="elsewhere", pinned=[])
    changed = await Post.get(id=post.id)
    assert (changed.excerpt, changed.slug, changed.pinned) == ("Mine", "elsewhere", False)
    await visitor.get(f"/posts/{post.slug}/edit")
    assert path(visitor) == "/posts/elsewhere/edit"
    await visitor.send(FORM, "do=save", excerpt="", slug="")
    changed = await Post.get(id=post.id)
    assert (changed.excerpt, changed.slug) == ("New.", "before")
    await visitor.get("/posts/before/edit")
    await visitor.send(FORM, "do=draft")
    assert (await Post.get(id=post.id)).status == PostStatus.DRAFT


async def test_what_is_wrong_is_said_beside_what_was_typed(visitor: Visitor) -> None:
    await writer(visitor)
    text = "\n  indented\nlast\n"
    assert (
        await fill(visitor, "publish", title="", body=text, category="", slug="Not One", language="?") == 422
    )
    assert not await Post.exists()
    assert typed(visitor, "body") == text
    wrong = {node.attributes["name"] for node in visitor.page.css("[aria-invalid=true]")}
    assert wrong == {"title", "category", "slug", "language"}
    for node in visitor.page.css("[aria-invalid=true]"):
        described = (node.attributes["aria-describedby"] or "").split()
        assert visitor.texts(f"#{described[-1]}.error")
    assert len(visitor.page.css("[role=alert] li a")) == 4
    assert await fill(visitor, "publish", body="x" * 100_001, slug="", language="") == 422
    assert len(typed(visitor, "body")) == 100_001
    assert visitor.texts("#body-error") == ["The body is longer than 100,000 characters."]
    assert await fill(visitor, "save", category="category_999") == 404
    assert typed(visitor, "title") == "Hello"


async def test_a_text_that_no_form_may_have(visitor: Visitor) -> None:
    await writer(visitor)
    assert await fill(visitor, "save", body="x" * 1_300_000) == 413
    assert "Shorten it" in visitor.texts("main")[0]


async def test_what_the_server_cannot_do_loses_nothing(visitor: Visitor) -> None:
    author = await writer(visitor)
    post = await factories.post(author=author)
    await visitor.get(f"/posts/{post.slug}/edit")
    response = await visitor.send(FORM, "do=save", body="Long text", updated_at="the other day")
    assert (response.status_code, typed(visitor, "body")) == (400, "Long text")
    assert visitor.texts("[role=alert]")
    for _ in range(AuthPolicy().previews.attempts):
        await preview(viewing(author), Policy(), PreviewKind.POST, "Text", BodyFormat.MARKDOWN, None)
    response = await visitor.send(FORM, "do=preview")
    assert (response.status_code, typed(visitor, "body")) == (429, "Long text")
    assert int(response.headers["retry-after"]) > 0


async def test_a_preview_shows_the_text_and_saves_nothing(visitor: Visitor) -> None:
    await writer(visitor)
    body = f"Some *words*. <script>alert(1)</script> [x](javascript:alert(1))\n\n{EVIL}"
    assert await fill(visitor, "preview", title=EVIL, body=body, tags=EVIL, excerpt=EVIL) == 200
    assert visitor.texts(".preview h1") == [" ".join(EVIL.split())]
    assert visitor.texts(".preview em") == ["words"]
    assert not visitor.page.css(".preview script, .preview a, main script, main b")
    assert typed(visitor, "body") == body
    assert not await Post.exists()
    assert await fill(visitor, "preview", body="") == 422
    assert visitor.texts("#body-error")


async def test_no_page_runs_what_somebody_has_typed(visitor: Visitor) -> None:
    await writer(visitor)
    await factories.category(name=EVIL)
    await fill(visitor, "save", title=EVIL, body=EVIL, tags=EVIL, excerpt=EVIL)
    await visitor.send(FORM, "do=save", body=f"{EVIL} again")
    for page in ("edit", "delete", "revisions"):
        await visitor.get(f"/posts/{(await Post.get()).slug}/{page}")
        assert visitor.response.status_code == 200
        assert not visitor.page.css("main script, main b, nav script"), page
    await visitor.get("/drafts")
    assert not visitor.page.css("main script, main b")


async def test_a_form_that_is_sent_twice_makes_one_post(visitor: Visitor) -> None:
    await writer(visitor)
    form = visitor.response, visitor.page
    for button in ("publish", "publish"):
        visitor.response, visitor.page = form
        assert await fill(visitor, button) == 200
        assert path(visitor) == "/posts/hello"
    assert await Post.all().count() == 1
    visitor.response, visitor.page = form
    assert await fill(visitor, "save", body="Something else") == 422
    assert typed(visitor, "body") == "Something else"
    assert await fill(visitor, "save", body="Something else") == 200
    assert await Post.all().count() == 2


async def test_an_edit_that_is_sent_twice_is_no_conflict(visitor: Visitor) -> None:
    user = await writer(visitor)
    draft = await factories.draft(author=user)
    await visitor.get(f"/posts/{draft.slug}/edit")
    form = visitor.response, visitor.page
    for _ in range(2):
        visitor.response, visitor.page = form
        response = await visitor.send(FORM, "do=publish", title="Another", body="Another.\n")
        assert (response.status_code, path(visitor)) == (200, "/posts/another")


async def test_nobody_overwrites_what_they_have_not_seen(visitor: Visitor) -> None:
    author = await writer(visitor)
    post = await factories.post(author=author, title="First", body="one\ntwo\nthree")
    admin = another(visitor)
    await admin.sign_in(await factories.admin())
    for each in (visitor, admin):
        await each.get(f"/posts/{post.slug}/edit")
    await admin.send(FORM, "do=save", body="one\n2\nthree")
    refused = await visitor.send(FORM, "do=save", title="Mine", body="one\ntwo\ndrei")
    assert refused.status_code == 409
    assert (await Post.get(id=post.id)).body == "one\n2\nthree"
    assert typed(visitor, "body") == "one\ntwo\ndrei"
    assert visitor.texts(".conflict del")[0].endswith("First")
    assert visitor.texts(".conflict ins")[0].endswith("Mine")
    assert visitor.one(".conflict textarea").text() == "one\n2\nthree"
    await visitor.send(FORM, "do=save")
    post = await Post.get(id=post.id)
    assert (post.title, post.body) == ("Mine", "one\ntwo\ndrei")


async def test_a_post_that_was_deleted_meanwhile_can_be_saved_anew(visitor: Visitor) -> None:
    author = await writer(visitor)
    post = await factories.post(author=author, title="Gone")
    await visitor.get(f"/posts/{post.slug}/edit")
    await post.delete()
    response = await visitor.send(FORM, "do=save", body="Still here")
    assert (response.status_code, typed(visitor, "body")) == (410, "Still here")
    response = await visitor.post(f"/posts/{post.slug}/edit", body="Here, too", csrf="another session's")
    assert (response.status_code, typed(visitor, "body")) == (410, "Here, too")
    response = await visitor.send(FORM, "do=save", title="Gone", body="Still here", category="")
    assert (response.status_code, typed(visitor, "body")) == (422, "Still here")
    await visitor.send(FORM, "do=save", category=f"category_{post.category_id}")
    assert (await Post.get()).body == "Still here"


async def test_what_was_typed_outlives_the_session(visitor: Visitor) -> None:
    author = await writer(visitor)
    await Session.all().delete()
    assert await fill(visitor, "publish", body="Long text") == 403
    assert typed(visitor, "body") == "Long text"
    await visitor.sign_in(author)
    assert (await visitor.send(FORM)).status_code == 403
    assert not await Post.exists()
    assert (await visitor.send(FORM, "do=publish")).status_code == 200
    assert (await Post.get()).body == "Long text"


async def test_an_edit_outlives_the_session_as_well(visitor: Visitor) -> None:
    author = await writer(visitor)
    post = await factories.post(author=author)
    await visitor.get(f"/posts/{post.slug}/edit")
    await Session.all().delete()
    assert (await visitor.send(FORM, "do=save", body="Long text", title="New")).status_code == 403
    assert visitor.texts(".buttons button") == ["Send it again"]
    await visitor.sign_in(author)
    assert (await visitor.send(FORM)).status_code == 403
    await visitor.send(FORM, "do=save")
    changed = await Post.get()
    assert (changed.body, changed.title, changed.published_at) == ("Long text", "New", post.published_at)


async def test_it_is_all_said_in_french(visitor: Visitor) -> None:
    await writer(visitor)
    await visitor.get("/write?lang=fr")
    assert visitor.texts("label[for=title], .buttons [value=publish]") == ["Titre", "Publier"]
    await fill(visitor, "publish", slug="Not One", at="soon")
    assert visitor.texts("#at-error") == ["Ce n’est pas une date avec une heure, comme 2026-03-29T14:30."]
    await fill(visitor, "publish", slug="Not One", at="")
    assert visitor.texts("#slug-error") == [
        "Jusqu’à 80 lettres de a à z, chiffres et traits d’union isolés entre eux."
    ]
    await fill(visitor, "save", slug="")
    assert visitor.texts("[role=status]")[0].startswith("Votre brouillon est enregistré.")


async def test_times_are_the_sites(sqlite_url: str) -> None:
    async with visited(sqlite_url, site_timezone="Europe/Paris") as visitor:
        await writer(visitor)
        assert await fill(visitor, "publish", at="2099-07-01T10:00") == 200
        assert visitor.one(".state time").attributes["datetime"] == "2099-07-01T08:00:00Z"
        assert visitor.texts(".state")[0].endswith("(UTC+02:00)")
        await visitor.send(FORM, "do=save", body="Changed")
        assert (await Post.get()).published_at == datetime(2099, 7, 1, 8, tzinfo=UTC)
        assert (await visitor.send(FORM, "do=save", at=SUMMER_TIME_BEGINS)).status_code == 422
        assert typed(visitor, "at") == SUMMER_TIME_BEGINS
        assert (await visitor.send(FORM, "do=save", at="soon")).status_code == 422
        assert (await visitor.send(FORM, "do=save", at=IT_ENDS)).status_code == 422
        assert [text[-11:] for text in visitor.texts("#which option")[1:]] == ["(UTC+02:00)", "(UTC+01:00)"]
        for which, hour in (("1", 1), ("0", 0)):
            await visitor.send(FORM, "do=save", at=IT_ENDS, which=which)
            assert (await Post.get()).published_at == datetime(2099, 10, 25, hour, 30, tzinfo=UTC)
            assert typed(visitor, "at") == IT_ENDS
        await visitor.send(FORM, "do=save", title="The moment stays")
        assert (await Post.get()).published_at == datetime(2099, 10, 25, 0, 30, tzinfo=UTC)
        await visitor.get("/drafts")
        assert visitor.texts("#scheduled bdi") == ["The moment stays"]
        await visitor.send("#scheduled form")
        assert (await Post.get()).published_at < datetime(2099, 1, 1, tzinfo=UTC)


async def test_when_a_draft_is_to_be_published_is_not_forgotten(visitor: Visitor) -> None:
    await writer(visitor)
    await fill(visitor, "save", at="2099-07-01T10:00")
    assert typed(visitor, "at") == "2099-07-01T10:00"
    assert (await Post.get()).status == PostStatus.DRAFT
    await visitor.send(FORM, "do=save", title="Another", at="é\r\nset-cookie: a=b&notice=deleted#x")
    assert (path(visitor), typed(visitor, "at")) == ("/posts/another/edit", "é\nset-cookie: a=b&no")
    assert visitor.texts("[role=status]")[0].startswith("Your draft is saved.")


def png() -> bytes:
    file = BytesIO()
    Pixels.new("RGB", (40, 20), "red").save(file, "PNG")
    return file.getvalue()


async def test_pictures_for_the_text_and_for_the_post(visitor: Visitor) -> None:
    user = await writer(visitor)
    picture = ("a.png", png(), "image/png")
    assert await fill(visitor, "insert", picture=picture, alt="A [red] box") == 200
    image = await Image.get()
    line = typed_snippet(visitor)
    assert line.startswith("![A \\[red\\] box](https://blog.example/")
    assert (typed(visitor, "body"), typed(visitor, "image"), image.uploader_id) == (
        "Some *words*.",
        "",
        user.id,
    )
    await visitor.send(FORM, "do=preview", body=f"Look:\n\n{line}")
    assert visitor.one(".preview img").attributes["alt"] == "A [red] box"
    await visitor.send(FORM, "do=illustrate", picture=picture, alt="The same")
    await visitor.send(FORM, "do=save")
    post = await Post.get()
    assert (await Image.get(id=post.image_id)).alt == "The same"
    await visitor.send(FORM, "do=bare")
    assert (await Post.get()).image_id is not None
    await visitor.send(FORM, "do=save", picture=("b.png", png(), "image/png"), alt="Chosen while saving")
    assert (await Image.get(id=(await Post.get()).image_id)).alt == "Chosen while saving"
    await visitor.send(FORM, "do=bare")
    await visitor.send(FORM, "do=save")
    assert (await Post.get()).image_id is None


def typed_snippet(visitor: Visitor) -> str:
    return visitor.one("#snippet").attributes["value"] or ""


async def test_what_is_no_picture_is_refused_beside_the_text(visitor: Visitor) -> None:
    await writer(visitor)
    for button in ("insert", "illustrate", "publish"):
        status = await fill(visitor, button, picture=("a.png", b"no picture at all", "image/png"))
        assert (status, typed(visitor, "body")) == (415, "Some *words*.")
        assert visitor.texts("#picture-error")
    assert await fill(visitor, "insert") == 422
    assert not await Post.exists()


async def test_deleting_asks_first(visitor: Visitor) -> None:
    author = await writer(visitor)
    post = await factories.post(author=author)
    for _ in range(2):
        await factories.comment(post=post)
    await visitor.get(f"/posts/{post.slug}/delete")
    assert "2 comments go with it." in visitor.texts("main p")
    assert await Post.exists()
    await visitor.send("main form.form")
    assert not await Post.exists()
    assert visitor.texts("[role=status]") == ["Deleted."]


async def test_what_a_post_has_been(visitor: Visitor) -> None:
    author = await writer(visitor)
    post = await factories.post(author=author, title="A", body="one\ntwo")
    await visitor.get(f"/posts/{post.slug}/revisions")
    assert visitor.texts(".revision") == []
    for number in range(12):
        await visitor.get(f"/posts/{(await Post.get()).slug}/edit")
        await visitor.send(FORM, "do=save", title=f"B{number}", body=f"one\n{number}")
    await visitor.get("/posts/b11/revisions")
    assert visitor.texts(".revision h2") == [f"Version {number}" for number in range(13, 3, -1)]
    assert visitor.texts("#revision-13 .compared del") == ["Before: B10", "Before: 10"]
    assert visitor.texts("#revision-13 .compared ins") == ["Now: B11", "Now: 11"]
    older = visitor.one("main p a[href^='?']").attributes["href"]
    await visitor.get(f"/posts/b11/revisions{older}")
    assert visitor.texts(".revision h2") == ["Version 3", "Version 2", "Version 1"]
    assert visitor.texts("#revision-1 .compared ins") == ["Now: A", "Now: one two"]


PAGES = ("/write", "/drafts", "/posts/{}/edit", "/posts/{}/delete", "/posts/{}/revisions")
FORMS = ("/write", "/posts/{}/edit", "/posts/{}/delete", "/posts/{}/publish")
SENT = {"title": "Mine", "body": "b", "do": "publish", "updated_at": "", "key": "k"}
OTHERS = [role for role in Role if role is not Role.ADMIN]


async def everything() -> list[dict[str, Any]]:
    return await Post.all().order_by("id").values()


def status_of(role: Role, template: str, row: Post) -> int:
    """What somebody is answered with who asks for a page about another's post, or for one of their own."""
    if "{}" not in template:
        return 403 if role is Role.READER else 200
    return 403 if row.status is PostStatus.PUBLISHED else 404


@pytest.mark.parametrize("role", OTHERS)
async def test_pages_are_for_those_who_may(visitor: Visitor, role: Role) -> None:
    await visitor.sign_in(await factories.user(role=role))
    for row in (await factories.post(), await factories.draft(title="Secret")):
        for template in PAGES:
            response = await visitor.get(template.format(row.slug))
            assert response.status_code == status_of(role, template, row)
            assert "Secret" not in response.text


@pytest.mark.parametrize("role", OTHERS)
async def test_who_may_not_changes_nothing(visitor: Visitor, role: Role) -> None:
    rows = await factories.post(), await factories.draft(title="Secret")
    await visitor.sign_in(await factories.user(role=role))
    await visitor.get("/")
    csrf, before = visitor.one("meta[name=csrf]").attributes["content"], await everything()
    for row in rows:
        for template in FORMS if role is Role.READER else FORMS[1:]:
            response = await visitor.post(template.format(row.slug), **SENT, csrf=csrf)
            expected = status_of(role, template, row)
            if template.endswith("/edit") and expected == 404 and role is not Role.READER:
                expected = 410  # what was typed can become a post of their own
            assert response.status_code == expected
            assert "Secret" not in response.text
    assert await everything() == before


async def test_who_has_not_signed_in_does_so_first(visitor: Visitor) -> None:
    rows = await factories.post(), await factories.draft(title="Secret")
    before = await everything()
    for row in rows:
        for template in PAGES:
            await visitor.get(template.format(row.slug))
            assert (path(visitor), visitor.one("main [name=next]").attributes["value"]) == (
                "/sign-in",
                template.format(row.slug),
            )
        for template in FORMS:
            response = await visitor.post(template.format(row.slug), **SENT)
            assert path(visitor) == "/sign-in" or response.status_code == 403
    assert await everything() == before


async def test_forged_forms_change_nothing(visitor: Visitor) -> None:
    author = await writer(visitor)
    post, draft = await factories.post(author=author), await factories.draft(author=author)
    before = await everything()
    for form in FORMS:
        for row in (post, draft):
            response = await visitor.post(form.format(row.slug), **SENT, csrf="forged")
            assert response.status_code == 403
            headers = {"origin": "https://evil.example", "sec-fetch-site": "cross-site"}
            data = (
                {**SENT, "csrf": visitor.one("meta[name=csrf]").attributes["content"]}
                if form == "/write"
                else SENT
            )
            refused = await visitor.client.post(form.format(row.slug), data=data, headers=headers)
            assert refused.status_code == 403
            assert "Mine" not in refused.text
    assert visitor.client.cookies.get(COOKIE)
    assert await everything() == before


async def test_drafts_are_ones_own_and_the_administrators(visitor: Visitor) -> None:
    user = await writer(visitor)
    await factories.draft(author=user, title="Mine")
    await factories.draft(title="Theirs")
    await factories.draft(title="An imprint", kind="PAGE", author=user)
    await factories.scheduled(title="Later")
    await visitor.get("/drafts")
    assert visitor.texts("main li > p > a") == ["Mine", "An imprint"]
    await visitor.sign_in(await factories.admin())
    await visitor.get("/drafts")
    assert visitor.texts("main li > p > a") == ["Later", "Theirs", "Mine", "An imprint"]
