"""Closing a connection behind an answer to somebody who still sends.

A socket that is closed while bytes wait in it is reset, and a reset overtakes the answer: who sends a picture through
a proxy that opens a connection for each request would not be told why it is refused.
"""

import asyncio
from collections.abc import Callable
from typing import Any

from uvicorn.protocols.http.flow_control import FlowControl


def linger(flow: FlowControl, transport: asyncio.Transport, seconds: float) -> None:
    """Close a connection for writing; what still comes is read, for nothing, until the client closes it, too."""
    flow.resume_reading()
    if transport.can_write_eof():
        transport.write_eof()
    asyncio.get_running_loop().call_later(seconds, transport.abort)


class LingeringTransport:
    """A connection's transport for uvicorn's cycle of one request, which closes it by `hang_up`."""

    def __init__(self, transport: Any, hang_up: Callable[[], None]) -> None:
        self._transport = transport
        self.close = hang_up

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)
