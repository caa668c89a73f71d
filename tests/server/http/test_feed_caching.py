"""When feeds are sent again: a tag is of the content alone, and what is kept is exact."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from models import Comment, Post
from resolvers.feeds import FeedKind
from storage import Database, DatabaseUnavailable
from tests import factories
from tests.server.http.feed_site import Reader, reading


@pytest.fixture
async def reader(database_url: str) -> AsyncIterator[Reader]:
    """On each kind of database."""
    async with reading(database_url) as made:
        yield made


@pytest.fixture
async def sqlite_reader(sqlite_url: str) -> AsyncIterator[Reader]:
    async with reading(sqlite_url) as made:
        yield made


@pytest.fixture
def reads(sqlite_reader: Reader, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The statements of the API's operations."""
    database, seen = sqlite_reader.app.parts.database, list[str]()
    real = type(database).fetch_json

    async def fetch_json(self: Database, sql: str, parameters: Sequence[object]) -> bytes | None:
        seen.append(sql)
        return await real(self, sql, parameters)

    monkeypatch.setattr(type(database), "fetch_json", fetch_json)
    return seen


async def test_headers_say_what_it_is_and_how_long_it_keeps(reader: Reader) -> None:
    await factories.post(published_at=datetime(2024, 2, 29, 12, 0, 5, tzinfo=UTC))
    for ending, media in (
        ("atom", "application/atom+xml"),
        ("rss", "application/rss+xml"),
        ("json", "application/feed+json"),
    ):
        response = await reader.get(f"/feed.{ending}")
        assert response.headers["content-type"] == f"{media}; charset=utf-8"
        assert response.headers["access-control-allow-origin"] == "*"
        assert response.headers["cache-control"] == "public, no-cache"
        assert response.headers["last-modified"] == "Thu, 29 Feb 2024 12:00:05 GMT"
        assert response.headers["content-length"] == str(len(response.content))
        assert response.headers["x-content-type-options"] == "nosniff"
        head = await reader.client.head(f"/feed.{ending}")
        assert {**head.headers, "x-request-id": ""} == {**response.headers, "x-request-id": ""}


async def test_what_a_reader_has_is_not_sent_again(reader: Reader) -> None:
    await factories.post()
    first = await reader.get("/feed.rss")
    etag, modified = first.headers["etag"], first.headers["last-modified"]
    assert not etag.startswith("W/")
    for _ in range(2):
        for known in (
            {"if_none_match": f'"x", W/{etag}'},
            {"if_none_match": "*"},
            {"if_modified_since": modified},
        ):
            again = await reader.get("/feed.rss", **known)
            assert (again.status_code, again.content) == (304, b"")
            assert (again.headers["etag"], again.headers["last-modified"]) == (etag, modified)
            assert "content-type" not in again.headers
            assert "content-length" not in again.headers
    other = {"if_none_match": '"x"', "if_modified_since": modified}
    for unknown in (other, {"if_modified_since": "Thu, 01 Jan 2099 00:00:00 GMT"}):
        assert (await reader.get("/feed.rss", **unknown)).status_code == 200


async def test_a_tag_is_of_the_content_alone(reader: Reader) -> None:
    post = await factories.post()
    await factories.comment(post=post)
    paths = ("/feed.atom", "/comments.json", f"/posts/{post.slug}/comments.rss")
    before = [(await reader.get(path)).headers["etag"] for path in paths]
    await factories.user()
    await factories.draft()
    await factories.comment(post=await factories.draft())
    assert [(await reader.get(path)).headers["etag"] for path in paths] == before
    await Comment.all().update(body_html="<p>other</p>")
    after = [(await reader.get(path)).headers["etag"] for path in paths]
    assert [one == other for one, other in zip(before, after, strict=True)] == [True, False, False]


async def test_what_is_deleted_is_noticed_by_dates_as_well(reader: Reader) -> None:
    post = await factories.post()
    await factories.comment(post=post)
    newest = await factories.comment(post=post)
    path = f"/posts/{post.slug}/comments.atom"
    modified = (await reader.get(path)).headers["last-modified"]
    await newest.delete()
    assert (await reader.get(path, if_modified_since=modified)).status_code == 200


async def test_pages_of_other_sites_may_ask_with_tags(sqlite_reader: Reader) -> None:
    response = await sqlite_reader.client.options(
        "/feed.json", headers={"origin": "https://x.example", "access-control-request-method": "GET"}
    )
    assert (response.status_code, response.content) == (204, b"")
    assert response.headers["access-control-allow-origin"] == "*"
    assert response.headers["access-control-allow-headers"] == "*"
    refused = await sqlite_reader.client.post("/feed.json")
    assert (refused.status_code, refused.headers["allow"]) == (405, "GET, HEAD, OPTIONS")


STATEMENTS = {
    FeedKind.POSTS: 1,
    FeedKind.COMMENTS: 1,
    FeedKind.CATEGORY: 1,
    FeedKind.TAG: 1,
    FeedKind.USER: 1,
    FeedKind.POST: 1,
    FeedKind.THREAD: 2,
}


