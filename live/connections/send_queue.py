"""What a connection still has to send.

Sending never waits here: a frame goes out at once when the connection is writable, without a task. Only when it is not
does a task wait for it, and the frames that come meanwhile wait behind.

The feed's payloads have a fast path where the server offers a direct transport: encoded once for all connections,
and written as the frames that they are.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable, Generator, Sequence
from sys import getsizeof
from typing import Any, Protocol

from live.connections.endpoint import Send
from live.protocol.framing import LAST_FRAME, Framing
from live.protocol.payload import Payload
from storage.memory import Account, unlimited

CHUNK_BYTES = 32 * 1024
"""Bytes that are written at once, where there are as many."""
CLOSE_TIMEOUT_SECONDS = 10.0
"""Seconds that the last message may wait for a connection that is not writable."""


class DirectTransport(Protocol):
    """A server's own end of a connection, which can do what plain ASGI cannot."""

    @property
    def ready(self) -> bool:
        """Whether frames may be written: the connection is open and takes them."""

    def write(self, frame: bytes) -> None:
        """Send a whole frame: of RFC 6455, section 5.2, or a chunk of RFC 9112, section 7.1."""

    def sent(self, size: int) -> None:
        """A message of `size` bytes was sent in another way."""

    def abort_with(self, code: int, reason: str) -> None:
        """Close the connection, even when its reader has stopped."""


class SendQueue:
    """Frames on their way out of a connection; it is `full` when `limit` characters wait."""

    __slots__ = (
        "_frames",
        "_limit",
        "_memory",
        "_ready",
        "_send",
        "_sender",
        "_size",
        "_transport",
        "account",
        "closed",
        "ended",
        "framing",
        "stalled_since",
    )

    def __init__(
        self,
        send: Send,
        framing: Framing,
        limit: int,
        transport: DirectTransport | None,
        account: Account | None = None,
    ) -> None:
        self._send = send
        self.framing = framing
        self._limit = limit
        self._transport = transport
        self.account = account or unlimited()
        self._memory = 0
        self._frames: deque[str] | None = None  # most never need one
        self._size = 0
        self._sender: asyncio.Task[None] | None = None
        self._ready: list[Callable[[], None]] = []
        self.closed = False
        self.ended = False
        self.stalled_since: float | None = None

    @property
    def full(self) -> bool:
        """Whether as much waits as should, here or for all connections of the client together."""
        return self._size >= self._limit or (self._memory > 0 and self.account.crowded)

    def push(self, frame: str) -> None:
        """Send a frame, after those that wait."""
        if self.closed:
            return
        if self._sender is not None:
            if self._frames is None:
                self._frames = deque()
            self._frames.append(frame)
            self._size += len(frame)
            self._count(getsizeof(frame))
            return
        sending = self._send(self.framing.message(frame)).__await__()
        try:
            blocked_on = next(sending)
        except StopIteration:
            self._sent(frame)
            return
        except Exception:  # noqa: BLE001 - however a server says it: the peer has gone
            self.abandon()
            return
        self.stalled_since = asyncio.get_running_loop().time()
        self._count(getsizeof(frame))
        self._sender = asyncio.create_task(self._drain(_Begun(sending, blocked_on), getsizeof(frame)))

    def offer(self, head: bytes, payloads: Sequence[Payload]) -> int:
        """Send messages of the feed's until the queue is full: each `head`, a payload's text, and its end.

        Says how many were taken.
        """
        taken = self._write(head, payloads) if self._transport is not None else 0
        for payload in payloads[taken:]:
            if self.full:
                break
            self.push(self.framing.text(head, payload))
            taken += 1
        return taken

    def _write(self, head: bytes, payloads: Sequence[Payload]) -> int:
        """Write as many frames as the transport takes at once, and say how many."""
        transport, taken, size = self._transport, 0, 0
        if transport is None or self._sender is not None or self.closed or not transport.ready:
            return 0
        frames: list[bytes] = []
        framed = self.framing.frame
        for payload in payloads:
            frame = framed(head, payload)
            frames.append(frame)
            size += len(frame)
            taken += 1
            if size >= CHUNK_BYTES:
                transport.write(b"".join(frames))
                if not transport.ready:
                    return taken
                frames, size = [], 0
        if frames:
            transport.write(b"".join(frames))
        return taken

    def when_ready(self, callback: Callable[[], None]) -> None:
        """Call back once when nothing waits any more, or never will."""
        self._ready.append(callback)

    async def room(self) -> None:
        """Wait until the queue is not full."""
        if self.full:
            emptied = asyncio.Event()
            self.when_ready(emptied.set)
            await emptied.wait()

    def end(self) -> None:
        """End a response behind what waits."""
        self.push(LAST_FRAME)
        self.ended = True
        if self.stalled_since is None:
            self.abandon()

    def close(self, code: int, reason: str) -> None:
        """Close the connection; frames that wait are dropped."""
        if self.closed:
            return
        self.abandon()
        transport = self._transport
        if transport is not None and not (self._closes_in_order and transport.ready):
            transport.abort_with(code, reason)
        else:
            self._sender = asyncio.create_task(self._close(code, reason))

    def abandon(self) -> None:
        """Send nothing more."""
        if self.closed:
            return
        self.closed = True
        if self._sender is not None:
            self._sender.cancel()
        self._emptied()

    @property
    def _closes_in_order(self) -> bool:
        return self.framing.closes_in_order and not self.ended

    async def wait_flushed(self) -> None:
        """Wait until the close frame has been sent, if there is one to send."""
        if self._sender is not None:
            await asyncio.wait([self._sender])

    async def _drain(self, first: "_Begun", size: int) -> None:
        try:
            await first
            self._count(-size)
            if size > CHUNK_BYTES and self._transport is not None:
                self._transport.sent(size)
            while self._frames:
                self.stalled_since = asyncio.get_running_loop().time()
                frame = self._frames.popleft()
                self._size -= len(frame)
                await self._send(self.framing.message(frame))
                self._count(-getsizeof(frame))
                self._sent(frame)
                del frame
        except Exception:  # noqa: BLE001 - however a server says it: the peer has gone
            self.closed = True
        self._sender = None
        self._emptied()

    def _emptied(self) -> None:
        self._frames = None
        self._size = 0
        self._count(-self._memory)
        self.stalled_since = None
        ready, self._ready = self._ready, []
        for callback in ready:
            callback()

    def _sent(self, frame: str) -> None:
        """Of a large frame the transport keeps the whole until its last byte is gone."""
        if len(frame) > CHUNK_BYTES and self._transport is not None:
            self._transport.sent(len(frame))

    def _count(self, size: int) -> None:
        self._memory += size
        self.account.add(size)

    async def _close(self, code: int, reason: str) -> None:
        with contextlib.suppress(Exception):
            async with asyncio.timeout(CLOSE_TIMEOUT_SECONDS):
                await self._send(self.framing.close_message(code, reason))


class _Begun:
    """An awaitable that has been run up to where it waits for something, to be awaited from there."""

    def __init__(self, steps: Generator[Any, Any, None], blocked_on: Any) -> None:
        self._steps = steps
        self._blocked_on = blocked_on

    def __await__(self) -> Generator[Any, Any, None]:
        try:
            yield self._blocked_on
            yield from self._steps
        finally:
            self._steps.close()
