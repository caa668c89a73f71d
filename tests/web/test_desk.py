"""The desk in a real browser: by keyboard alone, and live."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from playwright.async_api import Page, async_playwright, expect

import web
from tests.server.conftest import CHEAP
from tests.server.graphql_client import sign_in
from tests.server.running import Server, running
from tests.tools import find, missing
from tests.web.test_graphiql import FLAGS

ADD = "mutation ($input: AddCommentInput!) { addComment(input: $input) { comment { id status } } }"
COMMENT = """mutation ($id: ID!, $status: CommentStatus!) {
    setCommentStatus(input: {id: $id, status: $status}) { comment { status } error { message } } }"""
LINKBACK = """mutation ($id: ID!) {
    setLinkbackStatus(input: {id: $id, status: PENDING}) { linkback { status } error { message } } }"""
SOME = "{ posts(first: 1) { nodes { id } } linkbacks(first: 1) { nodes { id } } }"
FOCUSED = "document.activeElement.closest('.row')?.id"
TOP = "document.querySelector('.rows > li article').getBoundingClientRect().top"


@dataclass
class Desk:
    """A page that a moderator looks at, what it complains of, and the API beside it."""

    page: Page
    client: httpx.AsyncClient
    moderator: str
    reader: str
    complaints: list[str] = field(default_factory=list)

    async def ask(self, query: str, token: str, **variables: Any) -> Any:
        headers = {"authorization": f"Bearer {token}"}
        asked = {"query": query, "variables": variables}
        answer = (await self.client.post("/graphql", json=asked, headers=headers)).json()
        assert "errors" not in answer, answer
        return answer["data"]

    async def comment(self, body: str) -> str:
        """One that waits."""
        (post,) = (await self.ask(SOME, self.reader))["posts"]["nodes"]
        given = {"post": post["id"], "body": body}
        added = (await self.ask(ADD, self.reader, input=given))["addComment"]["comment"]
        assert added["status"] == "PENDING"
        return str(added["id"])

    async def status(self, id_: str) -> str:
        """Of a comment."""
        query = "query ($id: ID!) { comment(id: $id) { status } }"
        return str((await self.ask(query, self.moderator, id=id_))["comment"]["status"])

    async def gone(self, *ids: str) -> None:
        """Wait until these rows are no longer there."""
        for id_ in ids:
            await expect(self.page.locator(f"#{id_}")).to_have_count(0, timeout=20_000)

    async def come(self, id_: str) -> None:
        """Wait until the row is there."""
        await expect(self.page.locator(f"#{id_}")).to_have_count(1, timeout=20_000)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    path = tmp_path_factory.mktemp("desk") / "causerie.db"
    with running(f"sqlite://{path}", "--demo", **CHEAP, moderation="before") as started:
        yield started


@pytest.fixture
async def desk(server: Server) -> AsyncIterator[Desk]:
    chromium = find("chromium")
    if not (web.BUILT / "desk.js").exists():
        missing("The site's scripts are not built: make web")
    async with (
        httpx.AsyncClient(base_url=server.url) as client,
        async_playwright() as playwright,
    ):
        moderator, reader = [await sign_in(client, f"{name}@example.org") for name in ("thomas", "marta")]
        browser = await playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        context = await browser.new_context(viewport={"width": 800, "height": 600}, locale="en")
        await context.add_cookies([{"name": "causerie", "value": moderator, "url": server.url}])
        desk = Desk(await context.new_page(), client, moderator, reader)
        desk.page.on("console", lambda message: desk.complaints.append(message.text))
        desk.page.on("pageerror", lambda error: desk.complaints.append(str(error)))
        yield desk
        await browser.close()


async def test_one_decides_by_keyboard_while_more_comes(server: Server, desk: Desk) -> None:
    page = desk.page
    first, second = [await desk.comment(text) for text in ("The first.", "The second.")]
    await page.goto(f"{server.url}/desk")
    others = await page.locator(".rows > li").count() - 2
    for _ in range(others + 1):
        await page.keyboard.press("j")
    assert await page.evaluate(FOCUSED) == first
    top = await page.evaluate(TOP)
    third = await desk.comment("The third.")
    await desk.come(third)
    assert await page.evaluate(TOP) == top, "nothing moves when something comes"
    await expect(page.locator("[data-waiting]")).to_contain_text(f"{others + 3} wait for a decision.")

    await page.keyboard.press("x")
    await page.keyboard.press("j")
    assert await page.evaluate(FOCUSED) == second
    await page.keyboard.press("x")
    await expect(page.locator("[data-selected]")).to_have_text("2 are selected:")
    await page.keyboard.press("a")
    await desk.gone(first, second)
    assert {await desk.status(each) for each in (first, second)} == {"APPROVED"}
    assert await page.evaluate(FOCUSED) == third
    await page.keyboard.press("s")
    await desk.gone(third)
    assert await desk.status(third) == "SPAM"

    await page.keyboard.press("?")
    await expect(page.get_by_role("dialog")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_be_hidden()
    fourth = await desk.comment("The fourth.")
    await desk.come(fourth)
    await page.locator("#find-words").focus()
    await page.keyboard.type("ajar")
    assert await desk.status(fourth) == "PENDING", "who writes decides nothing"

    linkback = (await desk.ask(SOME, desk.moderator))["linkbacks"]["nodes"][0]["id"]
    await desk.ask(LINKBACK, desk.moderator, id=linkback)
    await desk.come(linkback)
    await desk.ask(COMMENT, desk.moderator, id=fourth, status="REJECTED")
    await desk.gone(fourth)
    await page.locator(f"#{linkback} button[name=APPROVED]").click()
    await desk.gone(linkback)
    assert desk.complaints == []
