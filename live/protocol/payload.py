"""What subscribers are told of an event: one text for all who share it, and one encoding of it."""

import struct

from live.protocol.sse import next_message

FIN_TEXT = 0x81
"""The first byte of a text message in one frame: RFC 6455, section 5.2."""

TWO_BYTES, EIGHT_BYTES = 126, 127
END = b"}"
"""What follows a payload in its message."""


class Payload:
    """The answer to an event, built once; `cursor` is the event's position in the feed."""

    __slots__ = ("_chunk", "_event", "_headers", "_tail", "cursor", "text")

    def __init__(self, text: str, cursor: str) -> None:
        self.text = text
        self.cursor = cursor
        self._tail: bytes | None = None
        self._headers: dict[int, bytes] = {}
        self._event: str | None = None
        self._chunk: bytes | None = None

    def frame(self, head: bytes) -> bytes:
        """The websocket frame of the message that consists of this head, the text, and the end of the message."""
        tail = self._tail
        if tail is None:
            tail = self._tail = self.text.encode() + END
        header = self._headers.get(len(head))
        if header is None:
            header = self._headers[len(head)] = frame_header(len(head) + len(tail))
        return header + head + tail

    def event(self) -> str:
        """The message of an event stream."""
        if self._event is None:
            self._event = next_message(self.text, self.cursor)
        return self._event

    def chunk(self) -> bytes:
        """The same as a chunk of an HTTP body: RFC 9112, section 7.1."""
        if self._chunk is None:
            event = self.event().encode()
            self._chunk = b"%x\r\n%b\r\n" % (len(event), event)
        return self._chunk


def frame_header(length: int) -> bytes:
    """What precedes `length` bytes of text in a frame of a server's."""
    if length < TWO_BYTES:
        return struct.pack("!BB", FIN_TEXT, length)
    if length < 1 << 16:
        return struct.pack("!BBH", FIN_TEXT, TWO_BYTES, length)
    return struct.pack("!BBQ", FIN_TEXT, EIGHT_BYTES, length)
