"""The tree of a post's comments, rebuilt from its Atom feed alone, is the one that the API shows."""

import asyncio
import shutil
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree  # type: ignore[import-untyped]

from models import CommentStatus, Post
from resolvers import visibility
from server.http import feed_documents
from tests import factories
from tests.server.http.feed_site import ATOM, THREAD, TOMBSTONES, Reader, reading

Tree = frozenset[Any]
DEPTH, MOST = 3, 14
REPLIES = "id deleted"
for _ in range(DEPTH):
    REPLIES = f"id deleted replies(first: {MOST}) {{ nodes {{ {REPLIES} }} }}"
THREADS = (
    f"query ($id: ID!) {{ post(by: {{id: $id}}) {{ comments(first: {MOST}) {{ nodes {{ {REPLIES} }} }} }} }}"
)
ONE = f"query ($id: ID!) {{ comment(id: $id) {{ {REPLIES} }} }}"


class Drawn(NamedTuple):
    """A comment: what it replies to, by its number, and what became of it."""

    parent: int
    status: str
    deleted: bool


STATUSES = st.sampled_from(["APPROVED"] * 6 + ["PENDING", "REJECTED", "SPAM"])
POSTS = st.lists(
    st.lists(st.builds(Drawn, st.integers(-5, 12), STATUSES, st.booleans()), max_size=MOST),
    min_size=3,
    max_size=6,
)


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(posts=POSTS)
def test_the_feed_has_the_tree_of_the_api(sqlite_template: Path, posts: list[list[Drawn]]) -> None:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(feed_documents, "COMMENTS_PER_PAGE", 3)
        shutil.copyfile(sqlite_template, f"{folder}/c.db")
        asyncio.run(_compare(f"sqlite://{folder}/c.db", *posts))


async def test_it_has_so_on_postgresql(postgresql_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed_documents, "COMMENTS_PER_PAGE", 2)
    approved = "APPROVED"
    await _compare(
        postgresql_url,
        [
            Drawn(-1, approved, deleted=True),
            Drawn(0, approved, deleted=True),
            Drawn(1, approved, deleted=False),
            Drawn(1, "PENDING", deleted=False),
            Drawn(-1, "REJECTED", deleted=False),
            Drawn(4, approved, deleted=False),
            Drawn(2, approved, deleted=False),
        ],
    )


async def _compare(url: str, *posts: list[Drawn]) -> None:
    async with reading(url) as reader:
        for drawn in posts:
            post = await factories.post()
            ids = await _write(post, drawn)
            nodes = (await reader.ask(THREADS, id=f"post_{post.id}"))["post"]["comments"]["nodes"]
            feed = await _children(reader, f"/posts/{post.slug}/comments.atom")
            assert _from_feed(feed, f"post_{post.id}") == _from_api(nodes)
            for id_ in ids[::3]:
                await _compare_thread(reader, id_)


async def _compare_thread(reader: Reader, id_: str) -> None:
    one = (await reader.ask(ONE, id=id_))["comment"]
    if one is None:
        assert await reader.status(f"/comments/{id_}/comments") == 404
        return
    feed = await _children(reader, f"/comments/{id_}/comments.atom")
    assert _from_feed(feed, id_) == _from_api(one["replies"]["nodes"])
    assert sum(map(len, feed.values())) == 1 + _size(one["replies"]["nodes"])


async def _write(post: Post, drawn: list[Drawn]) -> list[str]:
    """The comments as they would be, had they been written, decided about and deleted one after the other."""
    rows: list[Any] = []
    for parent, status, deleted in drawn:
        above = rows[parent] if 0 <= parent < len(rows) and rows[parent].depth < DEPTH else None
        make = factories.tombstone if deleted else factories.comment
        given = {"parent": above} if above else {}
        rows.append(await make(post=post, status=CommentStatus(status), **given))
    for row in rows:
        if row.parent_id is None:
            await visibility.settle(row.id, shown_number=1)
    return [f"comment_{row.id}" for row in rows]


def _from_api(nodes: list[Any]) -> Tree:
    return frozenset(
        (node["id"], node["deleted"], _from_api(node.get("replies", {}).get("nodes", []))) for node in nodes
    )


def _size(nodes: list[Any]) -> int:
    return sum(1 + _size(node.get("replies", {}).get("nodes", [])) for node in nodes)


def _from_feed(children: dict[str, list[tuple[str, bool]]], of: str) -> Tree:
    return frozenset((id_, deleted, _from_feed(children, id_)) for id_, deleted in children.get(of, []))


async def _children(reader: Reader, path: str) -> dict[str, list[tuple[str, bool]]]:
    """By what they reply to, the entries of a feed on all its pages, and whether they are empty places."""
    found: dict[str, list[tuple[str, bool]]] = {}
    address: str | None = path
    while address is not None:
        root = etree.fromstring((await reader.get(address)).content)
        places = list(root.iter(f"{TOMBSTONES}deleted-entry"))
        for entry in [*root.iter(f"{ATOM}entry"), *places]:
            id_ = entry.get("ref") or entry.findtext(f"{ATOM}id")
            (above,) = entry.iter(f"{THREAD}in-reply-to")
            found.setdefault(_last(above.get("ref")), []).append((_last(id_), entry in places))
        links = root.findall(f"{ATOM}link")
        address = next((link.get("href") for link in links if link.get("rel") == "next"), None)
    return found


def _last(id_: str) -> str:
    return id_.rpartition("/")[2]
