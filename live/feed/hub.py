"""Delivering the comment feed: one hub in each process.

The hub looks at the log when it is woken, or now and then. It reads what is new once, builds each distinct
answer once, and offers the same text to every subscriber that is up to date. The others are caught up from the
database by `live.feed.replay` and then join again.
"""

import asyncio
import contextlib
import logging
from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Mapping
from functools import partial

from live.feed import event_log
from live.feed.cursor import Cursor, parse
from live.feed.event_log import LoggedEvent
from live.feed.fairness import UseByClient
from live.feed.render_scheduler import RenderScheduler
from live.feed.rendering import Audience, OnFailure, Outcome, audiences, deliver, deliveries, runs_of_events
from live.feed.replay import Replay
from live.feed.slow_lane import SlowLane
from live.feed.subscriptions import Group, Render, Sink, Subscriber, SubscriberState, Subscriptions, Viewer
from live.feed.topic import Topic
from live.feed.wakeup import listen
from live.policy import FeedPolicy
from runtime.background import BackgroundTask
from runtime.backoff import Backoff
from storage import StorageError

logger = logging.getLogger(__name__)

POSITIONS_REMEMBERED = 1000
PAGES_SKIMMED = 10
"""Pages of a long log that are read at once: most of it is for those who are caught up, and nobody here."""
LONG_RUN_PART = 4
"""A group that is told of more than this part of a full page's events, one in four, is caught up with the rest."""


