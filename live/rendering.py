"""Building each distinct answer to an event once, and handing the same payload to all who share it.

Events that follow one another are taken together, as a run: whoever is told of several is told of them at once.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from live.events import CommentAdded, FeedEvent, meaning
from live.log import LoggedEvent
from live.payload import Payload
from live.subscriber import Group, Subscriber
from storage import DatabaseUnavailable

SLICE = 64
"""How many payloads are handed out before others may run."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Share:
    """Subscribers for whom the event at a position is the same."""

    position: int
    event: FeedEvent
    subscribers: list[Subscriber]


class Outcome(Enum):
    """Why there is no payload."""

    HIDDEN = "the comment is not visible to them now"
    LATER = "it took too long, or the database is away: try again"
    BROKEN = "it failed in a way that trying again does not mend"


class Script:
    """What subscribers are told next, and the position and the reason that keep them from being told more."""

    __slots__ = ("halt", "payloads", "positions")

    def __init__(self) -> None:
        self.payloads: list[Payload] = []
        self.positions: list[int] = []
        self.halt: tuple[int, Outcome] | None = None

    def add(self, position: int, payload: Payload | Outcome) -> None:
        """Go on with the event at a position."""
        if self.halt is not None:
            return
        if isinstance(payload, Payload):
            self.payloads.append(payload)
            self.positions.append(position)
        else:
            self.halt = position, payload


Stopped = Callable[[Subscriber, int], None]
"""Told that a subscriber could not be told of the event at a position."""


def shares(event: LoggedEvent, group: Group, subscribers: list[Subscriber]) -> Iterator[Share]:
    """Divide subscribers of one group by what the event means to them; nobody to whom it means nothing."""
    author = event.author_id
    own = [] if author is None else [each for each in subscribers if each.viewer_id == author]
    others = [each for each in subscribers if each.viewer_id != author] if own else subscribers
    for trusted, some in ((group.moderator, others), (True, own)):
        means = meaning(event, trusted=trusted) if some else None
        if means and (group.key.kind == "feed" or isinstance(means, CommentAdded)):
            yield Share(event.position, means, some)


def runs(
    events: Iterable[LoggedEvent], shares_of: Callable[[LoggedEvent], Iterable[Share]], most: int
) -> Iterator[tuple[LoggedEvent, list[Share]]]:
    """Divide events into runs of about `most` shares: the last event of each run, and the shares of all of them.

    Who shares is found out when a run is asked for, not earlier.
    """
    some, last = list[Share](), None
    for event in events:
        last = event
        some += shares_of(event)
        if len(some) >= most:
            yield last, some
            some, last = [], None
    if last is not None:
        yield last, some


async def payloads(
    some: Sequence[Share], gate: asyncio.Semaphore, patience: float | None = None
) -> list[tuple[Share, Payload | Outcome]]:
    """The payload for each share; whatever is not ready within `patience` seconds is for later.

    Those of one group are built one after the other. On several connections a later event could be read before an
    earlier one, and whoever is told of both would be told of what was written last, and then of what was there before.
    """
    if not some:
        return []
    broken = set[Group]()
    turns = defaultdict[Group, asyncio.Lock](asyncio.Lock)
    tasks = [asyncio.create_task(_payload(share, gate, broken, turns)) for share in some]
    try:
        await asyncio.wait(tasks, timeout=patience)
        return [
            (share, task.result() if task.done() else Outcome.LATER)
            for share, task in zip(some, tasks, strict=True)
        ]
    finally:
        for task in tasks:
            task.cancel()


async def _payload(
    share: Share, gate: asyncio.Semaphore, broken: set[Group], turns: Mapping[Group, asyncio.Lock]
) -> Payload | Outcome:
    try:
        async with turns[share.subscribers[0].group], gate:
            text = await share.subscribers[0].render(share.event)
    except DatabaseUnavailable:
        return Outcome.LATER
    except Exception:
        group = share.subscribers[0].group
        if group not in broken:  # its next events will hardly fare better, and one trace is enough
            broken.add(group)
            logger.exception("An event of the feed could not be rendered")
        return Outcome.BROKEN
    return Outcome.HIDDEN if text is None else Payload(text, share.event.cursor)


def scripts(
    rendered: Iterable[tuple[Share, Payload | Outcome]],
) -> Iterator[tuple[Sequence[Subscriber], Script]]:
    """What is told of a run, whose shares come in the order of the events; those who are told the same are together."""
    groups: dict[Group, list[tuple[Share, Payload | Outcome]]] = defaultdict(list)
    for share, payload in rendered:
        if payload is not Outcome.HIDDEN:
            groups[share.subscribers[0].group].append((share, payload))
    for lines in groups.values():
        together: dict[tuple[Subscriber, ...], Script] = defaultdict(Script)
        for share, payload in lines:
            together[tuple(share.subscribers)].add(share.position, payload)
        yield from (_one_by_one(lines) if _overlap(together) else together).items()


def _overlap(some: Collection[tuple[Subscriber, ...]]) -> bool:
    return len(some) > 1 and len(set().union(*some)) < sum(map(len, some))


def _one_by_one(lines: Iterable[tuple[Share, Payload | Outcome]]) -> dict[tuple[Subscriber, ...], Script]:
    found: dict[tuple[Subscriber, ...], Script] = defaultdict(Script)
    for share, payload in lines:
        for subscriber in share.subscribers:
            found[subscriber,].add(share.position, payload)
    return found


async def hand_out(
    told: Iterable[tuple[Sequence[Subscriber], Script]],
    owner: object,
    halted: Mapping[Outcome | None, Stopped],
) -> None:
    """Tell those whose place is still with `owner`.

    `halted` has what to do with whoever cannot be told everything, by the outcome; by None when its sink refused.
    """
    count = 0
    for subscribers, script in told:
        for subscriber in subscribers:
            if subscriber.place is owner:
                _tell(subscriber, script, halted)
            count += len(script.payloads)
            if count >= SLICE:
                count = 0
                await asyncio.sleep(0)


def _tell(subscriber: Subscriber, script: Script, halted: Mapping[Outcome | None, Stopped]) -> None:
    if script.payloads:
        taken = subscriber.sink.offer(script.payloads)
        if taken:
            subscriber.position = script.positions[taken - 1]
        if taken < len(script.payloads):
            halted[None](subscriber, script.positions[taken])
            return
    if script.halt is not None:
        position, outcome = script.halt
        halted[outcome](subscriber, position)
