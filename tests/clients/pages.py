"""Pages as a document makes them: its blocks become a project, which is checked, bundled, served and opened.

A block whose first line is a comment with a path, such as `// src/App.tsx`, is that file. Everything else is
what `npm create vite@latest -- --template react-ts` begins with: `web/template`.
"""

import os
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect, sync_playwright

from tests import npm
from tests.server.running import ROOT
from tests.tools import find
from tests.web.test_graphiql import FLAGS

WEB = Path(__file__).parent / "web"
DOCUMENT = ROOT / "docs" / "clients.md"
ADDRESS = "localhost:8000"
"""The server, as documents write it."""

SECTION = re.compile(r"^## (.+)\n", re.MULTILINE)
BLOCK = re.compile(r"^```\w+\n(?://|#|<!--) ([\w./-]+\.\w+)(?: -->)?\n.*?^```$", re.MULTILINE | re.DOTALL)
PATIENCE = 30_000


def sections(document: Path = DOCUMENT) -> dict[str, str]:
    """What stands under each heading of the second level."""
    _, *parts = SECTION.split(document.read_text(encoding="utf-8"))
    return dict(zip(parts[::2], parts[1::2], strict=True))


def files(text: str) -> dict[str, str]:
    """The blocks of a text that name a file."""
    return {block[1]: block[0].split("\n", 1)[1].removesuffix("```") for block in BLOCK.finditer(text)}


def shared() -> dict[str, str]:
    """The files beside the document that it tells its readers to copy."""
    return {f"src/{path.name}": path.read_text() for path in DOCUMENT.with_suffix("").iterdir()}


def write(folder: Path, named: dict[str, str], *, server: str) -> None:
    """A project of these files, which finds the server at its address."""
    shutil.copytree(WEB / "template", folder, dirs_exist_ok=True)
    (folder / "node_modules").symlink_to(npm.packages(WEB))
    for name, content in named.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content.replace(ADDRESS, server.removeprefix("http://")), encoding="utf-8")


def environment() -> dict[str, str]:
    """In which programs find Node.js, and libraries say what they do not like."""
    path = os.pathsep.join([str(find("node").parent), os.environ["PATH"]])
    return os.environ | {"PATH": path, "NODE_ENV": "development"}


def run(folder: Path, program: str, *arguments: str) -> str:
    """What a program of the project's packages prints; its complaint when it fails."""
    command = [str(folder / "node_modules" / ".bin" / program), *arguments]
    path = os.pathsep.join([str(find("node").parent), os.environ["PATH"]])
    ended = subprocess.run(
        command,
        cwd=folder,
        env=os.environ | {"PATH": path, "NODE_ENV": "development"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


def build(folder: Path) -> None:
    """Check the types and bundle, as the template's `npm run build` does; with the libraries' own warnings in."""
    run(folder, "tsc", "--noEmit")
    run(folder, "vite", "build", "--mode", "development", "--logLevel", "warn")


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def hosted(folder: Path) -> Iterator[str]:
    """The folder `dist` of a project, at an origin of its own, even before it is built."""
    host = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder / "dist")))
    thread = threading.Thread(target=host.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{host.server_port}"
    finally:
        host.shutdown()
        thread.join()
        host.server_close()


@contextmanager
def browsed() -> Iterator[Page]:
    """An empty page in Chromium; whatever its scripts throw and do not catch is an error."""
    expect.set_options(timeout=PATIENCE)
    thrown: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find("chromium"), args=FLAGS)
        page = browser.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: thrown.append(str(error)))
        yield page
        browser.close()
    assert thrown == []


@contextmanager
def opened(origin: str) -> Iterator[Page]:
    """The page of an origin in Chromium."""
    with browsed() as page:
        page.goto(origin)
        yield page
