"""What the README shows is run, so that it stays true."""

import asyncio
import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.async_api import TimeoutError as NotYet
from playwright.async_api import async_playwright

from tests.project.reading import ROOT, blocks, document
from tests.server.running import Server, command, running
from tests.tools import find
from tests.web.test_graphiql import FLAGS

QUERY, FOUND, SIGN_IN, ADD_COMMENT, FRONT_PAGE = blocks("README.md", "graphql")
(ANSWER,) = blocks("README.md", "json")
(PAGE,) = blocks("README.md", "html")
README_ADDRESS = "localhost:8000"
EXPORT = ROOT / "tests/transfer/formats/samples/wordpress-6.1.9-all.xml"


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Server]:
    with running(f"sqlite://{tmp_path / 'demo.db'}", "--demo") as started:
        yield started


def _ask(server: Server, query: str, token: str = "") -> Any:
    headers = {"authorization": f"Bearer {token}"} if token else {}
    answer = httpx.post(server.graphql, json={"query": query}, headers=headers).json()
    assert "errors" not in answer
    return answer["data"]


def _comment(server: Server, body: str) -> str:
    token = _ask(server, SIGN_IN)["signIn"]["token"]
    written = ADD_COMMENT.replace("Written with *GraphiQL*.", body)
    return str(_ask(server, written, token)["addComment"]["comment"]["id"])


def _delete(server: Server, comment: str) -> None:
    token = _ask(server, SIGN_IN)["signIn"]["token"]
    delete = f'mutation {{ deleteComment(id: "{comment}") {{ deletedId error {{ message }} }} }}'
    assert _ask(server, delete, token) == {"deleteComment": {"deletedId": comment, "error": None}}


@contextmanager
def _elsewhere(folder: Path) -> Iterator[str]:
    """The folder's files at an origin of their own, as the README serves them; the address."""
    command_line = [sys.executable, "-u", "-m", "http.server", "--bind", "127.0.0.1", "0"]
    with subprocess.Popen(
        command_line, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        try:
            assert process.stdout is not None
            port = process.stdout.readline().decode().split("port ")[1].split()[0]
            yield f"http://127.0.0.1:{port}"
        finally:
            process.kill()


def test_it_is_short_enough_to_be_read() -> None:
    assert len(document("README.md").splitlines()) <= 185


def test_the_query_has_the_answer_that_is_shown(demo: Server) -> None:
    assert {"data": _ask(demo, QUERY)} == json.loads(ANSWER)


def test_the_archive_and_the_search_find_what_is_there(demo: Server) -> None:
    answer = _ask(demo, FOUND)
    posts = _ask(demo, "{ posts { totalCount } }")["posts"]["totalCount"]
    assert sum(month["postCount"] for year in answer["archive"] for month in year["months"]) == posts
    assert len(answer["archive"]) >= 2
    title = answer["search"]["nodes"][0]["title"]
    assert [each["text"] for each in title if each["matched"]] == ["négociation"]
    assert answer["search"]["totalCount"] > 1


def test_signing_in_and_commenting_work_as_shown(demo: Server) -> None:
    signed_in = _ask(demo, SIGN_IN)["signIn"]
    assert signed_in["user"] == {"name": "Julien Mercier", "role": "READER"}
    assert _ask(demo, ADD_COMMENT, signed_in["token"])["addComment"]["comment"]["status"] == "APPROVED"


async def test_the_page_shows_the_conversation_and_goes_on_after_a_restart(
    sqlite_url: str, tmp_path: Path
) -> None:
    with running(sqlite_url, "--demo", stream_retry="100ms") as server, _elsewhere(tmp_path) as origin:
        (tmp_path / "page.html").write_text(PAGE.replace(README_ADDRESS, server.url.removeprefix("http://")))
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=find("chromium"), args=FLAGS)
            page = await browser.new_page()
            complaints: list[object] = []
            # Playwright asks for the function's code, which a method of a list has none of.
            page.on("pageerror", lambda error: complaints.extend([error]))
            await page.goto(f"{origin}/page.html")
            await page.wait_for_function("() => list.children.length > 5")
            assert "\n…:\n" in await page.inner_text("#list")  # a deleted comment, in the page's own letters
            for number in range(20):  # until the page follows
                await asyncio.to_thread(_comment, server, f"before the restart {number}")
                with contextlib.suppress(NotYet):
                    await page.wait_for_function("() => list.innerText.includes('before')", timeout=1000)
                    break
            await asyncio.to_thread(server.stop)
            with running(sqlite_url, "--demo", "--port", server.url.rpartition(":")[2]) as again:
                passing = await asyncio.to_thread(_comment, again, "in passing")
                await asyncio.to_thread(_delete, again, passing)
                await asyncio.to_thread(_comment, again, "after the restart")
                await page.wait_for_function("() => list.innerText.includes('after the restart')")
            text = await page.inner_text("#list")
            assert complaints == []
            await browser.close()
    assert (text.count("after the restart"), text.count("in passing")) == (1, 0)
    assert text.index("before the restart") < text.index("after the restart")


def test_the_page_has_ten_lines() -> None:
    assert len(PAGE.split('<script type="module">')[1].strip().removesuffix("</script>").splitlines()) <= 10


def test_a_blog_moves_in_as_shown(tmp_path: Path) -> None:
    _, imported = (block for block in blocks("README.md", "sh") if "causerie" in block)
    url = f"sqlite://{tmp_path / 'blog.db'}"
    assert command("migrate", "--database", url).returncode == 0
    words = imported.strip().removeprefix(".venv/bin/causerie ").replace("export.xml", str(EXPORT)).split()
    assert command(*words, "--database", url).returncode == 0
    with running(url) as server:
        posts = _ask(server, FRONT_PAGE)["posts"]["nodes"]
    assert len(posts) > 3
    assert any(post["commentCount"] for post in posts)
    assert any(post["tags"] for post in posts)
    assert all(post["author"]["name"] and post["categories"] for post in posts)


def test_the_commands_exist() -> None:
    commands, _ = (block for block in blocks("README.md", "sh") if "causerie" in block)
    for line in commands.splitlines()[1:]:
        words = line.removeprefix(".venv/bin/causerie ").partition(" --")[0].split()
        assert command(*words, "--help").returncode == 0, line
