"""One operation of a socket, from its subscribe message to its end."""

import asyncio
from collections.abc import Callable
from typing import Any

from live import messages
from live.cursor import MalformedCursor
from live.endpoint import Client, Endpoint, Refused, Scope, Source
from live.hub import Hub
from live.messages import BadRequest
from live.outbox import Outbox
from live.payload import END, Payload

FAILED = "The server cannot go on with this subscription. Subscribe again from the last cursor."


class Operation:
    """An operation that is open. For a subscription it is where the hub puts its texts.

    `ended` is told when the server ends it.
    """

    __slots__ = ("_ended", "_head", "_outbox", "_task", "id", "stop")

    def __init__(self, id_: str, outbox: Outbox, ended: Callable[["Operation"], None]) -> None:
        self.id = id_
        self.stop: Callable[[], object] = lambda: None
        self._outbox = outbox
        self._head = messages.next_head(id_).encode()
        self._ended = ended

    def begin(
        self, payload: dict[str, Any], endpoint: Endpoint, hub: Hub, client: Client, scope: Scope
    ) -> asyncio.Task[None]:
        """Run it, in a task that lasts until there is a result, or until a subscription has begun."""
        self._task = asyncio.create_task(self._run(payload, endpoint, hub, client, scope))
        self.stop = self._task.cancel
        return self._task

    @property
    def running(self) -> bool:
        """Whether there may be a result still; a subscription that has begun does not run."""
        return not self._task.done()

    def offer(self, payload: Payload) -> bool:
        """Send an answer, unless too much waits to be sent already."""
        return self._outbox.offer(self._head, payload)

    def when_ready(self, callback: Callable[[], None]) -> None:
        """Call back once when nothing waits to be sent any more."""
        self._outbox.when_ready(callback)

    def fail(self) -> None:
        """End it because of a fault of ours."""
        self.refuse([told("INTERNAL_ERROR", FAILED)])

    def refuse(self, errors: messages.Errors) -> None:
        """End it with errors."""
        self._ended(self)
        self._outbox.push(messages.error(self.id, errors))

    async def _run(
        self, payload: dict[str, Any], endpoint: Endpoint, hub: Hub, client: Client, scope: Scope
    ) -> None:
        try:
            started = endpoint.start(messages.request_of(payload), client, scope)
            if isinstance(started, Source):
                self.stop = await hub.subscribe(
                    started.topic, client.viewer, started.selection, started.render, self
                )
            else:
                await self._answer(await started)
        except Refused as refused:
            self.refuse(refused.errors)
        except BadRequest as error:
            self.refuse([told("BAD_REQUEST", str(error))])
        except MalformedCursor as error:
            self.refuse([told("BAD_USER_INPUT", str(error))])
        except Exception as error:  # noqa: BLE001 - whatever it is, it concerns nobody else
            self.refuse([endpoint.describe(error, scope)])

    async def _answer(self, text: str) -> None:
        await self._outbox.room()
        self._ended(self)
        self._outbox.push(f"{self._head.decode()}{text}{END.decode()}")
        self._outbox.push(messages.complete(self.id))


def told(code: str, message: str) -> dict[str, Any]:
    """An error for the client."""
    return {"message": message, "extensions": {"code": code}}
