"""The npm packages rss-parser 3.13 and feedsmith 3.0, with which JavaScript reads feeds."""

from typing import Any

import httpx
import pytest

from tests.clients import scripts
from tests.server.running import Server

PATHS = ("/feed.atom", "/feed.rss", "/feed.json", "/comments.atom", "/comments.rss", "/comments.json")
POSTS = "{ posts { nodes { id title url bodyHtml commentCount author { name } } } }"
COMMENTS = "{ comments(first: 50) { nodes { id bodyHtml parent { id } post { id } author { name } } } }"


@pytest.fixture(scope="module")
def read(sqlite_site: Server) -> Any:
    """What both have found in each feed."""
    return scripts.run("feeds.js", sqlite_site.url, *PATHS)


def asked(server: Server, query: str) -> Any:
    (found,) = httpx.post(server.graphql, json={"query": query}).json()["data"].values()
    return found["nodes"]


def last(id_: str) -> str:
    return id_.rpartition("/")[2]


def test_rss_parser_finds_all_of_every_post(sqlite_site: Server, read: Any) -> None:
    posts = [(post["title"], post["url"], post["author"]["name"]) for post in asked(sqlite_site, POSTS)]
    atom, rss = (read[path]["rssParser"]["items"] for path in ("/feed.atom", "/feed.rss"))
    assert [(item["title"], item["link"], item["author"]) for item in atom] == posts
    assert [(item["title"], item["link"], item["creator"]) for item in rss] == posts
    bodies = [post["bodyHtml"] for post in asked(sqlite_site, POSTS)]
    assert [item["content:encoded"].strip() for item in rss] == [body.strip() for body in bodies]
    assert [item["isoDate"] for item in atom] == [item["isoDate"] for item in rss]
    comments = [item["content"].strip() for item in read["/comments.rss"]["rssParser"]["items"]]
    assert comments == [comment["bodyHtml"].strip() for comment in shown(sqlite_site)]


def shown(server: Server) -> list[Any]:
    """Comments that are no empty places."""
    return [comment for comment in asked(server, COMMENTS) if comment["bodyHtml"]]


def test_feedsmith_finds_threads(sqlite_site: Server, read: Any) -> None:
    counts = [post["commentCount"] for post in asked(sqlite_site, POSTS)]
    atom, rss = read["/feed.atom"]["feedsmith"]["feed"], read["/feed.rss"]["feedsmith"]["feed"]
    assert [entry["thr"]["total"] for entry in atom["entries"]] == counts
    assert [item["slash"]["comments"] for item in rss["items"]] == counts
    comments = [
        (comment["id"], (comment["parent"] or comment["post"])["id"]) for comment in shown(sqlite_site)
    ]
    for path, items in (("/comments.atom", "entries"), ("/comments.rss", "items")):
        found = read[path]["feedsmith"]["feed"][items]
        ids = [last(item["id"] if items == "entries" else item["guid"]["value"]) for item in found]
        above = [last(item["thr"]["inReplyTos"][0]["ref"]) for item in found]
        assert list(zip(ids, above, strict=True)) == comments


def test_feedsmith_reads_json_feed(sqlite_site: Server, read: Any) -> None:
    for path, nodes in (("/feed.json", asked(sqlite_site, POSTS)), ("/comments.json", shown(sqlite_site))):
        found = read[path]["feedsmith"]
        assert found["format"] == "json"
        items = [(last(item["id"]), item["authors"][0]["name"]) for item in found["feed"]["items"]]
        assert items == [(node["id"], node["author"]["name"]) for node in nodes]
        assert found["feed"]["feed_url"].endswith(path)
