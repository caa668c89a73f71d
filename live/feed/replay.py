"""Catching subscribers up from the database, many at a time.

Those who wait for the same channel are caught up together, as a batch: each page of the log is read once for all of
them, each answer is built once, and a subscriber who is further along waits until the others are there. Batches are
served round robin, a page each at most, and the next is one of the client who has used least.
"""

import asyncio
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

from live.feed import event_log
from live.feed.cursor import Cursor
from live.feed.event_log import LoggedEvent
from live.feed.events import FeedReset
from live.feed.fairness import LeastUsedQueue
from live.feed.render_scheduler import RenderScheduler
from live.feed.rendering import Audience, OnFailure, Outcome, audiences, deliver, deliveries, runs_of_events
from live.feed.subscriptions import Group, Subscriber
from live.feed.topic import Channel, channels_of
from live.policy import FeedPolicy
from runtime.background import cancel_and_wait
from runtime.backoff import Backoff
from storage import DatabaseUnavailable, StorageError, caller
from storage.reservation import reservation_of_task

RUN_OF_ANSWERS = 64
"""Answers that are built together, and handed out together to each."""
TURN_SECONDS = 0.002
"""Seconds that a page costs at least: the log is read."""


@dataclass(slots=True, eq=False)
class ReplayBatch:
    """Subscribers being caught up together; it is their state meanwhile."""

    name: Hashable
    channel: Channel
    members: list[Subscriber] = field(default_factory=list)
    clients: set[Hashable] = field(default_factory=set)
    backoff: Backoff = field(
        default_factory=partial(Backoff, "Catching up with the comment feed", expected=(StorageError,))
    )

    def here(self) -> list[Subscriber]:
        """Those who have neither stopped, stalled nor settled."""
        return [each for each in self.members if each.state is self]

    def needing(self, position: int) -> dict[Group, list[Subscriber]]:
        """Those who are still here and have not had the event at a position, by their groups."""
        groups: dict[Group, list[Subscriber]] = {}
        for each in self.here():
            if each.needs(position):
                groups.setdefault(each.group, []).append(each)
        return groups


class ReplayListener(Protocol):
    """What takes subscribers back; the hub is one."""

    def settle(self, subscriber: Subscriber) -> bool:
        """Take a subscriber that has read to the end of the log, unless it has missed something meanwhile."""

    def refused(self, subscriber: Subscriber, position: int) -> None:
        """Take a subscriber whose sink refused the text of a position."""

    def slow(self, subscriber: Subscriber, position: int) -> None:
        """Take a subscriber whose text of a position takes too long to be built here."""

    def too_dear(self, subscriber: Subscriber, position: int) -> None:
        """End a subscription that asks for too much."""

    def broken(self, subscriber: Subscriber, position: int) -> None:
        """End a subscription that cannot be served."""


