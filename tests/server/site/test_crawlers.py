"""What search engines are told: robots.txt and sitemaps."""

from urllib.robotparser import RobotFileParser
from xml.etree import ElementTree as ET

import pytest

from server.site.pages import crawlers
from tests import factories
from tests.server.site.rows import LATE
from tests.server.site.visitor import URL, Visitor

LOCATION = f".//{{{crawlers.NAMESPACE}}}loc"


async def locations(visitor: Visitor, path: str) -> list[str]:
    """The addresses in a sitemap."""
    response = await visitor.get(path)
    assert response.headers["content-type"] == "application/xml; charset=utf-8"
    return [str(each.text).removeprefix(URL) for each in ET.fromstring(response.text).iterfind(LOCATION)]


async def test_robots_may_read_everything_but_what_only_asks_again(visitor: Visitor) -> None:
    robots = RobotFileParser()
    robots.parse((await visitor.get("/robots.txt")).text.splitlines())
    assert robots.site_maps() == [f"{URL}/sitemap.xml"]
    for path, may in {"/": True, "/posts/notes": True, "/search?q=x": False, "/desk": False}.items():
        assert robots.can_fetch("Anybot", URL + path) is may, path


async def test_the_sitemap_has_what_everybody_may_see(visitor: Visitor) -> None:
    music = await factories.category(slug="music")
    await factories.category(slug="jazz", parent=music)
    await factories.post(slug="notes", category=music, tags=["Brass"], updated_at=LATE)
    await factories.post(slug="about", category=music, kind="PAGE")
    await factories.draft(slug="draft", category=music)
    await factories.scheduled(slug="scheduled", category=music)
    await factories.post(slug="else", kind="EXTERNAL", address="https://else.example/", category=music)
    assert await locations(visitor, "/sitemap.xml") == [
        *("/", "/archive", "/categories", "/tags", "/categories/music", "/categories/jazz", "/tags/brass"),
        *("/posts/notes", "/posts/about"),
    ]
    assert "<lastmod>2024-03-31T22:30:00.000000Z</lastmod>" in visitor.response.text
    for path in await locations(visitor, "/sitemap.xml"):
        assert (await visitor.get(path)).status_code == 200, path


async def test_many_posts_have_files_of_their_own(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crawlers, "PER_FILE", 4)
    monkeypatch.setattr(crawlers, "AT_ONCE", 2)
    music = await factories.category(slug="music")
    for number in range(1, 6):
        await factories.post(slug=f"post-{number}", category=music)
    await factories.post(slug="about", kind="PAGE", category=music)
    files = await locations(visitor, "/sitemap.xml")
    assert files == [
        "/sitemap-lists.xml",
        "/sitemap-articles-1.xml",
        "/sitemap-articles-2.xml",
        "/sitemap-pages-1.xml",
    ]
    assert [await locations(visitor, path) for path in files[1:]] == [
        [f"/posts/post-{number}" for number in range(1, 5)],
        ["/posts/post-5"],
        ["/posts/about"],
    ]
    assert await locations(visitor, files[0]) == [
        "/",
        "/archive",
        "/categories",
        "/tags",
        "/categories/music",
    ]
    for wrong in ("/sitemap-articles-3.xml", "/sitemap-articles-0.xml", "/sitemap-notes-1.xml"):
        assert (await visitor.get(wrong)).status_code == 404
