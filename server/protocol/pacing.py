"""What a client sends at once, a little at a time: others would wait for hundreds of requests that come in one piece.

It knows that requests stand in line behind one another, and not what a request is.
"""

from abc import abstractmethod
from typing import Any

from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

BODY_SLICE_BYTES = 64 * 1024
"""Bytes of a body that are taken at once."""
OTHER_SLICE_BYTES = 4 * 1024
"""The same of anything else: some requests, if they are short."""
QUEUED_REQUESTS = 16
"""Requests that may wait for those before them; what comes behind them is not looked at yet."""


class _PacedFlow(FlowControl):
    """Reads nothing more while it is `held`, though a request waits for its body: that has come already."""

    held = False

    def resume_reading(self) -> None:
        """Read, unless it is held."""
        if not self.held:
            super().resume_reading()


class PacedProtocol(HttpToolsProtocol):
    """Hands pieces of what comes to `_take`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._rest = b""
        """What has come and is not looked at yet."""

    @abstractmethod
    def _take(self, data: bytes) -> None:
        """Deal with some bytes."""

    @abstractmethod
    def _is_in_body(self) -> bool:
        """Whether the next bytes are those of a body."""

    def connection_made(self, transport: Any) -> None:
        """Somebody has come."""
        super().connection_made(transport)
        self.flow: _PacedFlow = _PacedFlow(transport)

    def data_received(self, data: bytes) -> None:
        """Bytes from the client."""
        if self._rest:
            self._defer(self._rest + data)
        elif len(data) <= OTHER_SLICE_BYTES and len(self.pipeline) < QUEUED_REQUESTS:
            self._take(data)
        else:
            self._take_all(data)

    def on_response_complete(self) -> None:
        """An answer has been given: look at more, as soon as others have had their turn."""
        if self._rest and len(self.pipeline) < QUEUED_REQUESTS:
            self.loop.call_soon(self._resume)

    def _take_all(self, data: bytes) -> None:
        start = 0
        while start < len(data):
            if len(self.pipeline) >= QUEUED_REQUESTS:
                self._defer(data[start:])
                return
            size = BODY_SLICE_BYTES if self._is_in_body() else OTHER_SLICE_BYTES
            self._take(data[start : start + size])
            start += size

    def _defer(self, data: bytes) -> None:
        """Look at this when some of the requests before it have been answered."""
        self._rest = data
        self.flow.pause_reading()
        self.flow.held = True

    def _resume(self) -> None:
        rest, self._rest, self.flow.held = self._rest, b"", False
        if rest and not self.transport.is_closing():
            self._take_all(rest)
        self.flow.resume_reading()