class Replay:
    """The batches of a process, and the few `workers` that serve them.

    `run` answers are built together, and waited for `patience` seconds; without `patience`, to their end.
    """

    def __init__(
        self,
        policy: FeedPolicy,
        listener: ReplayListener,
        scheduler: RenderScheduler,
        *,
        workers: int,
        run: int = RUN_OF_ANSWERS,
        patience: float | None = None,
    ) -> None:
        self._policy = policy
        self._listener = listener
        self._scheduler = scheduler
        self._most = workers
        self._run = run
        self._patience = patience
        self._on_failure: Mapping[Outcome | None, OnFailure] = {
            None: listener.refused,
            Outcome.LATER: lambda _subscriber, _position: None,  # the batch tries again
            Outcome.SLOW: listener.slow,
            Outcome.TOO_DEAR: listener.too_dear,
            Outcome.BROKEN: listener.broken,
        }
        self._forming: dict[Hashable, ReplayBatch] = {}
        self._queue: LeastUsedQueue[ReplayBatch] = LeastUsedQueue(scheduler.uses)
        self._queued: set[ReplayBatch] = set()
        self._workers: set[asyncio.Task[None]] = set()
        self._waiting: set[asyncio.Task[None]] = set()

    def add(self, subscriber: Subscriber, name: Hashable = None) -> None:
        """Catch a subscriber up, together with those of the same channel or, where there is one, the same name."""
        channel = subscriber.group.key.channel
        name = name or channel
        batch = self._forming.get(name)
        if batch is None:
            batch = self._forming[name] = ReplayBatch(name, channel)
            self._queued.add(batch)
        if subscriber.client not in batch.clients:
            batch.clients.add(subscriber.client)
            if batch in self._queued:  # it comes as soon as it would for any of them
                self._wait(batch, subscriber.client)
        batch.members.append(subscriber)
        subscriber.state = batch

    async def close(self) -> None:
        """Stop catching up."""
        await cancel_and_wait(*self._workers, *self._waiting)

    def _wait(self, batch: ReplayBatch, client: Hashable) -> None:
        self._queue.put(client, batch)
        self._hire()

    def _hire(self) -> None:
        if sum(not each.done() for each in self._workers) < self._most:
            worker = asyncio.create_task(self._work())
            self._workers.add(worker)
            worker.add_done_callback(self._workers.discard)

    async def _work(self) -> None:
        caller.set(None)  # what all wait for is not to be charged to the first of them
        reservation_of_task.set(None)
        while self._queue:
            batch = self._queue.take()
            if batch not in self._queued:  # it has been served as another client's
                continue
            self._queued.remove(batch)
            await self._gather(batch)
            if self._forming.get(batch.name) is batch:
                del self._forming[batch.name]
            self._charge(batch)
            try:
                await self._turn(batch)
                batch.backoff.recovered()
            except Exception as error:  # noqa: BLE001 - whatever it is, nothing may be missing afterwards
                waiting = asyncio.create_task(self._try_again(batch, error))
                self._waiting.add(waiting)
                waiting.add_done_callback(self._waiting.discard)
            else:
                self._queue_up(batch)

    def _charge(self, batch: ReplayBatch) -> None:
        """Each of those who share a page is charged its part of what it costs, without the answers."""
        for client in batch.clients:
            self._scheduler.uses.charge(client, TURN_SECONDS / len(batch.clients))

    async def _try_again(self, batch: ReplayBatch, error: Exception) -> None:
        """Put a batch off that cannot be served now; the others are served meanwhile."""
        await batch.backoff.failed(error)
        self._queue_up(batch)

    def _queue_up(self, batch: ReplayBatch) -> None:
        batch.members = batch.here()
        batch.clients = {each.client for each in batch.members}
        if batch.members:
            self._queued.add(batch)
            self._wait(batch, min(batch.clients, key=self._scheduler.uses.rank))

    async def _gather(self, batch: ReplayBatch) -> None:
        """Let more come into a new batch as long as they do, and as nobody else waits for this worker."""
        loop, known = asyncio.get_running_loop(), 0
        end = loop.time() + self._policy.longest_gathering
        while self._forming.get(batch.name) is batch and not self._queued and loop.time() < end:
            if len(batch.members) == known:
                return
            known = len(batch.members)
            await asyncio.sleep(self._policy.gathering)

    async def _turn(self, batch: ReplayBatch) -> None:
        """Take a batch one page further; those who are through leave it."""
        head = await event_log.current()
        await self._reset(batch, await event_log.oldest(), head)
        here = [each.position for each in batch.here() if each.position is not None]
        if not here:
            return
        page = await event_log.read_after(min(here), self._policy.page, **batch.channel._asdict())
        end = page[-1].position if len(page) == self._policy.page else head.position
        loop = asyncio.get_running_loop()
        until = loop.time() + self._policy.turn
        for last, some in runs_of_events(page, partial(self._audiences, batch), self._run):
            await self._show(some, batch)
            if loop.time() >= until:
                end = last.position if last is not page[-1] else end
                break
        for each in batch.here():
            each.skip_to(end)
            self._listener.settle(each)

    async def _reset(self, batch: ReplayBatch, oldest: int, head: Cursor) -> None:
        """Tell those whose position in the log is gone, and let them go on from its end."""
        lost = [each for each in batch.here() if each.position is None or each.position + 1 < oldest]
        feeds: dict[Group, list[Subscriber]] = {}
        for each in lost:
            each.position = None
            if each.group.key.kind == "feed":
                feeds.setdefault(each.group, []).append(each)
        event = FeedReset(str(head))
        await self._show([Audience(head.position, event, members) for members in feeds.values()], batch)
        for each in lost:
            if each.state is batch:
                each.position = head.position

    def _audiences(self, batch: ReplayBatch, event: LoggedEvent) -> Iterator[Audience]:
        if batch.channel in channels_of(event):
            for group, members in batch.needing(event.position).items():
                yield from audiences(event, group, members)

    async def _show(self, some: list[Audience], batch: ReplayBatch) -> None:
        away = False
        async for rendered in self._scheduler.batches(some, self._patience):
            await deliver(deliveries(rendered), batch, self._on_failure)
            away = away or any(payload is Outcome.LATER for _, payload in rendered)
        if away:
            raise DatabaseUnavailable("An event of the comment feed cannot be read now.")
