"""What every live connection has, whatever it speaks: a client, operations, and an end.

How a connection speaks and what keeps it alive is for those who derive from it. What is here makes sessions, slow
readers and a stopping server mean the same to all of them.
"""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable
from functools import partial
from typing import Any

from live.connections.endpoint import Client, Endpoint, Scope, Start
from live.connections.operation import Operation
from live.connections.send_queue import SendQueue
from live.feed.hub import Hub
from live.policy import ConnectionPolicy
from live.protocol.close_codes import CloseCode

FAREWELL_SECONDS = 0.5
"""Seconds that running operations have to answer when their session ends: one may be the signing out itself."""

Predicate = Callable[[Client], bool]


class Connection(ABC):
    """A connection that is open; `scope` is that of the request that opened it."""

    def __init__(
        self, scope: Scope, send_queue: SendQueue, endpoint: Endpoint, hub: Hub, policy: ConnectionPolicy
    ) -> None:
        self.scope = scope
        self._send_queue = send_queue
        self._endpoint = endpoint
        self._hub = hub
        self._policy = policy
        self._loop = asyncio.get_running_loop()
        self._client: Client | None = None
        self._ending: tuple[CloseCode, str] | None = None
        self._retirement: Callable[[], None] | None = None
        self._predicates: list[Predicate] = []
        self._operations: dict[str, Operation] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def session_id(self) -> int | None:
        """The session of the client; None when there is none, or nobody has said yet who this is."""
        return None if self._client is None else self._client.session_id

    def close(self, code: CloseCode, reason: str) -> None:
        """Close it at once."""
        self._send_queue.close(code, reason)

    def finish(self, code: CloseCode, reason: str, patience: float) -> None:
        """Close it as soon as all answers have been given and sent; after `patience` seconds in any case."""
        if self._ending is not None:
            return
        self._ending = code, reason
        for operation in [each for each in self._operations.values() if not each.running]:
            operation.stop()
            self._forget(operation)
        self._close_after_answers(code, reason)
        if not self._send_queue.closed:
            self._loop.call_later(patience, self.close, code, reason)

    def retire(self, code: CloseCode, reason: str, deadline: float) -> None:
        """Begin nothing new: `leave` when it is this socket's turn, or when the client asks for something."""
        self._retirement = lambda: self.finish(code, reason, max(0.0, deadline - self._loop.time()))

    def leave(self) -> None:
        """Finish, if this socket is retired."""
        if self._retirement is not None:
            self._retirement()

    def close_if(self, predicate: Predicate) -> None:
        """Close it if its client, now or once it is known, is one whose session has ended."""
        if self._client is None:
            self._predicates.append(predicate)
        elif predicate(self._client):
            self.finish(CloseCode.FORBIDDEN, "The session has ended", FAREWELL_SECONDS)

    def admit(self, client: Client) -> bool:
        """Know the client from now on; refused when the session has ended meanwhile."""
        if any(predicate(client) for predicate in self._predicates):
            return False
        self._client = client
        return True

    def check_liveness(self) -> None:
        """Close it when its client does not read; otherwise keep it alive."""
        now, stalled = self._loop.time(), self._send_queue.stalled_since
        if stalled is None:
            self._keep_alive(now)
        elif now - stalled >= self._policy.stall_timeout:
            self.close(CloseCode.NOTHING_READ, "Nothing was read for too long")

    @abstractmethod
    def _keep_alive(self, now: float) -> None:
        """Say something to a client that has not been spoken with for long."""

    def _stop(self) -> None:
        """Stop everything, and let go of it: the client has gone, or has been told to go."""
        for operation in self._operations.values():
            operation.stop()
            operation.stop = _do_nothing
        self._operations.clear()
        for task in self._tasks:
            task.cancel()
        self._send_queue.abandon()

    def _begin(self, operation: Operation, start: Start, client: Client) -> None:
        self._operations[operation.id] = operation
        self._run(operation.begin(start, self._hub, client.viewer, self._describe, self._policy.answer))

    def _describe(self, error: Exception) -> dict[str, Any]:
        return self._endpoint.describe(error, self.scope)

    def _ended(self, operation: Operation) -> None:
        """An operation has said its last."""
        self._forget(operation)

    def _forget(self, operation: Operation) -> None:
        if self._operations.get(operation.id) is operation:
            del self._operations[operation.id]
        operation.stop = _do_nothing  # it and what it has subscribed to would keep each other

    def _run(self, task: asyncio.Task[None]) -> None:
        self._tasks.add(task)
        task.add_done_callback(self._ran)

    def _ran(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if self._ending is not None:
            self._close_after_answers(*self._ending)

    def _close_after_answers(self, code: CloseCode, reason: str) -> None:
        """Close it when nothing runs and nothing waits to be sent: every answer shall arrive."""
        if self._tasks:
            return
        if self._send_queue.stalled_since is None:
            self.close(code, reason)
        else:
            self._send_queue.when_ready(partial(self.close, code, reason))


def _do_nothing() -> None:
    """There is nothing left to stop."""
