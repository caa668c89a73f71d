"""Catching subscribers up from the database, many at a time.

Those who wait for the same channel are caught up together, as a cohort: each page of the log is read once for
all of them, each answer is built once, and whoever is further along waits until the others are there. Cohorts
take turns, a page each at most, and the next is one of the client who has used least.
"""

import asyncio
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

from live import log
from live.cursor import Cursor
from live.events import FeedReset
from live.fairness import Lines
from live.line import Line
from live.log import LoggedEvent
from live.policy import FeedPolicy
from live.rendering import Outcome, Share, Stopped, hand_out, runs, scripts, shares
from live.subscriber import Group, Subscriber
from live.topic import Channel, channels_of
from live.trouble import Trouble
from storage import DatabaseUnavailable, StorageError, caller
from storage.holding import holding

RUN = 64
"""Answers that are built together, and handed out together to each."""
TURN = 0.002
"""Seconds that a turn costs at least: the log is read."""


@dataclass(slots=True, eq=False)
class Cohort:
    """Subscribers being caught up together; it is their place meanwhile."""

    name: Hashable
    channel: Channel
    members: list[Subscriber] = field(default_factory=list)
    clients: set[Hashable] = field(default_factory=set)
    trouble: Trouble = field(
        default_factory=partial(Trouble, "Catching up with the comment feed", expected=(StorageError,))
    )

    def here(self) -> list[Subscriber]:
        """Those who have neither stopped, stalled nor settled."""
        return [each for each in self.members if each.place is self]

    def needing(self, position: int) -> dict[Group, list[Subscriber]]:
        """Those who are still here and have not had the event at a position, by their groups."""
        groups: dict[Group, list[Subscriber]] = {}
        for each in self.here():
            if each.needs(position):
                groups.setdefault(each.group, []).append(each)
        return groups