async def test_a_feed_is_read_by_as_few_statements_as_its_operation_and_then_kept(
    sqlite_reader: Reader, reads: list[str]
) -> None:
    ada = await factories.author(username="ada")
    post = await factories.post(author=ada, tags=["t"], category=await factories.category(slug="c"))
    names = {"CATEGORY": "c", "TAG": "t", "USER": "ada", "POST": post.slug, "THREAD": "comment_1"}
    for _ in range(3):
        await factories.comment(post=post)
    for kind, statements in STATEMENTS.items():
        path = f"{kind.format(names.get(kind.name))}.atom"
        for expected in (statements, 0):
            del reads[:]
            response = await sqlite_reader.get(path)
            assert (response.status_code, len(reads)) == (200, expected), kind.name
            again = await sqlite_reader.get(path, if_none_match=response.headers["etag"])
            assert (again.status_code, len(reads)) == (304, expected), kind.name


async def test_every_write_shows_at_once(sqlite_reader: Reader) -> None:
    for number in range(5):
        await factories.post(title=f"{number}")
        assert (await sqlite_reader.titles("/feed"))[0] == f"{number}"
        await Post.filter(title=f"{number}").update(title=f"{number}, changed")
        assert (await sqlite_reader.titles("/feed"))[0] == f"{number}, changed"


async def test_a_scheduled_post_appears_at_its_moment(sqlite_reader: Reader) -> None:
    moment = datetime.now(UTC) + timedelta(seconds=1)
    await factories.scheduled(title="later", published_at=moment)
    shown = await sqlite_reader.titles("/feed")
    assert shown == [] or datetime.now(UTC) >= moment
    await asyncio.sleep(max(0.0, (moment - datetime.now(UTC)).total_seconds()) + 0.05)
    assert await sqlite_reader.titles("/feed") == ["later"]


async def test_only_listed_documents_may_run_and_feeds_go_on(sqlite_url: str, tmp_path: Any) -> None:
    trusted = tmp_path / "trusted.json"
    trusted.write_text("{}")
    async with reading(sqlite_url, trusted_documents=str(trusted)) as reader:
        await factories.post(title="T")
        assert await reader.titles("/feed") == ["T"]
        refused = await reader.client.post("/graphql", json={"query": "{ __typename }"})
        assert "DOCUMENT_NOT_TRUSTED" in refused.text


async def test_a_long_feed_is_written_in_a_thread_and_is_the_same(sqlite_reader: Reader) -> None:
    post = await factories.post(title="long", body_html=f"<p>{'word ' * 100_000}</p>")
    response = await sqlite_reader.get("/feed.json")
    assert response.json()["items"][0]["content_html"] == post.body_html
    assert len(response.content) > 500_000


async def test_where_the_database_cannot_be_asked_it_says_to_try_again(
    sqlite_reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fetch_json(*_: object) -> None:
        raise DatabaseUnavailable("it is gone")

    monkeypatch.setattr(type(sqlite_reader.app.parts.database), "fetch_json", fetch_json)
    for path in ("/feed.atom", "/posts/a/comments.json"):
        response = await sqlite_reader.get(path)
        assert (response.status_code, response.headers["retry-after"]) == (503, "5")
        assert response.text == "The database does not answer. Try again soon.\n"


class Kept:
    """The fast path of an application, without a connection."""

    def __init__(self, reader: Reader) -> None:
        assert reader.app.parts.protocol.kept_answers
        self.feeds = reader.app.parts.protocol.kept_answers[0]

    def answer(self, url: bytes, *more: tuple[bytes, bytes]) -> tuple[int, bytes, bytes] | None:
        return self.feeds.answer(url, [(b"host", b"blog.example"), *more])


async def test_the_fast_path_takes_what_is_kept(sqlite_reader: Reader) -> None:
    kept = Kept(sqlite_reader)
    assert kept.answer(b"/feed.atom") is None
    first = await sqlite_reader.get("/feed.atom")
    answer = kept.answer(b"/feed.atom")
    assert answer is not None
    status, head, body = answer
    assert (status, body) == (200, first.content)
    assert f"content-length: {len(body)}\r\n".encode() in head
    known = kept.answer(b"/feed.atom", (b"if-none-match", first.headers["etag"].encode()))
    assert known is not None
    assert (known[0], known[2]) == (304, b"")
    await factories.post()
    assert kept.answer(b"/feed.atom") is None


LEFT_ALONE = [
    (b"host", b"blog.example"),
    (b"host", b"not a host"),
    (b"content-length", b"1"),
    (b"transfer-encoding", b"chunked"),
    (b"upgrade", b"websocket"),
    (b"cookie", b"x" * 5000),
]


async def test_the_fast_path_leaves_the_rest_alone(sqlite_reader: Reader) -> None:
    await sqlite_reader.get("/feed.atom")
    kept = Kept(sqlite_reader)
    assert kept.answer(b"/feed.atom") is not None
    for more in LEFT_ALONE:
        assert kept.answer(b"/feed.atom", more) is None, more
    for url in (b"/feed.ato%6d", b"/feed.atom?after=x", b"/graphql", b"/FEED.atom", b"http://x/feed.atom"):
        assert not kept.feeds.may_have(url) or kept.answer(url) is None
