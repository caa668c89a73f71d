"""GraphiQL in a real browser that can reach nothing but the server."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import httpx
import pytest
from playwright.async_api import Page, Route, async_playwright
from playwright.async_api import TimeoutError as PlaywrightTimeout

import web
from tests.server.graphql_client import sign_in
from tests.server.running import Server
from tests.tools import find, missing

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]


@dataclass
class Browser:
    """A page, and what it should not have done."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    strayed: list[str] = field(default_factory=list)

    async def play(self, text: str) -> None:
        """Press the button, once the editor shows the text: another tab's may still be there."""
        line = self.page.locator(".graphiql-query-editor .view-line").get_by_text(text)
        await line.first.wait_for(timeout=30_000)
        await self.page.locator("button.graphiql-execute-button").click()

    async def answer(self, text: str, *, seconds: float = 30) -> None:
        """Wait until the answer shows a text."""
        shown = self.page.locator(".graphiql-response").get_by_text(text).first
        await shown.wait_for(timeout=seconds * 1000)


@pytest.fixture
async def browser(sqlite_site: Server) -> AsyncIterator[Browser]:
    chromium = find("chromium")
    if not (web.BUILT / "graphiql.js").exists():
        missing("GraphiQL is not built: make web")
    async with async_playwright() as playwright:
        running = await playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        browser = Browser(await running.new_page(viewport={"width": 1400, "height": 850}))

        async def only_ours(route: Route) -> None:
            if route.request.url.startswith(sqlite_site.url):
                await route.continue_()
            else:
                browser.strayed.append(route.request.url)
                await route.abort()

        await browser.page.route("**/*", only_ours)
        browser.page.on("console", lambda message: _note(browser, message.type, message.text))
        browser.page.on("pageerror", lambda error: browser.complaints.append(str(error)))
        yield browser
        await running.close()


def _note(browser: Browser, kind: str, text: str) -> None:
    if kind in ("error", "warning"):
        browser.complaints.append(text)


async def test_graphiql_asks_and_listens_without_any_other_site(
    browser: Browser, sqlite_site: Server
) -> None:
    page = browser.page
    await page.goto(sqlite_site.graphql)
    await browser.play("FrontPage")
    await browser.answer("Closing a product politely")
    assert await page.title() == "GraphiQL · Causerie"

    await page.get_by_role("tab", name="Live").click()
    await browser.play("Live")
    async with httpx.AsyncClient(base_url=sqlite_site.url) as client:
        await _comment_until_seen(browser, client)

    assert browser.complaints == []
    assert browser.strayed == []


async def _comment_until_seen(browser: Browser, client: httpx.AsyncClient) -> None:
    """The subscription begins at some moment after the click; comments written before it are not shown."""
    headers = {"authorization": f"Bearer {await sign_in(client, 'nadia@example.org')}"}
    posts = (await client.post("/graphql", json={"query": "{ posts(first: 1) { nodes { id } } }"})).json()
    variables = {"input": {"post": posts["data"]["posts"]["nodes"][0]["id"], "body": "Seen in GraphiQL"}}
    mutation = "mutation ($input: AddCommentInput!) { addComment(input: $input) { comment { id } } }"
    body = {"query": mutation, "variables": variables}
    for _ in range(30):
        added = (await client.post("/graphql", json=body, headers=headers)).json()
        assert added["data"]["addComment"]["comment"]
        try:
            await browser.answer("Seen in GraphiQL", seconds=1)
        except PlaywrightTimeout:
            continue
        return
    raise AssertionError("the comment never appeared")


async def test_a_query_in_the_address_is_opened(browser: Browser, sqlite_site: Server) -> None:
    await browser.page.goto(f"{sqlite_site.graphql}?query=query Title {{ site {{ title }} }}")
    await browser.play("Title")
    await browser.answer('"Causerie"')
    assert browser.complaints == []
