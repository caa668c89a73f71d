"""A browser's own EventSource, which knows nothing of GraphQL, through the lives of a server."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.async_api import Page, async_playwright

from tests.clients.blog import Blog
from tests.server.running import Server
from tests.tools import find
from tests.web.test_graphiql import FLAGS

FEED = 'subscription {{ commentFeed(post: "{post}") {{ ... on CommentAdded {{ comment {{ body }} }} }} }}'
FOLLOW = """(address) => {
    window.heard = [];
    window.ids = [];
    window.opened = 0;
    window.source = new EventSource(address);
    source.addEventListener("open", () => opened++);
    source.addEventListener("next", ({ data, lastEventId }) => {
        heard.push(JSON.parse(data));
        ids.push(lastEventId);
    });
    source.addEventListener("complete", () => { heard.push("complete"); source.close(); });
}"""


@pytest.fixture
async def page() -> AsyncIterator[Page]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=find("chromium"), args=FLAGS)
        yield await browser.new_page()
        await browser.close()


async def follow(page: Page, server: Server, query: str) -> None:
    """Begin to follow, on a page of the server's own."""
    await page.goto(f"{server.url}/healthz")
    await page.evaluate(FOLLOW, f"/graphql?{urlencode({'query': query})}")


async def until(page: Page, condition: str, value: Any = None) -> None:
    await page.wait_for_function(condition, arg=value, timeout=20_000, polling=20)


async def heard(page: Page, blog: Blog) -> None:
    """Wait for everything that was written to be heard; once, as the last look shows."""
    await until(page, "count => heard.length >= count", len(blog.written))
    bodies = [each["data"]["commentFeed"]["comment"]["body"] for each in await page.evaluate("heard")]
    assert bodies == blog.written


async def test_each_comment_is_heard_once_though_the_server_is_stopped_and_killed(
    page: Page, sqlite_url: str
) -> None:
    blog = Blog(sqlite_url, stream_retry="100ms")
    with blog.running("--demo") as server:
        await follow(page, server, FEED.format(post=blog.post))
        await until(page, "() => opened === 1")
        await asyncio.to_thread(blog.write, 2)
        await heard(page, blog)
        await asyncio.to_thread(server.stop)
        with blog.running(port="0"):  # where the page does not look
            await asyncio.to_thread(blog.write, 2)
            blog.kill()
        with blog.running():
            await heard(page, blog)
            await asyncio.to_thread(blog.write, 2)
            blog.kill()
        with blog.running():
            await asyncio.to_thread(blog.write, 1)
            await heard(page, blog)
            await asyncio.to_thread(blog.write, 1)
            await heard(page, blog)
    assert len(set(await page.evaluate("ids"))) == len(blog.written)


async def test_what_was_written_before_the_first_event_was_heard_is_not_missed(
    page: Page, sqlite_url: str
) -> None:
    blog = Blog(sqlite_url, stream_retry="100ms")
    with blog.running("--demo") as server:
        await follow(page, server, FEED.format(post=blog.post))
        await until(page, "() => opened === 1")
        await asyncio.to_thread(server.stop)
        with blog.running(port="0"):
            await asyncio.to_thread(blog.write, 1)
        with blog.running():
            await heard(page, blog)


@pytest.mark.parametrize("query", ["{ unknown }", "{ __typename }"])
async def test_an_operation_that_ends_is_not_asked_for_again(
    page: Page, sqlite_site: Server, query: str
) -> None:
    await follow(page, sqlite_site, query)
    await until(page, "() => heard.at(-1) === 'complete'")
    assert len(await page.evaluate("heard")) == 2


async def test_a_request_that_is_refused_is_not_made_again(page: Page, sqlite_site: Server) -> None:
    await follow(page, sqlite_site, "mutation { signOut }")
    await until(page, "() => source.readyState === EventSource.CLOSED")
    assert await page.evaluate("opened") == 0
