"""The queue in front of the database: where the answers to events are built, a bounded number at the same time.

It is fair. Of many answers, those that have proved to be cheap come first, and then one of each client, a second of
each, and so on. What the database works for an answer is measured, and charged to a client for whom it is.
"""

import asyncio
import logging
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Hashable, Iterable, Iterator, Sequence
from itertools import islice

from live.feed.fairness import CLIENTS_LOOKED_AT, UseByClient
from live.feed.rendering import Audience, Outcome
from live.feed.subscriptions import Group
from live.protocol.payload import Payload
from storage import AnswerTooLarge, DatabaseUnavailable, StatementTimeout, Stopwatch, caller, stopwatch

CHARACTERS_PER_SECOND = 5_000_000
"""Characters of an answer that cost as much as a second: they are copied, encoded, and sent to each."""
LEAST_SECONDS = 0.0005
"""Seconds that an answer costs at least, for what is not the database's work."""
TIMEOUTS_IN_A_ROW = 2
"""Timeouts in a row after which an answer is too dear."""

logger = logging.getLogger(__name__)


class RenderScheduler:
    """Builds `renders` answers at the same time; one for which the database works longer than `dear` is given up.

    Without `dear`, each takes as long as the database allows.
    """

    def __init__(self, renders: int, dear: float | None, uses: UseByClient) -> None:
        self._renders = renders
        self._gate = asyncio.Semaphore(renders)
        self._dear = dear
        self.uses = uses

    async def batches(
        self, some: Sequence[Audience], patience: float | None = None
    ) -> AsyncIterator[list[tuple[Audience, Payload | Outcome]]]:
        """The payload for each audience, as they are built; what is not ready within `patience` seconds is slow.

        What one group is told is together, in the order of the events.
        """
        loop = asyncio.get_running_loop()
        end = None if patience is None else loop.time() + patience
        for batch in self._in_order(some):
            yield await self._built(batch, None if end is None else end - loop.time())

    async def _built(
        self, some: Sequence[Audience], patience: float | None
    ) -> list[tuple[Audience, Payload | Outcome]]:
        """Groups beside one another, and what one is told one after the other.

        On several connections a later event could be read before an earlier one, and subscribers of both would be told
        of what was written last, and then of what was there before.
        """
        if patience is not None and patience <= 0:
            return [(audience, Outcome.SLOW) for audience in some]
        broken, built = set[Group](), dict[Audience, Payload | Outcome]()
        by_group: dict[Group, list[Audience]] = defaultdict(list)
        for audience in some:
            by_group[audience.subscribers[0].group].append(audience)
        tasks = [
            asyncio.create_task(self._build(audiences, built, broken)) for audiences in by_group.values()
        ]
        try:
            await asyncio.wait(tasks, timeout=patience)
            return [(audience, built.get(audience, Outcome.SLOW)) for audience in some]
        finally:
            for task in tasks:
                task.cancel()

    async def _build(
        self, audiences: Iterable[Audience], built: dict[Audience, Payload | Outcome], broken: set[Group]
    ) -> None:
        """What a group is told. Behind what comes later nothing can be told, and nothing is built."""
        put_off: Outcome | None = None
        for audience in audiences:
            outcome = put_off or await self._payload(audience, broken)
            built[audience] = outcome
            if outcome in (Outcome.SLOW, Outcome.LATER):
                put_off = outcome

    def _in_order(self, some: Sequence[Audience]) -> Iterator[Sequence[Audience]]:
        """Who goes first, if there are more than begin at once."""
        if len(some) <= self._renders:
            yield from [some] if some else []
            return
        by_group: dict[Group, list[Audience]] = defaultdict(list)
        for audience in some:
            by_group[audience.subscribers[0].group].append(audience)
        batch = list[Audience]()
        for group in self._by_fair_share(by_group):
            batch += by_group[group]
            if len(batch) >= self._renders:
                yield batch
                batch = []
        if batch:
            yield batch

    def _by_fair_share(self, groups: Iterable[Group]) -> list[Group]:
        before = Counter[Hashable]()
        places: dict[Group, tuple[bool, int]] = {}
        for group in groups:
            client = min(islice(group.clients, CLIENTS_LOOKED_AT), key=before.__getitem__, default=None)
            places[group] = not self._is_cheap(group), before[client]
            before[client] += 1
        return sorted(places, key=places.__getitem__)

    async def _payload(self, audience: Audience, broken: set[Group]) -> Payload | Outcome:
        group, task = audience.subscribers[0].group, asyncio.current_task()
        client = self.uses.payer(group.clients)
        at_work = Stopwatch(self._dear, task.cancel if task else _nothing)
        stopwatch.set(at_work)
        caller.set(None if self._is_cheap(group) else client)  # what has proved to be short waits for nobody
        text: str | None = None
        try:
            async with self._gate:
                text = await audience.subscribers[0].render(audience.event)
        except asyncio.CancelledError:
            if not at_work.exceeded:
                raise
            return Outcome.SLOW
        except DatabaseUnavailable:
            return Outcome.LATER
        except (StatementTimeout, AnswerTooLarge) as error:
            return self._gave_up(group, error)
        except Exception:
            if group not in broken:  # its next events will hardly fare better, and one trace is enough
                broken.add(group)
                logger.exception("An event of the feed could not be rendered")
            return Outcome.BROKEN
        finally:
            self._charge(group, client, at_work, text)
        group.timeouts = 0
        return Outcome.HIDDEN if text is None else Payload(text, audience.event.cursor)

    def _is_cheap(self, group: Group) -> bool:
        return group.cost is not None and (self._dear is None or group.cost < self._dear / 4)

    def _gave_up(self, group: Group, error: Exception) -> Outcome:
        """The database has given up. Once that may be for others; what is too large is so at any time."""
        group.timeouts += 1
        too_dear = group.timeouts >= TIMEOUTS_IN_A_ROW or isinstance(error, AnswerTooLarge)
        return Outcome.TOO_DEAR if too_dear else Outcome.SLOW

    def _charge(self, group: Group, client: Hashable, at_work: Stopwatch, text: str | None) -> None:
        cost = LEAST_SECONDS + at_work.seconds + (0 if text is None else len(text) / CHARACTERS_PER_SECOND)
        if at_work.seconds or text is not None:
            group.weigh(cost)
            self.uses.charge(client, cost)


def _nothing() -> None:
    """There is nobody to stop."""
