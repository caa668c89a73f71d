"""Every kind of page, as those find it who do not see it, use no mouse, or read it on a small screen."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import BrowserContext, Page, ViewportSize, sync_playwright

from tests import npm
from tests.server.conftest import CHEAP
from tests.server.graphql_client import DEMO
from tests.server.running import Server, running
from tests.tools import find
from tests.web.test_embed import AXE
from tests.web.test_graphiql import FLAGS

LONG = "abcdefghij" * 10
"""No blank in it, and as long as a name may be."""
SLUG = "said-at-length"
READERS = (
    *(
        "/",
        "/page/2",
        f"/posts/{SLUG}",
        "/archive",
        "/categories",
        "/tags",
        "/people/nadia",
        "/search?q=work",
    ),
    *("/search?q=zzyzx", "/sign-up", "/posts/keyset-paging-or-why-page-500-is-slow", "/nowhere"),
)
WRITERS = (
    *("/settings", "/drafts", f"/posts/{SLUG}/edit", f"/posts/{SLUG}/revisions", f"/posts/{SLUG}/delete"),
    *("/desk", "/desk/comments", "/desk/people", "/desk/categories"),
)
SIGN_IN = """mutation ($email: String!, $password: String!) {
    signIn(input: {email: $email, password: $password}) { token } }"""
CATEGORY = (
    "mutation ($input: CreateCategoryInput!) { made: createCategory(input: $input) { it: category { id } } }"
)
POST = "mutation ($input: CreatePostInput!) { made: createPost(input: $input) { it: post { id } } }"
PUBLISH = "mutation ($id: ID!) { made: publishPost(id: $id) { it: post { id } } }"
COMMENT = "mutation ($input: AddCommentInput!) { made: addComment(input: $input) { it: comment { id } } }"
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
FOUND = """async only => (await axe.run(document, {resultTypes: ['violations'], ...only})).violations.map(
    each => `${each.id}: ${each.nodes.map(node => node.html).join(' ')}`)"""
COLOURS = {"runOnly": ["color-contrast"]}
DUPLICATES = """[...document.querySelectorAll('[id]')].map(each => each.id).filter(
    (id, index, all) => all.indexOf(id) < index)"""

MOMENTS = r"""[...document.querySelectorAll('time')].map(each => each.dateTime).filter(
    moment => !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(moment))"""
"""Those that are not as HTML has them."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, str]]:
    """A server with long words in every place, and the token of its administrator."""
    path = tmp_path_factory.mktemp("accessibility") / "causerie.db"
    with running(f"sqlite://{path}", "--demo", **CHEAP, guests="open", moderation="before") as server:
        yield server, fill(server)


def fill(server: Server) -> str:
    def ask(query: str, **variables: Any) -> Any:
        answer = httpx.post(
            server.graphql, json={"query": query, "variables": variables}, headers=headers
        ).json()
        assert "errors" not in answer, answer
        return answer["data"]

    headers: dict[str, str] = {}
    token: str = ask(SIGN_IN, email="nadia@example.org", password=DEMO)["signIn"]["token"]
    headers["authorization"] = f"Bearer {token}"
    category = ask(CATEGORY, input={"name": LONG})["made"]["it"]["id"]
    given = {"title": LONG, "body": LONG, "category": category, "tags": [LONG], "slug": SLUG}
    post = ask(POST, input=given)["made"]["it"]["id"]
    ask(PUBLISH, id=post)
    parent = None
    for _ in range(4):
        parent = ask(COMMENT, input={"post": post, "parent": parent, "body": LONG})["made"]["it"]["id"]
    headers.clear()
    ask(COMMENT, input={"post": post, "body": LONG, "guest": {"name": LONG}})
    return token


@pytest.fixture(scope="module")
def context(site: tuple[Server, str]) -> Iterator[BrowserContext]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find("chromium"), args=FLAGS)
        small = ViewportSize(width=320, height=640)
        yield browser.new_context(viewport=small, is_mobile=True, has_touch=True, reduced_motion="reduce")
        browser.close()


def faults(page: Page) -> list[str]:
    """What is wrong on the page, in light and dark."""
    page.evaluate((npm.packages(AXE) / "axe-core" / "axe.min.js").read_text())
    page.emulate_media(color_scheme="light")
    found: list[str] = page.evaluate(FOUND, {})
    page.emulate_media(color_scheme="dark")
    found += page.evaluate(FOUND, COLOURS)
    found += [f"{moment} is no time" for moment in page.evaluate(MOMENTS)]
    found += [f"twice: {id_}" for id_ in page.evaluate(DUPLICATES)]
    if wider := page.evaluate(OVERFLOW):
        found.append(f"{wider} pixels too wide")
    return found


def look(page: Page, server: Server, paths: tuple[str, ...]) -> tuple[dict[str, list[str]], list[str]]:
    """What is wrong, by page, and the pages' titles."""
    found, titles = {}, []
    for path in paths:
        page.goto(server.url + path)
        titles.append(page.title())
        found[path] = faults(page)
    return {path: each for path, each in found.items() if each}, titles


def test_nothing_is_wrong_on_pages_for_readers(site: tuple[Server, str], context: BrowserContext) -> None:
    server, _ = site
    context.clear_cookies()
    page = context.new_page()
    found, titles = look(page, server, READERS)
    assert found == {}
    assert len(set(titles)) == len(READERS), titles


def test_nothing_is_wrong_on_forms_that_were_filled_in_wrongly(
    site: tuple[Server, str], context: BrowserContext
) -> None:
    server, _ = site
    context.clear_cookies()
    page = context.new_page()
    page.goto(f"{server.url}/sign-in")
    page.fill("#email", "nadia@example.org")
    page.fill("#password", "not this one")
    page.click("main form button")
    page.wait_for_selector("[role=alert]")
    assert page.evaluate("document.activeElement.getAttribute('role')") == "alert"
    assert faults(page) == []


def test_nothing_is_wrong_on_pages_for_writers_and_moderators(
    site: tuple[Server, str], context: BrowserContext
) -> None:
    server, token = site
    context.add_cookies([{"name": "causerie", "value": token, "url": server.url}])
    page = context.new_page()
    found, titles = look(page, server, WRITERS)
    assert found == {}
    assert len(set(titles)) == len(WRITERS), titles


def test_the_first_key_leads_past_what_all_pages_have(
    site: tuple[Server, str], context: BrowserContext
) -> None:
    server, _ = site
    page = context.new_page()
    page.goto(server.url)
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the text")
    assert skip.evaluate(
        "each => each === document.activeElement && each.getBoundingClientRect().height > 40"
    )
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("Boolean(document.activeElement.closest('main'))")
