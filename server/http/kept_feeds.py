"""The fast path of feeds that are kept: readers ask for them again and again, and mostly have them already.

It answers with the bytes and the headers of `server.http.feeds`, where a request's last byte arrives. Whatever has to
be read, refused or sent on is left to the fallback, from the start.
"""

import time
from collections.abc import Sequence

from server.http.compute_throttle import ComputeThrottle
from server.http.fast_path import LONGEST_HEADERS_BYTES
from server.http.feed_address import feed_at
from server.http.feed_response import NOT_MODIFIED, FeedResponse
from server.http.request_head import is_host
from server.http.request_log import RequestLog, Trace, request_id_of
from server.http.response_cache import ResponseCache
from server.shutdown import Shutdown
from storage.reservation import MODEST_BYTES

Pairs = Sequence[tuple[bytes, bytes]]

ENDINGS = (b".atom", b".rss", b".json")
_ENCODED = b"%"
OF_OTHERS = frozenset((b"content-length", b"transfer-encoding", b"upgrade"))
"""Headers of requests that have a body, or want to become something else."""


class KeptFeeds:
    """Answers GET requests for the first pages of feeds.

    Args:
        responses: those of the fallback.
        log: what writes the requests' lines.
        shutdown: once it is ordered, connections bring no further requests.
    """

    def __init__(
        self,
        responses: ResponseCache,
        log: RequestLog,
        shutdown: Shutdown,
        compute_throttle: ComputeThrottle | None = None,
    ) -> None:
        self._responses = responses
        self._log = log
        self._shutdown = shutdown
        self._compute_throttle = compute_throttle or ComputeThrottle()

    def may_have(self, url: bytes) -> bool:
        """Whether a feed may be at this address, as it was sent."""
        return url.endswith(ENDINGS) and _ENCODED not in url

    def answer(self, url: bytes, pairs: Pairs) -> tuple[int, bytes, bytes] | None:
        """The status, the headers and the body of a response; None when the fallback has to answer."""
        begun = time.perf_counter()
        headers, path = dict(pairs), url.decode("latin-1")
        if self._has_more_to_it(pairs, headers):
            return None
        try:
            feed = self._find(path)
        except Exception:  # noqa: BLE001 - a bug: the fallback meets it, too, and says so
            return None
        if feed is None:
            return None
        self._compute_throttle.note_light_request()
        request_id = request_id_of(headers.get(b"x-request-id"))
        status, lines, body = feed.answer(headers)
        self._log.note(Trace(request_id, feed.operation, status=status, started=True), "GET", path, begun)
        length = b"" if status == NOT_MODIFIED else b"content-length: %d\r\n" % len(body)
        rest = b"%bx-request-id: %b\r\n\r\n" % (length, request_id.encode())
        return status, b"".join([b"%b: %b\r\n" % line for line in lines]) + rest, body

    def _find(self, path: str) -> FeedResponse | None:
        address = feed_at(path)
        found = None if address is None else self._responses.look(address)
        return found if isinstance(found, FeedResponse) and len(found.body) <= MODEST_BYTES else None

    def _has_more_to_it(self, pairs: Pairs, headers: dict[bytes, bytes]) -> bool:
        """Whether the fallback would do more than answer: join headers, refuse, read a body, close."""
        return (
            len(headers) < len(pairs)
            or not is_host(headers.get(b"host", b"/"))
            or not OF_OTHERS.isdisjoint(headers)
            or sum(map(len, headers.values())) > LONGEST_HEADERS_BYTES
            or self._shutdown.ordered
        )
