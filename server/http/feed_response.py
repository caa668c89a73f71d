"""A feed as it is answered: its bytes, and what tells readers that they have it already."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.utils import format_datetime

from server.http.entity_tags import entity_tag, is_known
from server.http.response_cache import CachedResponse
from syndication import Feed, FeedFormat, render

Lines = Sequence[tuple[bytes, bytes]]

OK, NOT_MODIFIED = 200, 304
ANYBODY = [
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"etag, last-modified, x-request-id, retry-after"),
    (b"x-content-type-options", b"nosniff"),
]
"""Headers of every answer about feeds: pages of every site may read what everybody may."""
REVALIDATED = (b"cache-control", b"public, no-cache")
"""Caches may keep it, and ask each time whether it is still right."""


@dataclass(frozen=True, slots=True)
class FeedResponse(CachedResponse):
    """A rendered feed. Equal bytes have equal tags, on every database and after every restart."""

    media: bytes
    etag: bytes
    modified: bytes

    def answer(self, headers: Mapping[bytes, bytes]) -> tuple[int, Lines, bytes]:
        """The status, the headers but for the length, and the body, for a request with these headers."""
        more = [*ANYBODY, REVALIDATED, (b"etag", self.etag), (b"last-modified", self.modified)]
        if self._is_known(headers):
            return NOT_MODIFIED, more, b""
        return OK, [*more, (b"content-type", self.media)], self.body

    def _is_known(self, headers: Mapping[bytes, bytes]) -> bool:
        """Tags come first; a date must be the very one, since what was deleted takes the date back."""
        if b"if-none-match" not in headers:
            return headers.get(b"if-modified-since") == self.modified
        return is_known(self.etag, headers)


def response_of(feed: Feed, format_: FeedFormat, operation: str | None) -> FeedResponse:
    """The feed, written."""
    body = render(feed, format_)
    return FeedResponse(
        body=body,
        operation=operation,
        media=f"{format_.media_type}; charset=utf-8".encode(),
        etag=entity_tag(body),
        modified=format_datetime(feed.updated, usegmt=True).encode(),
    )
