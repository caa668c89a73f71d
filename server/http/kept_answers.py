"""The fast path of what is asked for by GET and kept: feeds and pages, which are asked for again and again.

It answers with the bytes and the headers of the fallback, where a request's last byte arrives. Whatever has to be read,
refused or sent on is left to the fallback, from the start.
"""

import time
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Protocol

from server.http.compute_throttle import ComputeThrottle
from server.http.fast_path import LONGEST_HEADERS_BYTES
from server.http.request_head import is_host
from server.http.request_log import RequestLog, Trace, request_id_of
from server.http.response_cache import ResponseCache
from server.shutdown import Shutdown
from storage.reservation import MODEST_BYTES

Pairs = Sequence[tuple[bytes, bytes]]

NOT_MODIFIED = 304
OF_OTHERS = frozenset((b"content-length", b"transfer-encoding", b"upgrade"))
"""Headers of requests that have a body, or want to become something else."""


class KeptAnswer(Protocol):
    """What is kept: a `CachedResponse` that knows how it is answered."""

    @property
    def body(self) -> bytes:
        """The bytes of the whole."""

    @property
    def operation(self) -> str | None:
        """The name for the log."""

    def answer(self, headers: Mapping[bytes, bytes]) -> tuple[int, Sequence[tuple[bytes, bytes]], bytes]:
        """The status, the headers but for the length, and the body, for a request with these headers."""


class KeptAnswers(ABC):
    """Answers GET requests by what is kept.

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

    @abstractmethod
    def may_have(self, url: bytes) -> bool:
        """Whether something may be kept for this address, as it was sent."""

    @abstractmethod
    def find(self, url: str, headers: Mapping[bytes, bytes]) -> KeptAnswer | None:
        """What is kept for a request."""

    def answer(self, url: bytes, pairs: Pairs) -> tuple[int, bytes, bytes] | None:
        """The status, the headers and the body of a response; None when the fallback has to answer."""
        begun = time.perf_counter()
        headers, address = dict(pairs), url.decode("latin-1")
        if self._has_more_to_it(pairs, headers):
            return None
        try:
            kept = self.find(address, headers)
        except Exception:  # noqa: BLE001 - a bug: the fallback meets it, too, and says so
            return None
        if kept is None or len(kept.body) > MODEST_BYTES:
            return None
        self._compute_throttle.note_light_request()
        request_id = request_id_of(headers.get(b"x-request-id"))
        status, lines, body = kept.answer(headers)
        trace = Trace(request_id, kept.operation, status=status, started=True)
        self._log.note(trace, "GET", address.partition("?")[0], begun)
        length = b"" if status == NOT_MODIFIED else b"content-length: %d\r\n" % len(body)
        rest = b"%bx-request-id: %b\r\n\r\n" % (length, request_id.encode())
        return status, b"".join([b"%b: %b\r\n" % line for line in lines]) + rest, body

    def _has_more_to_it(self, pairs: Pairs, headers: dict[bytes, bytes]) -> bool:
        """Whether the fallback would do more than answer: join headers, refuse, read a body, close."""
        return (
            len(headers) < len(pairs)
            or not is_host(headers.get(b"host", b"/"))
            or not OF_OTHERS.isdisjoint(headers)
            or sum(map(len, headers.values())) > LONGEST_HEADERS_BYTES
            or self._shutdown.ordered
        )
