"""A site that tells pages of a web of our own that it links to them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

from jobs import Bookkeeping, JobWorker
from models import OutgoingLinkback, Post
from resolvers import outgoing_linkbacks
from server.background import linkback_sender
from server.background.lazy_fetcher import LazyFetcher
from server.background.linkback_pace import SECONDS_BETWEEN, Pace
from server.config import policies
from server.config.settings import Settings
from tests.jobs.web import Server, body
from tests.resolvers.authors import changed, written

SITE = "https://blog.example.org"
PUBLISHED = datetime(2024, 1, 1, tzinfo=UTC)
THANKS = b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n"


def taking(path: str = "/told") -> bytes:
    """A page that takes webmentions."""
    return body(b"<p>Hello", f"Link: <{path}>; rel=webmention", "Content-Type: text/html")


def html(text: str, *headers: str) -> bytes:
    return body(text.encode(), "Content-Type: text/html", *headers)


def posted(server: Server) -> list[dict[str, str]]:
    """The forms that were posted, in their order."""
    requests = [request for request in server.requests if request.startswith(b"POST")]
    forms = (parse_qs(request.partition(b"\r\n\r\n")[2].decode()) for request in requests)
    return [{name: value for name, (value,) in form.items()} for form in forms]


class Site:
    """A site, and its worker; what it may ask is a server on this machine."""

    def __init__(
        self, books: Bookkeeping, server: Server, fetcher: LazyFetcher, settings: Settings, pace: Pace
    ) -> None:
        self.books, self.server = books, server
        handlers = {
            outgoing_linkbacks.LOOK: linkback_sender.looking(settings, fetcher),
            outgoing_linkbacks.SEND: linkback_sender.sending(settings, fetcher, pace),
        }
        self._worker = JobWorker(books, handlers)

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.server.port}{path}"

    def links(self, *paths: str) -> str:
        """The body of a post that links to these pages of the server."""
        return " ".join(f"[this]({self.url(path)})" for path in paths)

    async def publish(self, *paths: str, **fields: Any) -> Post:
        """A post of today that links to these, whom it has told."""
        given = {"published_at": PUBLISHED, "body": self.links(*paths), **fields}
        post = await written(**given)
        await self.work()
        return post

    async def change(self, post: Post, *paths: str, **fields: Any) -> None:
        await changed(post, **{"body": self.links(*paths), **fields})
        await self.work()

    async def work(self) -> None:
        """Do what is due."""
        assert await self._worker.run_due()

    async def retry(self) -> None:
        """Do what has failed, as if its time had come."""
        await self.books.execute(
            "UPDATE job_attempts SET next_try = '2001-01-01 00:00:00' WHERE outcome IS NULL", []
        )
        await self.work()

    async def stop(self) -> None:
        await self._worker.stop()


@asynccontextmanager
async def site(
    books: Bookkeeping, server: Server, *, between: float = SECONDS_BETWEEN, **settings: Any
) -> AsyncIterator[Site]:
    given = Settings(**{"site_url": SITE, "fetch_hosts": f"127.0.0.1:{server.port}", **settings})
    async with LazyFetcher(policies.fetch_policy(given)) as fetcher:
        site = Site(books, server, fetcher, given, Pace(between))
        yield site
        await site.stop()


async def outcomes(post: Post) -> list[tuple[str, str | None, str, bool]]:
    """Of each page: its path, by which protocol it was told, what came of it, and whether it is linked to."""
    rows = await OutgoingLinkback.filter(post_id=post.id).order_by("id")
    return [
        ("/" + row.target_url.split("/", 3)[3], row.kind and row.kind.value, row.status.value, row.linked)
        for row in rows
    ]
