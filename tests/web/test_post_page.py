"""The site in a real browser that runs no scripts and reaches nothing but the server."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import httpx
import pytest
from playwright.async_api import Browser, Page, Route, async_playwright

from tests.server.running import Server
from tests.tools import find
from tests.web.test_graphiql import FLAGS

POST = "/posts/keyset-paging-or-why-page-500-is-slow"
LISTS = ("/", "/archive", "/categories", "/tags", "/people/nadia", "/search?q=work", "/sign-in")
COLOURS = "getComputedStyle(document.body).backgroundColor + getComputedStyle(document.body).color"
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
SMALL = """[...document.querySelectorAll(".top a, .top input, .pages a, .side li > a, .bottom a, summary")]
    .filter(each => each.checkVisibility() && each.getBoundingClientRect().height < 44
        && !each.closest(".skip, .site-title")).map(each => each.outerHTML)"""
ON_PAPER = """["form", ".menu", ".acts", ".share", ".bottom"].filter(
    each => [...document.querySelectorAll(each)].some(one => one.checkVisibility()))"""


@dataclass
class Visit:
    """A page, and what it should not have done."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    strayed: list[str] = field(default_factory=list)


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    executable = find("chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=executable, args=FLAGS)
        yield browser
        await browser.close()


async def visit(chromium: Browser, address: str, **options: object) -> Visit:
    context = await chromium.new_context(java_script_enabled=False, **options)  # type: ignore[arg-type]
    visit = Visit(await context.new_page())
    origin = str(httpx.URL(address).join("/"))

    async def only_ours(route: Route) -> None:
        if route.request.url.startswith(origin):
            await route.continue_()
        else:
            visit.strayed.append(route.request.url)
            await route.abort()

    await visit.page.route("**/*", only_ours)
    visit.page.on("console", lambda message: visit.complaints.append(message.text))
    await visit.page.goto(address)
    return visit


async def test_it_is_read_without_scripts_in_dark_and_light_on_a_small_screen(
    chromium: Browser, sqlite_site: Server
) -> None:
    seen = set()
    for scheme in ("light", "dark"):
        options = {"color_scheme": scheme, "viewport": {"width": 320, "height": 640}, "has_touch": True}
        visited = await visit(chromium, sqlite_site.url + POST, **options)
        page = visited.page
        assert (
            await page.get_by_role("heading", level=1).inner_text()
            == "Keyset paging, or why page 500 is slow"
        )
        assert await page.get_by_role("link", name="Bluesky").is_visible()
        assert await page.locator("#comments li").count() > 0
        assert await page.evaluate(OVERFLOW) == 0
        seen.add(await page.evaluate(COLOURS))
        for path in LISTS:
            await page.goto(sqlite_site.url + path)
            assert await page.evaluate(OVERFLOW) == 0, path
            assert await page.evaluate(SMALL) == [], path
        assert (visited.complaints, visited.strayed) == ([], [])
    await _check_print(page, sqlite_site.url + POST)
    assert len(seen) == 2
    assert "rgba(0, 0, 0, 0)" not in "".join(seen), "the stylesheet is there"


async def _check_print(page: Page, address: str) -> None:
    """What is printed is what was written."""
    await page.goto(address)
    assert await page.evaluate(ON_PAPER) != []
    await page.emulate_media(media="print")
    assert await page.evaluate(ON_PAPER) == []
    assert await page.locator(".e-content").is_visible()
    assert await page.locator(".comment-body").first.is_visible()


async def test_head_is_answered_like_get_without_the_page(sqlite_site: Server) -> None:
    async with httpx.AsyncClient(base_url=sqlite_site.url) as client:
        got, head = await client.get(POST), await client.head(POST)
        for headers in (got.headers, head.headers):
            del headers["date"], headers["x-request-id"]
        assert (head.status_code, head.content, head.headers) == (200, b"", got.headers)
        (address,) = {part for part in got.text.split('"') if part.startswith("/static/site.css")}
        stylesheet = await client.get(address)
        other = await client.get("/static/page.css")
    assert stylesheet.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert other.headers["cache-control"] == "public, max-age=3600"
    assert stylesheet.headers["content-type"].startswith("text/css")
