"""docs/javascript.md: its files make a project that is checked and run, and its page is opened in a browser."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import expect

from tests import npm
from tests.clients import pages
from tests.clients.lives import Lives, alive
from tests.clients.tools import projects
from tests.clients.tools.test_typescript import FOLDER as TOOLS
from tests.server.graphql_client import DEMO
from tests.server.running import ROOT
from tests.tools import find

DOCUMENT = ROOT / "docs" / "javascript.md"
OPTIONS = {
    "strict": True,
    "noEmit": True,
    "target": "es2023",
    "module": "esnext",
    "moduleResolution": "bundler",
    "lib": ["es2023", "dom", "dom.iterable"],
    "types": ["node"],
    "typeRoots": [str(TOOLS / "node_modules" / "@types")],
    "noUncheckedIndexedAccess": True,
    "skipLibCheck": False,
}
BUNDLE = ["--bundle", "--platform=node", "--format=esm", "--outfile=main.mjs", "--log-level=warning"]
POSTS = "{ posts(first: 2) { nodes { title } } }"
POST = """
    { post(by: {slug: "keyset-paging-or-why-page-500-is-slow"}) { id commentCount } }
"""
CATEGORY = '{ post(by: {slug: "a-live-comment-thread-with-no-framework"}) { category { id } } }'


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("guide")


@pytest.fixture(scope="module")
def origin(folder: Path) -> Iterator[str]:
    (folder / "dist").mkdir()
    with pages.hosted(folder) as origin:
        yield origin


@pytest.fixture(scope="module")
def blog(folder: Path, origin: str) -> Iterator[Lives]:
    with alive(f"sqlite://{folder / 'blog.db'}", origin, guests="open") as lives:
        yield lives


@pytest.fixture(scope="module")
def named(blog: Lives) -> dict[str, str]:
    """The document's files, for this server."""
    found = pages.files(DOCUMENT.read_text(encoding="utf-8"))
    server = blog.server.url.removeprefix("http://")
    return {name: text.replace(pages.ADDRESS, server) for name, text in found.items()}


def test_the_files_are_right_and_do_what_is_said(blog: Lives, folder: Path, named: dict[str, str]) -> None:
    programs = npm.packages(TOOLS) / ".bin", find("node").parent
    for name, text in named.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "main.ts").write_bytes((Path(__file__).parent / "main.ts").read_bytes())
    (folder / "tsconfig.json").write_text(json.dumps({"compilerOptions": OPTIONS, "include": ["*.ts"]}))
    (folder / "node_modules").mkdir()
    (folder / "node_modules" / "causerie-client").symlink_to(ROOT / "web" / "client")
    projects.run(folder, "tsc", path=programs)
    projects.run(folder, "esbuild", "main.ts", *BUNDLE, path=programs)
    category = blog.ask(CATEGORY)["post"]["category"]["id"]
    seen: dict[str, Any] = json.loads(projects.run(folder, find("node"), "main.mjs", DEMO, category))
    assert seen == {
        "titles": [post["title"] for post in blog.ask(POSTS)["posts"]["nodes"]],
        "wrong": "InvalidCredentials: The e-mail address or the password is wrong.",
        "right": "done",
        "unreachable": "NETWORK: The server cannot be reached: please try again.",
        "complete": True,
        "avatar": True,
        "news": "CommentAdded",
        "written": ["id", "waits"],
        "moved": True,
        "refused": {"text": "", "why": "The body is empty."},
        "adopted": 3,
        "more": True,
    }


def test_the_page_shows_a_conversation_that_goes_on(
    blog: Lives, folder: Path, origin: str, named: dict[str, str]
) -> None:
    (folder / "dist" / "index.html").write_text(named["page.html"], encoding="utf-8")
    post = blog.ask(POST)["post"]
    with pages.opened(origin) as page:
        count = page.locator("h1")
        expect(count).to_have_text(f"{post['commentCount']} comments")
        first = blog.comment("claire", post["id"], "Said elsewhere")
        expect(page.locator(f"#{first} > div")).to_have_text("Said elsewhere")
        page.locator("[name=name]").fill("Ann")
        page.locator("textarea").fill("Said here\n\n<b>by a guest</b>")
        page.get_by_role("button").click()
        mine = page.locator("li[id^=comment_]", has_text="Said here")
        expect(mine.locator("b").first).to_have_text("Ann")
        expect(mine.locator("div").first).to_contain_text("<b>by a guest</b>")
        expect(count).to_have_text(f"{post['commentCount'] + 2} comments")
        expect(page.locator("li", has_text="Said here")).to_have_count(1)


def test_every_server_has_it_for_pages_of_any_site(blog: Lives) -> None:
    answer = httpx.get(f"{blog.server.url}/client.js")
    assert answer.status_code == 200, answer.text
    assert "createClient" in answer.text
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["content-encoding"] == "gzip"