class Hub:
    """Who listens in this process, and how far the log has been handed out to them.

    `_head` is that position: the event there has been offered to everyone who is live, or is being offered.
    """

    def __init__(self, policy: FeedPolicy | None = None) -> None:
        self._policy = policy or FeedPolicy()
        self._subscriptions = Subscriptions(self._policy.live_answers, self._policy.live_rows)
        uses = UseByClient(self._policy.share)
        self._scheduler, catching_up = (
            RenderScheduler(self._policy.renders, self._policy.dear, uses) for _ in range(2)
        )
        self._replay = Replay(
            self._policy, self, catching_up, workers=self._policy.replays, patience=self._policy.turn
        )
        self._slow_lane = SlowLane(self._policy, self, self._subscriptions, uses)
        self._on_failure: Mapping[Outcome | None, OnFailure] = {
            None: self.refused,
            Outcome.LATER: self.slow,
            Outcome.SLOW: self.slow,
            Outcome.TOO_DEAR: self.too_dear,
            Outcome.BROKEN: self.broken,
        }
        self._head = Cursor(0, "")
        self._known: dict[str, int] = {}
        self._checks: dict[str, asyncio.Task[int | None]] = {}
        self._woken = asyncio.Event()
        self._opened = asyncio.Event()
        self._prune_at = 0.0
        self._backoff = Backoff("The comment feed", expected=(StorageError,))
        self._following = BackgroundTask("following the comment feed")
        self._stop_listening: Callable[[], None] = lambda: None

    def open(self) -> None:
        """Begin to follow the log, from where it stands."""
        self._stop_listening = listen(self.wake)
        self._slow_lane.open()
        self._following.start(self._follow())

    def wake(self) -> None:
        """Look at the log now: somebody says that there is more of it."""
        self._woken.set()

    async def close(self) -> None:
        """Stop following the log. Subscribers hear nothing more."""
        self._stop_listening()
        await self._following.stop()
        await self._replay.close()
        await self._slow_lane.close()

    async def subscribe(
        self,
        topic: Topic,
        viewer: Viewer,
        selection: Hashable,
        render: Render,
        sink: Sink,
        client: Hashable = None,
        rows: int = 0,
    ) -> Callable[[], None]:
        """Hand a topic's events to a sink until the returned function is called.

        Subscriptions to one topic with equal `selection` and viewers of one class must render the same texts.
        With a cursor in the topic the events since come first; without one the feed begins now. What one `client` asks
        for holds up itself, and hardly anybody else; a text of many `rows` is not tried among others.

        Raises:
            MalformedCursor: the topic's cursor never was one.
        """
        await self._opened.wait()
        if topic.after is None:
            position: int | None = (await event_log.current()).position
        else:
            position = await self._position(topic.after)
        subscriber = self._subscriptions.add(topic, viewer, selection, render, sink, client, rows)
        subscriber.position = position
        self._place(subscriber)
        return partial(self._leave, subscriber)

    async def _position(self, cursor: str) -> int | None:
        if cursor in self._known:
            return self._known[cursor]
        check = self._checks.get(cursor)
        if check is None:
            check = self._checks[cursor] = asyncio.create_task(self._check(cursor))
            check.add_done_callback(lambda _: self._checks.pop(cursor))
        return await asyncio.shield(check)

    async def _check(self, cursor: str) -> int | None:
        position = await event_log.check(cursor)
        if position is not None:
            self._remember(cursor, position)
        return position

    def _place(self, subscriber: Subscriber) -> None:
        if not self.settle(subscriber):
            self._catch_up(subscriber)

    def _catch_up(self, subscriber: Subscriber) -> None:
        (self._slow_lane if subscriber.group.in_slow_lane else self._replay).add(subscriber)

    def settle(self, subscriber: Subscriber) -> bool:
        """Take a subscriber that has read to the end of the log, unless it has missed something meanwhile."""
        if subscriber.position is None or subscriber.needs(self._head.position):
            return False
        subscriber.state = SubscriberState.LIVE
        if subscriber.group.in_slow_lane:
            self._slow_lane.release(subscriber.group)
        return True

    def refused(self, subscriber: Subscriber, position: int) -> None:
        """Let a subscriber be whose sink refused the text of a position, until the sink is ready."""
        subscriber.skip_to(position - 1)
        subscriber.state = SubscriberState.STALLED
        subscriber.sink.when_ready(partial(self._ready, subscriber))

    def slow(self, subscriber: Subscriber, position: int) -> None:
        """Move a subscriber to the slow lane whose text of a position takes too long."""
        subscriber.skip_to(position - 1)
        self._slow_lane.add(subscriber)

    def too_dear(self, subscriber: Subscriber, position: int) -> None:
        """End a subscription that asks for too much."""
        del position
        if subscriber.state is not SubscriberState.GONE:
            self._leave(subscriber)
            subscriber.sink.too_dear()

    def broken(self, subscriber: Subscriber, position: int) -> None:
        """End a subscription that cannot be served."""
        del position
        if subscriber.state is not SubscriberState.GONE:
            self._leave(subscriber)
            subscriber.sink.fail()

    def _ready(self, subscriber: Subscriber) -> None:
        if subscriber.state is SubscriberState.STALLED:
            self._place(subscriber)

    def _leave(self, subscriber: Subscriber) -> None:
        if subscriber.state is not SubscriberState.GONE:
            subscriber.state = SubscriberState.GONE
            self._subscriptions.remove(subscriber)

    async def _follow(self) -> None:
        while True:
            try:
                self._woken.clear()
                await self._look()
                await self._prune()
                self._backoff.recovered()
            except Exception as error:  # noqa: BLE001 - whatever it is, the feed goes on afterwards
                await self._backoff.failed(error)
            else:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(self._policy.poll):
                        await self._woken.wait()

    async def _look(self) -> None:
        head = await event_log.current()
        if not self._opened.is_set():
            self._head = head
            self._opened.set()
        elif self._head == head:
            return
        elif not self._subscriptions:
            self._known.clear()
            self._head = head
        else:
            while await self._advance(head):
                pass

    async def _advance(self, head: Cursor) -> bool:
        """Hand out a page of what is new; whether there is more. Its first row is the last known event."""
        behind = head.position - self._head.position
        most = max(self._policy.page, min(behind, self._policy.page * PAGES_SKIMMED))
        page = await event_log.read_after(self._head.position - 1, most)
        if not page or page[0].cursor != str(self._head):
            self._start_over(head)
            return False
        for event in page:
            self._remember(event.cursor, event.position)
        many = len(page) >= self._policy.page
        told = Counter[Group]()
        for last, some in runs_of_events(
            page[1:], partial(self._audiences, told if many else None), self._policy.renders
        ):
            # From here on, newcomers that have not had these events find them in the log.
            self._head = parse(last.cursor)
            async for rendered in self._scheduler.batches(some, self._policy.patience):
                await deliver(deliveries(rendered), SubscriberState.LIVE, self._on_failure)
        return len(page) == most

    def _audiences(self, told: Counter[Group] | None, event: LoggedEvent) -> Iterator[Audience]:
        """What live groups are to be told; `told` counts the events of each, where there are many."""
        for group in list(self._subscriptions.concerned(event)):
            live = [
                each
                for each in group.members
                if each.state is SubscriberState.LIVE and each.needs(event.position)
            ]
            if self._slow_lane.belongs(group):
                self._slow_lane.take(group)
            elif told is not None and self._is_long_run(told, group):
                for each in live:  # what this run has for it already, it finds in the log
                    each.skip_to(self._head.position)
                    self._replay.add(each)
            else:
                yield from audiences(event, group, live)
        self._slow_lane.tell(event, self._head.position)

    def _is_long_run(self, told: Counter[Group], group: Group) -> bool:
        told[group] += 1
        return told[group] > self._policy.page / LONG_RUN_PART

    def _start_over(self, head: Cursor) -> None:
        """The log is not the one that was followed: a backup was restored, or it was pruned too early."""
        logger.warning("The comment feed starts over: its log is another one now")
        self._known.clear()
        self._head = head
        for group in list(self._subscriptions):
            for each in group.members:
                each.position = None
                if each.state is not SubscriberState.STALLED:
                    self._catch_up(each)

    def _remember(self, cursor: str, position: int) -> None:
        self._known[cursor] = position
        if len(self._known) > POSITIONS_REMEMBERED:
            del self._known[next(iter(self._known))]

    async def _prune(self) -> None:
        now = asyncio.get_running_loop().time()
        if now >= self._prune_at:
            self._prune_at = now + self._policy.prune_every
            await event_log.prune(self._policy.kept_for)
