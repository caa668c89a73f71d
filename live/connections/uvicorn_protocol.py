"""uvicorn's websocket protocol, which offers itself to the application as the socket's direct transport.

ASGI's `websocket.send` encodes and frames each message for each socket, which is most of the cost when thousands are
told the same. Its `websocket.close` waits until the socket is writable, which it never is while the peer does not read.
"""

from functools import partial
from typing import Any, cast

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.datastructures import Headers
from websockets.frames import CloseCode as StandardCode
from websockets.frames import Frame
from websockets.http11 import Request
from websockets.protocol import Protocol, State

from live.connections.endpoint import Scope
from live.connections.handshakes import handshake_queue_of
from live.connections.parts import NO_PARTS, PARTS, ConnectionParts
from live.connections.send_queue import DirectTransport
from live.connections.slow_readers import UnreadBytes
from live.protocol.close_codes import CloseCode
from runtime.token_bucket import TokenBucket
from storage.memory import Meter

DIRECT_TRANSPORT = "causerie.wire"
UNCOUNTED_BYTES = 16 * 1024
"""Bytes of messages that are not worth counting."""
PATIENCE_FACTOR = 2.0
"""How much longer than others a peer may read nothing here, where the connection closes with words before that."""
KEPT_OF_HANDSHAKE = ("request", "response")
"""What uvicorn would keep of the handshake as long as the socket is open: some kilobytes."""
CLOSE_SECONDS = 10.0
"""Seconds in which a peer may still read what was sent before."""
SHUTDOWN_SECONDS = 1.0
"""The same when the server stops."""
FRAMES_PER_SECOND, FRAME_BURST = 100.0, 500
"""How many frames may come that are no messages: pings, pongs, pieces. A client has few reasons for any."""
SMALL_MESSAGE_BYTES = 64 * 1024
"""Bytes of a message that anybody may send."""


