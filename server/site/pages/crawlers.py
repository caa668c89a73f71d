"""What search engines ask for first: where they may go, and what there is."""

from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree as ET

from server.site.answers import TEXT_TYPE, Answer, page
from server.site.routing import route
from server.site.visit import NotHereError, Visit

NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
XML_TYPE = b"application/xml; charset=utf-8"
AT_ONCE = 100
"""The most that one operation reads."""
PER_FILE = 5_000
SHOWN_TAGS = 100
FORBIDDEN = (
    "/search",
    "/sign-in",
    "/sign-up",
    "/settings",
    "/write",
    "/drafts",
    "/desk",
    "/graphql",
    "/*?reply=",
)

Entry = tuple[str, str | None]
"""An address of the site, and when what is there last changed."""


async def show_robots(visit: Visit) -> Answer:
    """Everything may be read; what only asks the server again may not."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in FORBIDDEN), ""]
    return page(
        "\n".join([*lines, f"Sitemap: {visit.site.url}/sitemap.xml", ""]), None, content_type=TEXT_TYPE
    )


async def show_sitemap(visit: Visit) -> Answer:
    """All pages of the site; where there are too many posts for one file, the files with the posts."""
    counts = {kind: await _count(visit, kind) for kind in ("ARTICLE", "PAGE")}
    terms = await _terms(visit)
    if sum(counts.values()) <= PER_FILE:
        posts = [entry for kind in counts for entry in await _posts(visit, kind, 0)]
        return _xml(visit, "urlset", "url", [("/", None), *terms, *posts])
    files = [
        (f"/sitemap-{kind.lower()}s-{number}.xml", None)
        for kind, count in counts.items()
        for number in range(1, -(-count // PER_FILE) + 1)
    ]
    return _xml(visit, "sitemapindex", "sitemap", [("/sitemap-lists.xml", None), *files])


async def show_lists(visit: Visit) -> Answer:
    """The pages with lists."""
    return _xml(visit, "urlset", "url", [("/", None), *await _terms(visit)])


async def show_articles(visit: Visit) -> Answer:
    """Some thousands of articles."""
    return await _show_posts(visit, "ARTICLE")


async def show_pages(visit: Visit) -> Answer:
    """Some thousands of the pages beside the lists."""
    return await _show_posts(visit, "PAGE")


async def _show_posts(visit: Visit, kind: str) -> Answer:
    start = (int(visit.params["number"]) - 1) * PER_FILE
    if start >= await _count(visit, kind):
        raise NotHereError
    return _xml(visit, "urlset", "url", await _posts(visit, kind, start))


async def _count(visit: Visit, kind: str) -> int:
    data = await visit.ask("sitemap", kind=kind, first=1, offset=0)
    count: int = data["posts"]["totalCount"]
    return count


async def _posts(visit: Visit, kind: str, start: int) -> list[Entry]:
    """As many posts as a file has, the oldest first, so that a file changes little when others are written."""
    entries: list[Entry] = []
    while len(entries) < PER_FILE:
        data = await visit.ask("sitemap", kind=kind, first=AT_ONCE, offset=start + len(entries))
        found = data["posts"]["nodes"]
        entries += [(f"/posts/{quote(post['slug'], safe='')}", post["updatedAt"]) for post in found]
        if len(found) < AT_ONCE:
            break
    return entries


async def _terms(visit: Visit) -> list[Entry]:
    data = await visit.ask("sitemap_terms", first=SHOWN_TAGS)
    categories = [f"/categories/{quote(slug, safe='')}" for slug in _slugs(data["categories"])]
    tags = [f"/tags/{quote(tag['slug'], safe='')}" for tag in data["tags"]["nodes"]]
    return [(path, None) for path in ("/archive", "/categories", "/tags", *categories, *tags)]


def _slugs(categories: Iterable[dict[str, Any]]) -> Iterator[str]:
    for category in categories:
        yield category["slug"]
        yield from _slugs(category.get("children", ()))


def _xml(visit: Visit, root: str, item: str, entries: Iterable[Entry]) -> Answer:
    document = ET.Element(root, xmlns=NAMESPACE)
    for path, changed in entries:
        element = ET.SubElement(document, item)
        ET.SubElement(element, "loc").text = visit.site.url + path
        if changed is not None:
            ET.SubElement(element, "lastmod").text = changed
    text = ET.tostring(document, encoding="unicode", xml_declaration=False)
    return page(f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n', visit.asked, content_type=XML_TYPE)


ROUTES = (
    route("/robots.txt", get=show_robots),
    route("/sitemap.xml", get=show_sitemap),
    route("/sitemap-lists.xml", get=show_lists),
    route("/sitemap-articles-{number:int}.xml", get=show_articles),
    route("/sitemap-pages-{number:int}.xml", get=show_pages),
)
