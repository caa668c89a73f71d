"""How operations and their answers are written: as messages of a websocket, or as those of an event stream.

A framing has no state and serves any number of connections. What waits to be sent is text, whatever carries it; only
the feed's payloads have a shorter way, as bytes that many connections share.
"""

from typing import Any, Protocol

from live.protocol import sse, transport_ws
from live.protocol.payload import END, Payload
from live.protocol.transport_ws import Errors

LAST_FRAME = ""
"""What ends a response: there is nothing after it."""


class Framing(Protocol):
    """What a connection speaks."""

    @property
    def closes_in_order(self) -> bool:
        """Whether closing may wait behind what was sent, where the connection takes it: there is no close frame."""

    def head(self, id_: str) -> bytes:
        """What precedes each payload of an operation."""

    def frame(self, head: bytes, payload: Payload) -> bytes:
        """A payload as the bytes on the wire."""

    def text(self, head: bytes, payload: Payload) -> str:
        """A payload as a message that waits."""

    def answered(self, head: bytes, text: str) -> str:
        """The message that answers a query or a mutation."""

    def failed(self, id_: str, errors: Errors) -> str:
        """The last message of an operation that cannot be served."""

    def complete(self, id_: str) -> str:
        """The last message of any other operation."""

    def message(self, text: str) -> dict[str, Any]:
        """ASGI's event that sends a message."""

    def close_message(self, code: int, reason: str) -> dict[str, Any]:
        """ASGI's event that closes the connection."""


class WebSocketFraming:
    """graphql-transport-ws: operations are told apart by their ids."""

    __slots__ = ()
    closes_in_order = False

    def head(self, id_: str) -> bytes:
        """A next message up to its payload."""
        return transport_ws.next_head(id_).encode()

    def frame(self, head: bytes, payload: Payload) -> bytes:
        """A frame of RFC 6455, section 5.2."""
        return payload.frame(head)

    def text(self, head: bytes, payload: Payload) -> str:
        """A next message."""
        return f"{head.decode()}{payload.text}{END.decode()}"

    def answered(self, head: bytes, text: str) -> str:
        """A next message."""
        return f"{head.decode()}{text}{END.decode()}"

    def failed(self, id_: str, errors: Errors) -> str:
        """An error message."""
        return transport_ws.error(id_, errors)

    def complete(self, id_: str) -> str:
        """A complete message."""
        return transport_ws.complete(id_)

    def message(self, text: str) -> dict[str, Any]:
        """Send it as a text message."""
        return {"type": "websocket.send", "text": text}

    def close_message(self, code: int, reason: str) -> dict[str, Any]:
        """Close with a code, which says to clients what to do next."""
        return {"type": "websocket.close", "code": code, "reason": reason}


class EventStreamFraming:
    """graphql-sse: a stream has one operation, so nothing names it. `chunked` is the body of HTTP/1.1."""

    __slots__ = ("_chunked",)
    closes_in_order = True

    def __init__(self, *, chunked: bool) -> None:
        self._chunked = chunked

    def head(self, id_: str) -> bytes:
        """Nothing."""
        del id_
        return b""

    def frame(self, head: bytes, payload: Payload) -> bytes:
        """A chunk of RFC 9112, section 7.1, where the body has such."""
        del head
        return payload.chunk() if self._chunked else payload.event().encode()

    def text(self, head: bytes, payload: Payload) -> str:
        """An event with its place in the feed."""
        del head
        return payload.event()

    def answered(self, head: bytes, text: str) -> str:
        """An event."""
        del head
        return sse.next_message(text)

    def failed(self, id_: str, errors: Errors) -> str:
        """An event with the errors, and the end."""
        return sse.failed(errors) + self.complete(id_)

    def complete(self, id_: str) -> str:
        """The end."""
        del id_
        return sse.COMPLETE

    def message(self, text: str) -> dict[str, Any]:
        """Send it as a part of the body; the last is empty."""
        return {"type": "http.response.body", "body": text.encode(), "more_body": text != LAST_FRAME}

    def close_message(self, code: int, reason: str) -> dict[str, Any]:
        """End the body with a comment: a response has no code to end with."""
        del code
        return {"type": "http.response.body", "body": sse.comment(reason).encode(), "more_body": False}


WEBSOCKET = WebSocketFraming()
EVENT_STREAM, EVENT_STREAM_CHUNKED = EventStreamFraming(chunked=False), EventStreamFraming(chunked=True)