class Owner(Protocol):
    """Whoever takes subscribers back."""

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
    """The cohorts of a process, and the few `workers` that serve them.

    `run` answers are built together, and waited for as long as the owner is patient; without `patience`, to their end.
    """

    def __init__(
        self,
        policy: FeedPolicy,
        owner: Owner,
        line: Line,
        *,
        workers: int,
        run: int = RUN,
        patience: float | None = None,
    ) -> None:
        self._policy = policy
        self._owner = owner
        self._line = line
        self._most = workers
        self._run = run
        self._patience = patience
        self._halted: Mapping[Outcome | None, Stopped] = {
            None: owner.refused,
            Outcome.LATER: lambda _subscriber, _position: None,  # the cohort tries again
            Outcome.SLOW: owner.slow,
            Outcome.TOO_DEAR: owner.too_dear,
            Outcome.BROKEN: owner.broken,
        }
        self._forming: dict[Hashable, Cohort] = {}
        self._queue: Lines[Cohort] = Lines(line.uses)
        self._queued: set[Cohort] = set()
        self._workers: set[asyncio.Task[None]] = set()
        self._waiting: set[asyncio.Task[None]] = set()

    def add(self, subscriber: Subscriber, name: Hashable = None) -> None:
        """Catch a subscriber up, together with those of the same channel or, where there is one, the same name."""
        channel = subscriber.group.key.channel
        name = name or channel
        cohort = self._forming.get(name)
        if cohort is None:
            cohort = self._forming[name] = Cohort(name, channel)
            self._queued.add(cohort)
        if subscriber.client not in cohort.clients:
            cohort.clients.add(subscriber.client)
            if cohort in self._queued:  # it comes as soon as it would for any of them
                self._wait(cohort, subscriber.client)
        cohort.members.append(subscriber)
        subscriber.place = cohort

    async def close(self) -> None:
        """Stop catching up."""
        tasks = [*self._workers, *self._waiting]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _wait(self, cohort: Cohort, client: Hashable) -> None:
        self._queue.put(client, cohort)
        self._hire()

    def _hire(self) -> None:
        if sum(not each.done() for each in self._workers) < self._most:
            worker = asyncio.create_task(self._work())
            self._workers.add(worker)
            worker.add_done_callback(self._workers.discard)

    async def _work(self) -> None:
        caller.set(None)  # what all wait for is not to be charged to whoever came first
        holding.set(None)
        while self._queue:
            cohort = self._queue.take()
            if cohort not in self._queued:  # it has had its turn as another client's
                continue
            self._queued.remove(cohort)
            await self._gather(cohort)
            if self._forming.get(cohort.name) is cohort:
                del self._forming[cohort.name]
            self._charge(cohort)
            try:
                await self._turn(cohort)
                cohort.trouble.over()
            except Exception as error:  # noqa: BLE001 - whatever it is, nothing may be missing afterwards
                waiting = asyncio.create_task(self._try_again(cohort, error))
                self._waiting.add(waiting)
                waiting.add_done_callback(self._waiting.discard)
            else:
                self._queue_up(cohort)

    def _charge(self, cohort: Cohort) -> None:
        """Each of those who share a turn is charged its part of what it costs, answers apart."""
        for client in cohort.clients:
            self._line.uses.charge(client, TURN / len(cohort.clients))

    async def _try_again(self, cohort: Cohort, error: Exception) -> None:
        """Put a cohort off that cannot be served now; the others take their turns meanwhile."""
        await cohort.trouble.wait(error)
        self._queue_up(cohort)

    def _queue_up(self, cohort: Cohort) -> None:
        cohort.members = cohort.here()
        cohort.clients = {each.client for each in cohort.members}
        if cohort.members:
            self._queued.add(cohort)
            self._wait(cohort, min(cohort.clients, key=self._line.uses.rank))

    async def _gather(self, cohort: Cohort) -> None:
        """Let more come into a new cohort as long as they do, and as nobody else waits for this worker."""
        loop, known = asyncio.get_running_loop(), 0
        end = loop.time() + self._policy.longest_gathering
        while self._forming.get(cohort.name) is cohort and not self._queued and loop.time() < end:
            if len(cohort.members) == known:
                return
            known = len(cohort.members)
            await asyncio.sleep(self._policy.gathering)

    async def _turn(self, cohort: Cohort) -> None:
        """Take a cohort one page further; those who are through leave it."""
        head = await log.current()
        await self._reset(cohort, await log.oldest(), head)
        here = [each.position for each in cohort.here() if each.position is not None]
        if not here:
            return
        page = await log.read_after(min(here), self._policy.page, **cohort.channel._asdict())
        end = page[-1].position if len(page) == self._policy.page else head.position
        loop = asyncio.get_running_loop()
        until = loop.time() + self._policy.turn
        for last, some in runs(page, partial(self._shares, cohort), self._run):
            await self._show(some, cohort)
            if loop.time() >= until:
                end = last.position if last is not page[-1] else end
                break
        for each in cohort.here():
            each.skip_to(end)
            self._owner.settle(each)

    async def _reset(self, cohort: Cohort, oldest: int, head: Cursor) -> None:
        """Tell those whose place in the log is gone, and let them go on from its end."""
        lost = [each for each in cohort.here() if each.position is None or each.position + 1 < oldest]
        feeds: dict[Group, list[Subscriber]] = {}
        for each in lost:
            each.position = None
            if each.group.key.kind == "feed":
                feeds.setdefault(each.group, []).append(each)
        event = FeedReset(str(head))
        await self._show([Share(head.position, event, members) for members in feeds.values()], cohort)
        for each in lost:
            if each.place is cohort:
                each.position = head.position

    def _shares(self, cohort: Cohort, event: LoggedEvent) -> Iterator[Share]:
        if cohort.channel in channels_of(event):
            for group, members in cohort.needing(event.position).items():
                yield from shares(event, group, members)

    async def _show(self, some: list[Share], cohort: Cohort) -> None:
        away = False
        async for rendered in self._line.batches(some, self._patience):
            await hand_out(scripts(rendered), cohort, self._halted)
            away = away or any(payload is Outcome.LATER for _, payload in rendered)
        if away:
            raise DatabaseUnavailable("An event of the comment feed cannot be read now.")
