"""Listening to a hub without a socket: viewers, sinks that keep what they get, texts easy to read."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from live.feed.events import CommentAdded, CommentEdited, FeedEvent, FeedReset, LinkbackEvent
from live.feed.hub import Hub
from live.feed.topic import Topic
from live.policy import FeedPolicy
from live.protocol.payload import Payload
from models import Role

PATIENCE = 30.0
"""Seconds to wait at most for what comes at once on a machine that has time."""
IMPATIENT = FeedPolicy(poll=0.05, gathering=0.001)


@dataclass(frozen=True)
class FakeViewer:
    """A viewer."""

    id: int | None = None
    role: Role | None = None

    @property
    def is_moderator(self) -> bool:
        return self.role in (Role.MODERATOR, Role.ADMIN)


AUTHOR, STRANGER, WRITER = FakeViewer(7, Role.READER), FakeViewer(8, Role.READER), FakeViewer(11, Role.AUTHOR)
MODERATOR, ADMIN = FakeViewer(9, Role.MODERATOR), FakeViewer(10, Role.ADMIN)


@dataclass
class RecordingSink:
    """A sink: keeps every text, and holds no more than `room` at a time."""

    room: int | None = None
    texts: list[str] = field(default_factory=list)
    failed: bool = False
    ended: bool = False
    refusals: int = 0
    offers: list[int] = field(default_factory=list)
    _taken: int = 0
    _waiting: list[Callable[[], None]] = field(default_factory=list)

    def offer(self, payloads: Sequence[Payload]) -> int:
        self.offers.append(len(payloads))
        room = len(payloads) if self.room is None else max(0, self.room - self._taken)
        self.refusals += room < len(payloads)
        taken = payloads[:room]
        self._taken += len(taken)
        self.texts += [payload.text for payload in taken]
        return len(taken)

    def when_ready(self, callback: Callable[[], None]) -> None:
        self._waiting.append(callback)

    def fail(self) -> None:
        self.failed = True

    def too_dear(self) -> None:
        self.ended = True

    def empty(self) -> None:
        """Make room again."""
        self._taken = 0
        waiting, self._waiting = self._waiting, []
        for callback in waiting:
            callback()

    async def until(self, count: int) -> list[str]:
        """The texts, when there are so many."""
        await eventually(lambda: len(self.texts) >= count)
        return self.texts


def summary(event: FeedEvent) -> str:
    """An event in a word: `CommentAdded 7`."""
    name = type(event).__name__
    if isinstance(event, LinkbackEvent):
        return f"{name} {event.linkback_id}"
    return f"{name} {event.cursor}" if isinstance(event, FeedReset) else f"{name} {event.comment_id}"


async def render(event: FeedEvent) -> str | None:
    """Everything is visible."""
    return summary(event)


def hiding(*comment_ids: int) -> Callable[[FeedEvent], Any]:
    """Some comments are not visible any more at delivery."""

    async def render(event: FeedEvent) -> str | None:
        hidden = isinstance(event, CommentAdded | CommentEdited) and event.comment_id in comment_ids
        return None if hidden else summary(event)

    return render


async def listen(
    hub: Hub,
    topic: Topic | None = None,
    viewer: FakeViewer | None = None,
    *,
    render: Callable[[FeedEvent], Any] = render,
    selection: str = "all",
    room: int | None = None,
) -> RecordingSink:
    """Subscribe to the whole feed, as nobody in particular, unless told otherwise."""
    basket = RecordingSink(room)
    await hub.subscribe(topic or Topic("feed"), viewer or FakeViewer(), selection, render, basket)
    return basket


@contextlib.asynccontextmanager
async def opened(policy: FeedPolicy = IMPATIENT) -> AsyncIterator[Hub]:
    """A hub that follows the log."""
    hub = Hub(policy)
    hub.open()
    try:
        yield hub
    finally:
        await hub.close()


async def eventually(true: Callable[[], bool], seconds: float = PATIENCE) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(seconds):
        while not true():  # noqa: ASYNC110 - nobody announces it
            await asyncio.sleep(0.005)
