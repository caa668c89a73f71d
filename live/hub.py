"""Delivering the comment feed: one hub in each process.

The hub looks at the log when it is woken, or now and then. It reads what is new once, builds each distinct
answer once, and offers the same text to every subscriber that is up to date. Whoever is not is caught up from
the database by `live.replay` and then joins again.
"""

import asyncio
import contextlib
import logging
from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Mapping
from functools import partial

from live import log
from live.apart import Apart
from live.cursor import Cursor, parse
from live.fairness import Uses
from live.line import Line
from live.log import LoggedEvent
from live.policy import FeedPolicy
from live.rendering import Outcome, Share, Stopped, hand_out, runs, scripts, shares
from live.replay import Replay
from live.subscriber import Board, Group, Place, Render, Sink, Subscriber, Viewer
from live.topic import Topic
from live.trouble import Trouble
from live.wakeup import listen
from storage import StorageError

logger = logging.getLogger(__name__)

REMEMBERED = 1000
SKIMMED = 10
"""So many pages of a long log are read at once: most of it is for those who are caught up, and nobody here."""
LONG_RUN = 4
"""A group to whom more than one in so many events of a full page is told is caught up with the rest of them."""


class Hub:
    """Who listens in this process, and how far the log has been handed out to them.

    `_head` is that place: the event there has been offered to everyone who is live, or is being offered.
    """

    def __init__(self, policy: FeedPolicy | None = None) -> None:
        self._policy = policy or FeedPolicy()
        self._board = Board(self._policy.live_answers, self._policy.live_rows)
        uses = Uses(self._policy.share)
        self._line, catching_up = (Line(self._policy.renders, self._policy.dear, uses) for _ in range(2))
        self._replay = Replay(
            self._policy, self, catching_up, workers=self._policy.replays, patience=self._policy.turn
        )
        self._apart = Apart(self._policy, self, self._board, uses)
        self._halted: Mapping[Outcome | None, Stopped] = {
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
        self._trouble = Trouble("The comment feed", expected=(StorageError,))
        self._following: asyncio.Task[None] | None = None
        self._stop_listening: Callable[[], None] = lambda: None

    def open(self) -> None:
        """Begin to follow the log, from where it stands."""
        self._stop_listening = listen(self.wake)
        self._apart.open()
        self._following = asyncio.create_task(self._follow())

    def wake(self) -> None:
        """Look at the log now: somebody says that there is more of it."""
        self._woken.set()

    async def close(self) -> None:
        """Stop following the log. Subscribers hear nothing more."""
        self._stop_listening()
        if self._following is not None:
            self._following.cancel()
            await asyncio.gather(self._following, return_exceptions=True)
        await self._replay.close()
        await self._apart.close()

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
            position: int | None = (await log.current()).position
        else:
            position = await self._position(topic.after)
        subscriber = self._board.add(topic, viewer, selection, render, sink, client, rows)
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
        position = await log.check(cursor)
        if position is not None:
            self._remember(cursor, position)
        return position

    def _place(self, subscriber: Subscriber) -> None:
        if not self.settle(subscriber):
            self._catch_up(subscriber)

    def _catch_up(self, subscriber: Subscriber) -> None:
        (self._apart if subscriber.group.apart else self._replay).add(subscriber)

    def settle(self, subscriber: Subscriber) -> bool:
        """Take a subscriber that has read to the end of the log, unless it has missed something meanwhile."""
        if subscriber.position is None or subscriber.needs(self._head.position):
            return False
        subscriber.place = Place.LIVE
        if subscriber.group.apart:
            self._apart.release(subscriber.group)
        return True

    def refused(self, subscriber: Subscriber, position: int) -> None:
        """Let a subscriber be whose sink refused the text of a position, until the sink is ready."""
        subscriber.skip_to(position - 1)
        subscriber.place = Place.STALLED
        subscriber.sink.when_ready(partial(self._ready, subscriber))

    def slow(self, subscriber: Subscriber, position: int) -> None:
        """Serve a subscriber apart whose text of a position takes too long."""
        subscriber.skip_to(position - 1)
        self._apart.add(subscriber)

    def too_dear(self, subscriber: Subscriber, position: int) -> None:
        """End a subscription that asks for too much."""
        del position
        if subscriber.place is not Place.GONE:
            self._leave(subscriber)
            subscriber.sink.too_dear()

    def broken(self, subscriber: Subscriber, position: int) -> None:
        """End a subscription that cannot be served."""
        del position
        if subscriber.place is not Place.GONE:
            self._leave(subscriber)
            subscriber.sink.fail()

    def _ready(self, subscriber: Subscriber) -> None:
        if subscriber.place is Place.STALLED:
            self._place(subscriber)

    def _leave(self, subscriber: Subscriber) -> None:
        if subscriber.place is not Place.GONE:
            subscriber.place = Place.GONE
            self._board.remove(subscriber)

    async def _follow(self) -> None:
        while True:
            try:
                self._woken.clear()
                await self._look()
                await self._prune()
                self._trouble.over()
            except Exception as error:  # noqa: BLE001 - whatever it is, the feed goes on afterwards
                await self._trouble.wait(error)
            else:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(self._policy.poll):
                        await self._woken.wait()

    async def _look(self) -> None:
        head = await log.current()
        if not self._opened.is_set():
            self._head = head
            self._opened.set()
        elif self._head == head:
            return
        elif not self._board:
            self._known.clear()
            self._head = head
        else:
            while await self._advance(head):
                pass

    async def _advance(self, head: Cursor) -> bool:
        """Hand out a page of what is new; whether there is more. Its first row is the last known event."""
        behind = head.position - self._head.position
        most = max(self._policy.page, min(behind, self._policy.page * SKIMMED))
        page = await log.read_after(self._head.position - 1, most)
        if not page or page[0].cursor != str(self._head):
            self._start_over(head)
            return False
        for event in page:
            self._remember(event.cursor, event.position)
        many = len(page) >= self._policy.page
        told = Counter[Group]()
        for last, some in runs(page[1:], partial(self._shares, told if many else None), self._policy.renders):
            # From here on, newcomers that have not had these events find them in the log.
            self._head = parse(last.cursor)
            async for rendered in self._line.batches(some, self._policy.patience):
                await hand_out(scripts(rendered), Place.LIVE, self._halted)
        return len(page) == most

    def _shares(self, told: Counter[Group] | None, event: LoggedEvent) -> Iterator[Share]:
        """What live groups are to be told; `told` counts the events of each, where there are many."""
        for group in list(self._board.concerned(event)):
            live = [each for each in group.members if each.place is Place.LIVE and each.needs(event.position)]
            if self._apart.must_be(group):
                self._apart.take(group)
            elif told is not None and self._is_long_run(told, group):
                for each in live:  # what this run has for it already, it finds in the log
                    each.skip_to(self._head.position)
                    self._replay.add(each)
            else:
                yield from shares(event, group, live)
        self._apart.tell(event, self._head.position)

    def _is_long_run(self, told: Counter[Group], group: Group) -> bool:
        told[group] += 1
        return told[group] > self._policy.page / LONG_RUN

    def _start_over(self, head: Cursor) -> None:
        """The log is not the one that was followed: a backup was restored, or it was pruned too early."""
        logger.warning("The comment feed starts over: its log is another one now")
        self._known.clear()
        self._head = head
        for group in list(self._board):
            for each in group.members:
                each.position = None
                if each.place is not Place.STALLED:
                    self._catch_up(each)

    def _remember(self, cursor: str, position: int) -> None:
        self._known[cursor] = position
        if len(self._known) > REMEMBERED:
            del self._known[next(iter(self._known))]

    async def _prune(self) -> None:
        now = asyncio.get_running_loop().time()
        if now >= self._prune_at:
            self._prune_at = now + self._policy.prune_every
            await log.prune(self._policy.kept_for)
