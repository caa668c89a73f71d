"""What a client sends at once, a little at a time: others would wait for hundreds of requests that come in one piece.

After a few of these the connection rests for some time, or it would take up all of the event loop.

It knows that requests stand in line behind one another, and not what a request is.
"""

import time
from abc import abstractmethod
from typing import Any

from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

BODY_SLICE_BYTES = 64 * 1024
"""Bytes of a body that are taken at once."""
OTHER_SLICE_BYTES = 4 * 1024
"""The same of anything else, if it is all that has come."""
PART_SLICE_BYTES = 512
"""The same of what is only a part: a few requests, if they are short."""
QUEUED_REQUESTS = 16
"""Requests that may wait for those before them; what comes behind them is not looked at yet."""
REST_FACTOR = 3.0
"""For how long a connection rests that has sent so much at once, by what the requests before have taken."""
LONGEST_REST_SECONDS = 1.0


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
        self._deferred = b""
        """What has come and is not looked at yet."""
        self._begun = 0.0
        self._paused = False

    @abstractmethod
    def _take(self, data: bytes) -> None:
        """Deal with some bytes."""

    def _is_enough(self) -> bool:
        """Whether what comes next should wait."""
        return len(self.pipeline) >= QUEUED_REQUESTS

    @abstractmethod
    def _is_over(self) -> bool:
        """Whether nothing more is looked at."""

    @abstractmethod
    def _is_in_body(self) -> bool:
        """Whether the next bytes are those of a body."""

    def connection_made(self, transport: Any) -> None:
        """Somebody has come."""
        super().connection_made(transport)
        self.flow: _PacedFlow = _PacedFlow(transport)

    def data_received(self, data: bytes) -> None:
        """Bytes from the client."""
        if self._deferred:
            self._defer(self._deferred + data)
        elif len(data) <= OTHER_SLICE_BYTES and len(self.pipeline) < QUEUED_REQUESTS:
            self._take(data)
        else:
            self._take_all(data)

    def on_response_complete(self) -> None:
        """An answer has been given: after the last one look at more, as soon as others have had their turn."""
        if self._deferred and not self.pipeline:
            self._pause()

    def _take_all(self, data: bytes) -> None:
        start, self._begun = 0, time.monotonic()
        while start < len(data) and not self._is_over():
            if self._is_enough():
                self._defer(data[start:])
                if self.cycle is None or self.cycle.response_complete:
                    self._pause()
                return
            size = BODY_SLICE_BYTES if self._is_in_body() else PART_SLICE_BYTES
            self._take(data[start : start + size])
            start += size

    def _defer(self, data: bytes) -> None:
        """Look at this when some of the requests before it have been answered."""
        self._deferred = data
        self.flow.pause_reading()
        self.flow.held = True

    def _pause(self) -> None:
        if not self._paused:
            self._paused = True
            taken = time.monotonic() - self._begun
            self.loop.call_later(min(REST_FACTOR * taken, LONGEST_REST_SECONDS), self._resume)

    def _resume(self) -> None:
        self._paused = False
        rest, self._deferred, self.flow.held = self._deferred, b"", False
        if rest and not self.transport.is_closing():
            self._take_all(rest)
        self.flow.resume_reading()
