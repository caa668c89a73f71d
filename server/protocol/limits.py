"""A connection up to the moment at which a request is one: uvicorn's protocol, with limits and with words.

The parser keeps what has come of a head, whatever its length, and waits for the rest, however long. So bytes are
counted as they come and time by `server.protocol.idle_connections`; whoever goes too far is answered like any other
refused request.
"""

from typing import Any, cast

import httptools
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, RequestResponseCycle

from server.http.http_error import HTTPError
from server.http.request_head import check_handshake, check_head, is_handshake, length_of, not_http, too_long
from server.http.request_log import Trace, request_id_of, trace_of
from server.http.responses import plain
from server.protocol.lingering import linger
from server.protocol.pacing import PacedProtocol
from server.protocol.parts import parts_of

BETWEEN, HEAD, BODY, HANDSHAKE, OFFER = range(5)
"""What a connection is in the middle of; after the last two only the parser's word that it goes on otherwise comes."""
FRAMING_BYTES = 8
"""Bytes around a body's pieces for each of its own: who sends a byte at a time needs five."""
LINGER_SECONDS = 2.0
"""Seconds in which a client that still sends may read why it is refused."""
DISCARD_EVERY_SECONDS = 0.01
"""Seconds between two pieces of what such a client still sends: reading it for nothing is work, too."""
_TIMED_OUT = HTTPError(408, "TIMEOUT", "The request did not arrive in time.")
_NO_ROOM = HTTPError(
    503, "UNAVAILABLE", "There are too many connections. Try again soon.", [(b"retry-after", b"30")]
)