class WebSocketProtocol(WebSocketsSansIOProtocol):
    """Offers itself to the application as the extension `DIRECT_TRANSPORT`, and shakes hands when it is its turn."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._opened_at = self.loop.time()
        self.conn.max_message_size = min(self.config.ws_max_size, SMALL_MESSAGE_BYTES)
        self._bucket = TokenBucket(FRAMES_PER_SECOND, FRAME_BURST, self.loop.time())
        self._pongs = b""
        parts: ConnectionParts = self.app_state.get(PARTS, NO_PARTS)
        self._peers = parts.peers
        self._unread_bytes: UnreadBytes | None = None
        self._received: Meter | None = None
        self._leaving = False

    def data_received(self, data: bytes) -> None:
        """Bytes from the client; the first are the whole upgrade request."""
        if self.handshake_complete:
            for name in KEPT_OF_HANDSHAKE:
                vars(self).pop(name, None)
            super().data_received(data)
        elif self.handshake_initiated:
            super().data_received(data)
        else:
            self.transport.pause_reading()
            handshake_queue_of(self.loop).enter(partial(self._begin, data))
        if self.handshake_complete:
            self._count_received(len(data) if self.read_paused else 0)
        if self.transport.is_closing():
            self._abort_later()

    def pause_writing(self) -> None:
        """The client reads more slowly than it is written to."""
        super().pause_writing()
        if self._unread_bytes is None and self._peers is not None:
            self._unread_bytes = self._peers.unsent(
                self.transport, vars(self).get("scope", {}), PATIENCE_FACTOR
            )

    async def receive(self) -> Any:
        """The next message for the application."""
        message = await super().receive()
        if self._received is not None and not (self.read_paused or self.disconnected):
            self._count_received(0)
        return message

    def _count_received(self, queued: int) -> None:
        """Count the messages that wait, and what has come of one that is not whole."""
        size = queued + len(self.conn.reader.buffer) + sum(map(len, self.frames))
        if self._received is None:
            if size < UNCOUNTED_BYTES or self._peers is None:
                return
            self._received = Meter(self._peers.account_of(cast("Scope", self.scope)))
        if not self._received.may_be(size):
            self.abort_with(CloseCode.TRY_AGAIN_LATER, "Too much is under way")
            self.frames, size = [], 0
            self.conn.parser = self.conn.discard()
            next(self.conn.parser)
        self._received.set(size)

    async def send(self, message: Any) -> None:
        """A message of the application's."""
        await super().send(message)
        if self._leaving and self.handshake_complete:
            self._leaving = False
            self.shutdown()

    def eof_received(self) -> None:
        """Nothing more comes from the client: the transport closes now."""
        super().eof_received()
        self._abort_later()

    def _begin(self, request: bytes) -> None:
        """Shake hands. The library's own reader of requests has limits of its own, and no answer beyond them.

        What comes from here on are frames.
        """
        if self.transport.is_closing():
            return
        self.transport.resume_reading()
        first, *lines = request.decode("latin-1").split("\r\n\r\n", 1)[0].split("\r\n")
        method, path, _ = first.split(" ")
        pairs = (line.partition(": ") for line in lines)
        self.conn.parser = Protocol.parse(self.conn)
        self.handle_connect(Request(path, Headers([(name, value) for name, _, value in pairs]), method))

    def widen(self) -> None:
        """Take messages as large as they may be: who writes long texts is signed in, and known by that."""
        self.conn.max_message_size = self.config.ws_max_size

    async def run_asgi(self) -> None:
        """Run the application."""
        extensions = cast("dict[str, object]", self.scope["extensions"])
        extensions[DIRECT_TRANSPORT] = self
        try:
            await super().run_asgi()
        finally:
            del extensions[DIRECT_TRANSPORT]

    def connection_lost(self, exc: Exception | None) -> None:
        """Be gone. The parser, which waits for more, would keep this socket's memory until the next long collection."""
        super().connection_lost(exc)
        self.conn.parser.close()
        if self._unread_bytes is not None:
            self._unread_bytes.end()
        if self._received is not None:
            self._received.set(0)

    @property
    def ready(self) -> bool:
        """Whether frames may be written: the socket is open, neither side closes it, and it takes them."""
        return self.writable.is_set() and not self.close_sent and not self.transport.is_closing()

    def write(self, frame: bytes) -> None:
        """Send a whole frame."""
        self.transport.write(frame)
        self.sent(len(frame))

    def sent(self, size: int) -> None:
        """A piece of `size` bytes has been written."""
        if self._unread_bytes is not None:
            self._unread_bytes.holds(size)

    def abort_with(self, code: int, reason: str) -> None:
        """Write the close frame behind whatever is still unsent, and give the peer a while to read that far."""
        if self.close_sent or self.transport.is_closing() or self.conn.state is not State.OPEN:
            return  # the client's own close frame may be among what has come and is not handled yet
        self.queue.put_nowait({"type": "websocket.disconnect", "code": code, "reason": reason})
        self.conn.send_close(code, reason)
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = True
        self._abort_later()
        if self.read_paused:
            self.read_paused = False
            self.transport.resume_reading()

    def send_receive_event_to_app(self) -> None:
        """A message is whole; one that is no text is the client's fault, and nothing for the log."""
        data = b"".join(self.frames)
        self.frames = [data]
        if self.curr_msg_data_type == "text" and not _is_text(data):
            self.frames = []
            self.abort_with(StandardCode.INVALID_DATA, "Not UTF-8")
        else:
            super().send_receive_event_to_app()

    def handle_cont(self, event: Frame) -> None:
        """A piece of a message: an empty one costs memory, too."""
        if event.fin or self._may_come():
            super().handle_cont(event)

    def handle_ping(self) -> None:
        """The library has pongs ready, for all pings that came at once. If no pong is read, the last are enough."""
        pongs = b"".join(self.conn.data_to_send())
        if self._may_come():
            self._pongs = pongs or self._pongs
            self._pong()

    def handle_pong(self, event: Frame) -> None:
        """Nobody has asked for it."""
        del event
        self._may_come()

    def resume_writing(self) -> None:
        """The client reads again."""
        super().resume_writing()
        if self._unread_bytes is not None:
            self._unread_bytes.end()
            self._unread_bytes = None
        self._pong()

    def _pong(self) -> None:
        if self._pongs and self.ready:
            self.transport.write(self._pongs)
            self._pongs = b""

    def _may_come(self) -> bool:
        if self._bucket.take(self.loop.time()):
            return not self.close_sent
        self.abort_with(CloseCode.TOO_MANY_FRAMES, "Too many frames a second")
        return False

    def _abort_later(self) -> None:
        """A transport that closes stays open until all is sent, and a peer need not ever read it."""
        if self.close_timer is None:
            self.close_timer = self.loop.call_later(CLOSE_SECONDS, self.transport.abort)

    @property
    def idle_since(self) -> float | None:
        """Since when it has been shaking hands; None when that is over."""
        return None if self.handshake_complete else self._opened_at

    def check_liveness(self, now: float) -> None:
        """Lose a client whose handshake does not come to an end."""
        if not self.handshake_complete and now - self._opened_at >= CLOSE_SECONDS:
            self.transport.abort()

    def evict(self) -> None:
        """Lose the client: others need its file."""
        self.transport.abort()

    def shutdown(self) -> None:
        """The server stops: close with 1012, but do not let a peer that reads nothing keep it from ending.

        Whatever a socket is in the middle of, others are still to be closed.
        """
        self.loop.call_later(SHUTDOWN_SECONDS, self.transport.abort)
        if not self.handshake_complete:
            self._leaving = True  # once it is open: a code brings clients back, and a status is final to some
            return
        if self.close_sent or self.conn.state in (State.CONNECTING, State.OPEN):
            try:
                super().shutdown()  # it would have no words for a client that has closed the socket itself
            except Exception:
                self.logger.exception("A socket cannot be taken leave of")
                self.transport.abort()


def _is_text(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def widen(scope: Scope) -> None:
    """Let this socket's client send large messages, where the server can tell clients apart."""
    transport = scope.get("extensions", {}).get(DIRECT_TRANSPORT)
    if isinstance(transport, WebSocketProtocol):
        transport.widen()


def direct_transport_of(scope: Scope) -> DirectTransport | None:
    """The direct transport of this connection, where the server offers it."""
    transport: DirectTransport | None = scope.get("extensions", {}).get(DIRECT_TRANSPORT)
    return transport
