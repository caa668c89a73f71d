"""The fast path of a request: answered where its last byte arrives, without a task and without ASGI.

Only what needs no waiting goes this way, which is most of what anonymous readers ask for: a kept response, or a query
of short statements. It is the same answer, with the same headers and the same line in the log. Whatever else a request
is, a mistake above all, is left to the fallback, from the start: `server.http.graphql`.
"""

import time
from collections.abc import Sequence
from functools import lru_cache

from auth.viewer import Viewer, anonymous
from compiler import Engine, RequestError
from server.http.body import request_from_json
from server.http.compute_throttle import ComputeThrottle
from server.http.http_error import HTTPError
from server.http.media import JSON, RESPONSE, is_json, negotiate
from server.http.origins import Origins
from server.http.request_head import is_host, is_known_coding
from server.http.request_log import RequestLog, Trace, request_id_of
from server.http.response_cache import CachedResponse, ResponseCache
from server.http.responses import headers_for
from server.shutdown import Shutdown
from storage.reservation import MODEST_BYTES

Pairs = Sequence[tuple[bytes, bytes]]

OK = 200
EXCLUDED_HEADERS = frozenset((b"authorization", b"graphql-cost", b"content-encoding"))
"""Requests with these headers have more to be told than their data, or are refused."""
DECISIVE_HEADERS = (b"accept", b"content-type", b"host", b"origin", b"sec-fetch-site", b"transfer-encoding")
"""Those that decide whether and how a good answer is given. Whom proxies vouch for, the fallback lets in."""
LONGEST_HEADERS_BYTES = 4096
HEADS_REMEMBERED = 256


class FastPath:
    """Answers POST requests for one path.

    Args:
        path: where they go.
        engine, origins, body_limit, responses: those of the fallback, `server.http.graphql.GraphQLOverHTTP`.
        log: what writes the requests' lines.
        shutdown: once it is ordered, connections bring no further requests.
    """

    def __init__(
        self,
        path: str,
        engine: Engine,
        origins: Origins,
        body_limit: int,
        responses: ResponseCache | None,
        log: RequestLog,
        shutdown: Shutdown,
        compute_throttle: ComputeThrottle | None = None,
    ) -> None:
        self._path = path
        self.path = path.encode()
        self._engine = engine
        self._origins = origins
        self._body_limit = body_limit
        self._responses = responses
        self._log = log
        self._shutdown = shutdown
        self._compute_throttle = compute_throttle or ComputeThrottle()
        self._head = lru_cache(maxsize=HEADS_REMEMBERED)(self._make_head)

    def answer(self, pairs: Pairs, body: bytes) -> tuple[bytes, bytes] | None:
        """The headers and the body of a response with status 200; None when the fallback has to answer."""
        begun = time.perf_counter()
        headers = dict(pairs)
        if self._has_more_to_it(pairs, headers, body):
            return None
        try:
            head = self._head(*map(headers.get, DECISIVE_HEADERS))
            answer = None if head is None else self._find(body)
        except Exception:  # noqa: BLE001 - a bug: the fallback meets it, too, and says so
            return None
        if head is None or answer is None:
            return None
        self._compute_throttle.note_light_request()
        request_id = request_id_of(headers.get(b"x-request-id"))
        trace = Trace(request_id, answer.operation, status=OK, started=True)
        self._log.note(trace, "POST", self._path, begun)
        rest = b"content-length: %d\r\nx-request-id: %b\r\n\r\n" % (len(answer.body), request_id.encode())
        return head + rest, answer.body

    def _has_more_to_it(self, pairs: Pairs, headers: dict[bytes, bytes], body: bytes) -> bool:
        """Whether the fallback would do more than answer: join headers, refuse, authenticate, close.

        What is decided by long headers is not worth remembering.
        """
        return (
            len(headers) < len(pairs)
            or len(body) > self._body_limit
            or not EXCLUDED_HEADERS.isdisjoint(headers)
            or sum(map(len, headers.values())) > LONGEST_HEADERS_BYTES
            or self._shutdown.ordered
        )

    def _find(self, sent: bytes) -> CachedResponse | None:
        """A kept response; or a new one, which is kept."""
        if self._responses is None:
            return self._read(sent, anonymous())
        key = ("POST", sent)
        found = self._responses.look(key)
        if isinstance(found, CachedResponse):
            return found if len(found.body) <= MODEST_BYTES else None
        if found is None or not self._responses.can_keep_nowait:
            return None
        viewer = anonymous()
        answer = self._read(sent, viewer)
        if answer is not None:
            self._responses.keep_nowait(key, answer, len(sent), found, viewer.now)
        return answer

    def _read(self, sent: bytes, viewer: Viewer) -> CachedResponse | None:
        try:
            request = request_from_json(sent)
            if not self._engine.is_cached(request):
                return None
            operation = self._engine.prepare(request)
            answer = self._engine.execute_nowait(operation, request.variables, viewer)
        except (HTTPError, RequestError):
            return None
        return None if answer is None else CachedResponse(answer.body, operation.name)

    def _make_head(self, *values: bytes | None) -> bytes | None:
        """The headers of a good answer to a POST with these headers; None when that is not how it would be answered."""
        headers = {
            name: value for name, value in zip(DECISIVE_HEADERS, values, strict=True) if value is not None
        }
        media = negotiate(headers.get(b"accept", b"").decode("latin-1"), events=True)
        sent_as = headers.get(b"content-type", b"").decode("latin-1")
        if media not in (JSON, RESPONSE) or not is_json(sent_as) or not self._origins.admits(headers):
            return None
        if b"host" not in headers or not is_host(headers[b"host"]):
            return None
        if not is_known_coding(headers.get(b"transfer-encoding", b"")):
            return None
        lines = headers_for(media, self._origins.answer_headers(headers))
        return b"".join([b"%b: %b\r\n" % line for line in lines])