class LimitedProtocol(PacedProtocol):
    """Takes what clients send, up to whole heads, which `on_head` is told of."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._idle_connections = parts_of(self.app_state).idle_connections
        self._limit = self._room = self._idle_connections.policy.head_limit
        """What may still come of this head, or around the body."""
        self._stage = BETWEEN
        self._since = self.loop.time()
        self.url = b""
        self._http_error: HTTPError | None = None
        self._hung_up = False
        """Whether the last answer has been given, to a client that still sends."""
        self._served: RequestResponseCycle | None = None

    def connection_made(self, transport: Any) -> None:
        """Somebody has come."""
        super().connection_made(transport)
        if not self._idle_connections.admit(self, cast("Any", self.connections)):
            self.refuse(_NO_ROOM)

    def data_received(self, data: bytes) -> None:
        """Bytes from the client, which nobody looks at any more when it has been refused."""
        if not self._is_over():
            super().data_received(data)
        elif not self.transport.is_closing():
            self.flow.pause_reading()
            self.loop.call_later(DISCARD_EVERY_SECONDS, self._discard_more)

    def _discard_more(self) -> None:
        if not self.transport.is_closing():
            self.flow.resume_reading()

    def _is_over(self) -> bool:
        return self._http_error is not None or self._hung_up

    def _is_in_body(self) -> bool:
        return self._stage == BODY

    def _take(self, data: bytes) -> None:
        if self._is_over() or self._stage == HANDSHAKE:
            return
        self._room -= len(data)
        try:
            self._parse(data)
        except httptools.HttpParserError as error:
            reason = error.__context__
            self.refuse(reason if isinstance(reason, HTTPError) else not_http(data))
        except HTTPError as http_error:
            self.refuse(http_error)
        else:
            if self._room < 0:
                self.refuse(too_long(self.url, self.headers or (), self._limit))
            elif self._room > self._limit:
                self._room = self._limit

    def _parse(self, data: bytes) -> None:
        while data:
            try:
                self.parser.feed_data(data)
            except httptools.HttpParserUpgrade as upgrade:
                data = self._switch_protocol(data[upgrade.args[0] :])
            else:
                return

    def _switch_protocol(self, rest: bytes) -> bytes:
        """Go on in another protocol, or what is left to parse if that is not to be."""
        if self._stage == HANDSHAKE:
            self.handle_websocket_upgrade()
            return b""
        rest = self._without_upgrade(rest)
        self._room += len(rest)
        return rest

    def on_message_begin(self) -> None:
        """Another request."""
        self._stage, self._since = HEAD, self.loop.time()
        self.url, self.headers, self.expect_100_continue = b"", [], False

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header, or behind the body a trailer, which is nothing to anybody here."""
        if self._stage == HEAD:
            name = name.lower()
            if name == b"expect" and value.lower() == b"100-continue":
                self.expect_100_continue = True
            self.headers.append((name, value))

    def on_headers_complete(self) -> None:
        """The head is whole; a handshake is none of a request."""
        if self._room < 0 and length_of(self.url, self.headers) > self._limit:
            raise too_long(self.url, self.headers, self._limit)
        self._room = self._limit
        if not self.parser.should_upgrade():
            self.on_head()
        elif self.parser.get_method() == b"CONNECT":
            raise HTTPError(405, "METHOD_NOT_ALLOWED", "This is no proxy.")
        elif is_handshake(self.parser.get_http_version(), self.headers):
            check_head("1.1", self.headers)
            check_handshake(self.parser.get_method(), self.headers)
            self._stage = HANDSHAKE
        else:
            self._stage = OFFER

    def on_head(self) -> None:
        """A request begins."""
        check_head(self.parser.get_http_version(), self.headers)
        self._stage, self._since = BODY, self.loop.time()
        self._make_scope()
        super().on_headers_complete()

    def _make_scope(self) -> None:
        known = self.url, self.headers, self.expect_100_continue
        super().on_message_begin()
        self.url, self.headers, self.expect_100_continue = known
        self.scope["headers"] = self.headers

    def handle_websocket_upgrade(self) -> None:
        """Leave the connection to the websocket, and nothing behind: parser and protocol know each other.

        A client that asks for it before the answer to the request before has been given, and read, would leave that
        behind.
        """
        unanswered = self._served is not None and not self._served.response_complete
        if unanswered or self.flow.write_paused:
            self.transport.abort()
            return
        self._make_scope()
        self.scope["method"] = "GET"
        super().handle_websocket_upgrade()
        del self.parser

    def _without_upgrade(self, rest: bytes) -> bytes:
        """A request without its offer to go on in another protocol, as a server may (RFC 9110, section 7.8).

        Java's own client makes it with every request, for HTTP/2. The parser takes it for accepted, and leaves the
        body to a protocol that never comes.
        """
        version = self.parser.get_http_version().encode()
        lines = [self.parser.get_method(), b" ", self.url, b" HTTP/", version, b"\r\n"]
        for name, value in self.headers:
            if name != b"upgrade":
                lines += name, b": ", value, b"\r\n"
        self.parser = httptools.HttpRequestParser(self)  # the one before may hold the connection for closed
        self.parser.set_dangerous_leniencies(lenient_data_after_close=True)
        return b"".join([*lines, b"\r\n", rest])

    def on_body(self, body: bytes) -> None:
        """Some of the body."""
        self._room += (1 + FRAMING_BYTES) * len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        """The request is whole."""
        if self._stage == BODY:
            self._stage, self._room = BETWEEN, self._limit
            super().on_message_complete()

    def on_response_complete(self) -> None:
        """An answer has been given: go on with the next request. How long it takes is not a timer's business."""
        self._since = self.loop.time()
        self.server_state.total_requests += 1
        if self.transport.is_closing() or self._hung_up:
            return
        self.flow.resume_reading()
        super().on_response_complete()
        if self.pipeline:
            self._start_asgi_task(*self.pipeline.pop())
        elif self._http_error is not None:
            self._write_error(self._http_error)

    def refuse(self, http_error: HTTPError) -> None:
        """Answer so, after those who came before, and take nothing more from this client."""
        if self.transport.is_closing() or self._hung_up:
            return
        self._http_error, cycle = http_error, self.cycle
        if self._stage == BODY and cycle is not None:
            if cycle.response_complete:
                self.transport.close()  # it has been answered, without its body
                return
            if cycle is self._served:
                self._take_over(cycle, http_error)
                return
            self.pipeline.popleft()
        if self._served is None or self._served.response_complete:
            self._write_error(http_error)

    def _take_over(self, cycle: RequestResponseCycle, http_error: HTTPError) -> None:
        """Answer a request that the application has, whose body turns out to be none; its line in the log is there."""
        if cycle.response_started:
            self.transport.abort()
            return
        trace = trace_of(cast("Any", cycle.scope))
        trace.status, trace.refused = http_error.status, http_error.message
        cycle.disconnected = True
        cycle.message_event.set()
        self._write(http_error, trace.request_id, cycle.scope["method"])

    def _write_error(self, http_error: HTTPError) -> None:
        """Answer what has not become a request, and note it."""
        given = next((value for name, value in self.headers or () if name == b"x-request-id"), None)
        trace = Trace(
            request_id_of(given), status=http_error.status, started=True, refused=http_error.message
        )
        method = self.parser.get_method().decode() if self.url else ""
        if http_error is not _NO_ROOM:  # which is said once for all of them
            self._idle_connections.note(trace, method, self.url.decode("latin-1").partition("?")[0])
        self._write(http_error, trace.request_id, method)

    def _write(self, http_error: HTTPError, request_id: str, method: str) -> None:
        more = [*self.server_state.default_headers, (b"x-request-id", request_id.encode())]
        head, body = plain(http_error, more)
        self.transport.write(STATUS_LINE[http_error.status] + head + (b"" if method == "HEAD" else body))
        linger(self.flow, self.transport, LINGER_SECONDS)

    def hang_up(self) -> None:
        """Close the connection behind an answer: who still sends the body has the time of a request to read it."""
        if self._stage == BODY and not self.transport.is_closing():
            self._hung_up = True
            linger(self.flow, self.transport, self._idle_connections.policy.request_timeout)
        else:
            self.transport.close()

    # What `server.protocol.idle_connections` asks.

    @property
    def idle_since(self) -> float | None:
        """Since when there has been no request to answer."""
        if self._stage == BODY or self.cycle is None or self.cycle.response_complete:
            return self._since
        return None

    def check_liveness(self, now: float) -> None:
        """End it when a request, or the next one, does not come in time. It is one that waits."""
        waited, policy = now - self._since, self._idle_connections.policy
        if self._is_over():
            return
        if self._stage == BODY:
            if self._is_asked_for() and waited >= policy.request_timeout:
                self.refuse(_TIMED_OUT)
        elif self._stage == HEAD and waited >= policy.request_timeout:
            self.refuse(_TIMED_OUT)
        elif waited >= (policy.request_timeout if self.headers is None else policy.keep_alive):
            self.transport.close()

    def _is_asked_for(self) -> bool:
        """Whether the rest of the body is waited for, if only to be done with it."""
        return self.cycle.response_complete or (
            self.cycle is self._served and not self.cycle.response_started
        )

    def evict(self) -> None:
        """End it for others' sake."""
        if self._stage == HEAD and self._http_error is None:
            self.refuse(_NO_ROOM)
        self.transport.close()

    def shutdown(self) -> None:
        """The server stops: an answer under way is the last one, and nothing else is waited for."""
        if not self._is_over() and not (self.cycle is None or self.cycle.response_complete):
            self.cycle.keep_alive = False
        else:
            self.transport.close()
