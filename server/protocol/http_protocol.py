"""HTTP/1.1 as uvicorn speaks it: a fast path for short answers, a direct transport for streams.

Between a request's last byte and the application uvicorn puts a task, an event and two messages, which together
cost more than most answers. A request that has come whole is offered to the fast path first, which answers it here and
now or leaves it alone; then everything goes on as if nobody had asked.
"""

import socket
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, RequestResponseCycle

from live.connections.endpoint import Scope
from live.connections.slow_readers import UnreadBytes
from live.connections.uvicorn_protocol import DIRECT_TRANSPORT
from server.http.fast_path import OK
from server.http.http_error import HTTPError
from server.http.kept_answers import KeptAnswers
from server.http.request_head import MOST_HEADERS
from server.protocol.limits import BETWEEN, BODY, FRAMING_BYTES, HEAD, LimitedProtocol
from server.protocol.lingering import LingeringTransport
from server.protocol.parts import parts_of
from storage.memory import Meter

LONG_BODY_BYTES = 8 * 1024
"""Bytes that are not worth copying behind their headers."""
ANSWERS_PER_READ = 8
"""Requests that came together and are answered before others may run: who sends hundreds at once waits like others."""


class HTTPProtocol(LimitedProtocol):
    """Offers itself to the application as a `live.connections.send_queue.DirectTransport` of unfinished responses."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parts = parts_of(self.app_state)
        self._fast_path = parts.fast_path
        self._kept_answers = parts.kept_answers
        self._buffered: list[bytes] | None = None
        """What has come of the body of a request that nobody has been told of yet."""
        self._answers_left = ANSWERS_PER_READ
        self._peers = parts.peers
        self._unread_bytes: UnreadBytes | None = None
        self._waiting: Meter | None = None
        """What has come of requests that wait for those before them."""

    def data_received(self, data: bytes) -> None:
        """Bytes from the client."""
        self._answers_left = ANSWERS_PER_READ
        super().data_received(data)

    def _is_enough(self) -> bool:
        return super()._is_enough() or (self._answers_left <= 0 and not self._is_in_body())

    def _parse(self, data: bytes) -> None:
        super()._parse(data)
        if self._buffered is not None:  # the rest of it may take its time
            self._fall_back()

    def _make_scope(self) -> None:
        super()._make_scope()
        self.scope["extensions"] = cast("Any", {DIRECT_TRANSPORT: self})

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        self._served = cycle
        if cycle.more_body:
            cycle.transport = cast("Any", LingeringTransport(self.transport, self.hang_up))
        if cycle.scope["http_version"] == "1.0":
            app = _unchunked(cycle, app)
        super()._start_asgi_task(cycle, app)

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell the request that is being served; uvicorn tells the one that came last, which may wait behind it."""
        if self._served is not None and not self._served.response_complete:
            self._served.disconnected = True
            self._served.message_event.set()
        super().connection_lost(exc)
        self._all_read()
        if self._waiting is not None:
            self._waiting.set(0)

    def pause_writing(self) -> None:
        """The client does not read as fast as it is answered: what waits is counted, and does not wait for ever."""
        super().pause_writing()
        self._note_unsent()

    def resume_writing(self) -> None:
        """The client has read nearly all."""
        super().resume_writing()
        self._all_read()

    def check_liveness(self, now: float) -> None:
        """End it when it has waited for too long, and when its answer is not read, which need not ever happen."""
        super().check_liveness(now)
        if self.transport.is_closing() and self.transport.get_write_buffer_size():
            self._note_unsent()

    def _note_unsent(self) -> None:
        if self._unread_bytes is None and self._peers is not None:
            self._unread_bytes = self._peers.unsent(self.transport, self._asked())

    def _all_read(self) -> None:
        if self._unread_bytes is not None:
            self._unread_bytes.end()
            self._unread_bytes = None

    def _asked(self) -> Scope:
        """The scope of the request that is being answered. After the fast path a proxy's client is unknown."""
        if self._served is not None:
            return cast("Scope", self._served.scope)
        many = self.client is None or self._idle_connections.client_network(self.client[0]) is None
        return {"client": None if many else self.client}

    def _has_room(self) -> bool:
        peers = self._peers
        return peers is None or not peers.memory.held or not peers.account_of(self._asked()).crowded

    def _defer(self, data: bytes) -> None:
        super()._defer(data)
        if self._peers is not None:
            self._waiting = self._waiting or Meter(self._peers.account_of(self._asked()))
            if not self._waiting.may_be(len(data)):
                self.transport.abort()
            self._waiting.set(len(data))

    def _resume(self) -> None:
        self._answers_left = ANSWERS_PER_READ
        super()._resume()
        if self._waiting is not None:
            self._waiting.set(len(self._deferred))

    @property
    def ready(self) -> bool:
        """Whether the connection is open and takes what is written."""
        return not self.flow.write_paused and not self.transport.is_closing()

    def write(self, frame: bytes) -> None:
        """Send a whole chunk."""
        self.transport.write(frame)
        self.sent(len(frame))

    def sent(self, size: int) -> None:
        """A piece of `size` bytes has been written."""
        if self._unread_bytes is not None:
            self._unread_bytes.holds(size)

    def give_up_after(self, seconds: float) -> None:
        """Lose the connection when nothing that was sent has been acknowledged for so long: RFC 5482."""
        option = getattr(socket, "TCP_USER_TIMEOUT", None)  # Linux alone has it
        if option is not None:
            connection = self.transport.get_extra_info("socket")
            connection.setsockopt(socket.IPPROTO_TCP, option, round(seconds * 1000))

    def abort_with(self, code: int, reason: str) -> None:
        """Break the response off: a peer that does not read would not read its end either."""
        del code, reason
        self.transport.abort()

    def on_head(self) -> None:
        """Hold a request that may be answered at once until its body is there."""
        if self._may_be_inline():
            self._buffered, self._stage = [], BODY
        else:
            super().on_head()

    def refuse(self, http_error: HTTPError) -> None:
        """Answer so; of a request that is held nobody has been told yet."""
        if self._buffered is not None:
            self._buffered, self._stage = None, HEAD
        super().refuse(http_error)

    def on_body(self, body: bytes) -> None:
        """Some of the body."""
        if self._buffered is not None:
            self._buffered.append(body)
            self._room += (1 + FRAMING_BYTES) * len(body)
        else:
            super().on_body(body)

    def on_message_complete(self) -> None:
        """Answer the request at once, or leave it to the fallback."""
        if self._buffered is not None:
            if self._answer_inline(b"".join(self._buffered)):
                return
            self._fall_back()
        super().on_message_complete()

    def _may_be_inline(self) -> bool:
        """Whether it is an ordinary request for a fast path, and everything before it has been answered."""
        return (
            self._answers_left > 0
            and (self._is_for_fast_path() or self._may_be_kept())
            and (self.cycle is None or self.cycle.response_complete)
            and not (self.flow.write_paused or self.expect_100_continue)
            and self.parser.get_http_version() == "1.1"
            and self.parser.should_keep_alive()
            and len(self.headers) <= MOST_HEADERS
            and self._has_room()
        )

    def _is_for_fast_path(self) -> bool:
        path = self._fast_path
        return path is not None and self.url == path.path and self.parser.get_method() == b"POST"

    def _may_be_kept(self) -> bool:
        return self.parser.get_method() == b"GET" and self._kept_there() is not None

    def _kept_there(self) -> KeptAnswers | None:
        return next((kept for kept in self._kept_answers if kept.may_have(self.url)), None)

    def _reply(self, body: bytes) -> tuple[int, bytes, bytes] | None:
        """The status, the headers and the body of an answer that waits for nothing."""
        if self.parser.get_method() == b"GET":
            kept = self._kept_there()
            return None if kept is None else kept.answer(self.url, self.headers)
        assert self._fast_path is not None  # noqa: S101 - likewise
        reply = self._fast_path.answer(self.headers, body)
        return None if reply is None else (OK, *reply)

    def _answer_inline(self, body: bytes) -> bool:
        reply = self._reply(body)
        if reply is None:
            return False
        self._buffered = None
        self._stage, self._room = BETWEEN, self._limit
        self._answers_left -= 1
        self._served = None
        dates = [b"%b: %b\r\n" % header for header in self.server_state.default_headers]
        status, headers, content = reply
        whole = [STATUS_LINE[status], *dates, headers, content]
        if len(content) < LONG_BODY_BYTES:
            self.transport.write(b"".join(whole))
        else:
            self.transport.writelines(whole)
            self.sent(len(content))
        self.on_response_complete()
        return True

    def _fall_back(self) -> None:
        """Begin the fallback with what has come so far."""
        held, self._buffered, self._stage = self._buffered or [], None, HEAD
        super().on_head()
        for body in held:
            super().on_body(body)


def _unchunked(cycle: RequestResponseCycle, app: Any) -> Any:
    """For a client that knows no chunks, the end of a response of unknown length is the connection's: RFC 9112, 6.3."""
    cycle.chunked_encoding = False

    async def run(scope: Any, receive: Any, send: Any) -> None:
        async def sending(message: Any) -> None:
            cycle.expected_content_length = len(message.get("body", b""))  # which uvicorn holds it against
            await send(message)

        await app(scope, receive, sending)

    return run
