"""Subscribers that follow by event streams, as a browser's EventSource does: the same address, and the last id."""

import asyncio
import json
from typing import Any
from urllib.parse import urlsplit

from tests.faults.clients import FEED, PATIENCE, TEMPORARY, Subscriber
from tests.streaming import Stream, connected, request

AWAY = 503
STARTED = 200


class StreamSubscriber(Subscriber):
    """Comes again when it has not heard a heartbeat for long, which is more than browsers do."""

    last_id = ""

    async def follow(self) -> None:
        """Follow for ever."""
        port = urlsplit(self.url).port
        assert port is not None
        variables = {"post": self.subscription.post, "after": self.subscription.cursor}
        while True:
            try:
                async with connected(port) as stream, asyncio.timeout(None) as patience:
                    patience.reschedule(asyncio.get_running_loop().time() + PATIENCE)
                    await self._ask(stream, variables)
                    while await self._hear(stream):
                        patience.reschedule(asyncio.get_running_loop().time() + PATIENCE)
                        if not self.reads.is_set():
                            patience.reschedule(None)
                            await self.reads.wait()
            except (OSError, TimeoutError, EOFError, ValueError):
                pass
            await asyncio.sleep(self.random.uniform(0, 0.2))

    async def _ask(self, stream: Stream, variables: dict[str, Any]) -> None:
        headers = {"Last_Event_ID": self.last_id} if self.last_id else {}
        await stream.ask(request("POST", "/graphql", {"query": FEED, "variables": variables}, **headers))
        if stream.status == AWAY:
            raise EOFError
        if stream.status != STARTED:
            self.subscription.complaints.append(f"was answered {stream.status}")
        self.subscription.connections += 1

    async def _hear(self, stream: Stream) -> bool:
        """Take the next message; whether there is a reason to wait for another one."""
        fields = dict(line.partition(": ")[::2] for line in (await stream.hear()).split("\n"))
        self.last_id = fields.get("id", self.last_id)
        if fields.get("event") != "next":
            return "event" not in fields
        answer = json.loads(fields["data"])
        if "errors" in answer:
            if answer["errors"][0]["extensions"]["code"] not in TEMPORARY:
                self.subscription.complaints.append(f"was told {answer}")
            return False
        event = answer["data"]["commentFeed"]
        if event["cursor"] != self.last_id:
            self.subscription.complaints.append(f"was given {self.last_id} for {event['cursor']}")
        self._note(event)
        return True
