"""One operation of a connection, from its request to its end."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

from live.connections.endpoint import OperationRejected, Source, Start
from live.connections.send_queue import SendQueue
from live.feed.cursor import MalformedCursor
from live.feed.hub import Hub
from live.feed.subscriptions import Viewer
from live.protocol.payload import Payload
from live.protocol.transport_ws import Errors
from storage.reservation import Reservation, wait_admitted

FAILED = "The server cannot go on with this subscription. Subscribe again from the last cursor."
TOO_DEAR = (
    "This subscription ends: its answer to an event takes the database too long, or is too large. Subscribe to less, "
    "such as the comment alone, and ask for what is around it by a query."
)

Describe = Callable[[Exception], dict[str, Any]]


class Operation:
    """An operation that is open. For a subscription it is where the hub puts its payloads.

    `ended` is told when the server has ended the operation.
    """

    __slots__ = ("_ended", "_head", "_send_queue", "_task", "id", "stop")

    def __init__(self, id_: str, send_queue: SendQueue, ended: Callable[["Operation"], None]) -> None:
        self.id = id_
        self.stop: Callable[[], object] = lambda: None
        self._send_queue = send_queue
        self._head = send_queue.framing.head(id_)
        self._ended = ended

    def begin(
        self, start: Start, hub: Hub, viewer: Viewer, describe: Describe, largest: int
    ) -> asyncio.Task[None]:
        """Run it, in a task that lasts until there is a result, or until a subscription has begun.

        An answer may have `largest` bytes.
        """
        self._task = asyncio.create_task(self._hold(largest, start, hub, viewer, describe))
        self.stop = self._task.cancel
        return self._task

    @property
    def running(self) -> bool:
        """Whether there may be a result still; a subscription that has begun does not run."""
        return not self._task.done()

    def offer(self, payloads: Sequence[Payload]) -> int:
        """Send answers until too much waits to be sent; says how many were taken."""
        return self._send_queue.offer(self._head, payloads)

    def when_ready(self, callback: Callable[[], None]) -> None:
        """Call back once when nothing waits to be sent any more."""
        self._send_queue.when_ready(callback)

    def fail(self) -> None:
        """End it because of a fault of ours."""
        self.refuse([error_entry("INTERNAL_ERROR", FAILED)])

    def too_dear(self) -> None:
        """End it because it asks for more than can be answered for each event."""
        self.refuse([error_entry("SUBSCRIPTION_TOO_EXPENSIVE", TOO_DEAR)])

    def refuse(self, errors: Errors) -> None:
        """End it with errors."""
        self._send_queue.push(self._send_queue.framing.failed(self.id, errors))
        self._ended(self)

    async def _hold(self, largest: int, start: Start, hub: Hub, viewer: Viewer, describe: Describe) -> None:
        """What it reads is reserved until its answer waits in the send queue, which counts for itself."""
        with Reservation(self._send_queue.account, largest):
            await self._run(start, hub, viewer, describe)

    async def _run(self, start: Start, hub: Hub, viewer: Viewer, describe: Describe) -> None:
        try:
            await wait_admitted()
            started = await start()
            if isinstance(started, Source):
                self.stop = await hub.subscribe(
                    started.topic,
                    viewer,
                    started.selection,
                    started.render,
                    self,
                    started.client,
                    started.rows,
                )
            else:
                await self._answer(await started)
        except OperationRejected as refused:
            self.refuse(refused.errors)
        except MalformedCursor as error:
            self.refuse([error_entry("BAD_USER_INPUT", str(error))])
        except Exception as error:  # noqa: BLE001 - whatever it is, it concerns nobody else
            self.refuse([describe(error)])

    async def _answer(self, text: str) -> None:
        queue = self._send_queue
        await queue.room()
        queue.push(queue.framing.answered(self._head, text))
        queue.push(queue.framing.complete(self.id))
        self._ended(self)


def error_entry(code: str, message: str) -> dict[str, Any]:
    """An error for the client."""
    return {"message": message, "extensions": {"code": code}}
