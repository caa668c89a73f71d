"""uvicorn's websocket protocol, which offers itself to the application as the socket's wire.

ASGI's `websocket.send` encodes and frames each message for each socket, which is most of the cost when thousands are
told the same. Its `websocket.close` waits until the socket is writable, which it never is while the peer does not read.
"""

from typing import cast

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from live.endpoint import Scope
from live.outbox import Wire

WIRE = "causerie.wire"
LAST_CHANCE = 10.0
"""Seconds in which a peer may still read what was sent before."""
LAST_MOMENT = 1.0
"""The same when the server stops."""


class FeedProtocol(WebSocketsSansIOProtocol):
    """Offers itself to the application as the extension `causerie.wire`."""

    async def run_asgi(self) -> None:
        """Run the application."""
        extensions = cast("dict[str, object]", self.scope["extensions"])
        extensions[WIRE] = self
        await super().run_asgi()

    @property
    def ready(self) -> bool:
        """Whether frames may be written: the socket is open, neither side closes it, and it takes them."""
        return self.writable.is_set() and not self.close_sent and not self.transport.is_closing()

    def write(self, frame: bytes) -> None:
        """Send a whole frame."""
        self.transport.write(frame)

    def kick(self, code: int, reason: str) -> None:
        """Write the close frame behind whatever is still unsent, and give the peer a while to read that far."""
        if self.close_sent or self.transport.is_closing():
            return
        self.queue.put_nowait({"type": "websocket.disconnect", "code": code, "reason": reason})
        self.conn.send_close(code, reason)
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = True
        self.close_timer = self.loop.call_later(LAST_CHANCE, self.transport.abort)
        if self.read_paused:
            self.read_paused = False
            self.transport.resume_reading()

    def shutdown(self) -> None:
        """The server stops: close with 1012, but do not let a peer that reads nothing keep it from ending."""
        super().shutdown()
        self.loop.call_later(LAST_MOMENT, self.transport.abort)


def wire_of(scope: Scope) -> Wire | None:
    """The wire of this socket, where the server offers it."""
    wire: Wire | None = scope.get("extensions", {}).get(WIRE)
    return wire
