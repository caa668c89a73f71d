"""`python -m tests.web.screenshots`: the pictures of the README, taken of the sample blog in Chromium."""

import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.server.running import ROOT, running
from tests.tools import find
from tests.web.test_graphiql import FLAGS

FOLDER = ROOT / "docs" / "images"
POST = "/posts/keyset-paging-or-why-page-500-is-slow"
PICTURES = {
    "front-page.png": ("/", "body", "light", (1200, 800)),
    "conversation.png": (POST, "#comments", "dark", (400, 800)),
}
"""By file: the page, what stands at the top, the colours, and the size in pixels."""


def take(browser: Browser, url: str, name: str) -> None:
    """One picture."""
    path, selector, colours, (width, height) = PICTURES[name]
    page = browser.new_page(
        viewport={"width": width, "height": height},
        color_scheme="dark" if colours == "dark" else "light",
        reduced_motion="reduce",
        locale="en",
    )
    page.goto(url + path)
    page.evaluate("selector => document.querySelector(selector).scrollIntoView()", selector)
    page.screenshot(path=FOLDER / name)
    page.close()


def main() -> None:
    """Take them all."""
    FOLDER.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        running(f"sqlite://{Path(folder) / 'demo.db'}", "--demo", guests="open") as server,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=find("chromium"), args=FLAGS)
        for name in PICTURES:
            take(browser, server.url, name)
        browser.close()


if __name__ == "__main__":
    main()
