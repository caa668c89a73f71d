"""Building each distinct answer to an event once, and handing the same payload to all who share it.

Events that follow one another are taken together, as a run: whoever is told of several is told of them at once.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from live.events import CommentAdded, FeedEvent, meaning
from live.log import LoggedEvent
from live.payload import Payload
from live.subscriber import Group, Subscriber

SLICE = 64
SLICE_OF_TEXT = 512 * 1024
"""How many payloads, or characters of them, are handed out before others may run."""


@dataclass(frozen=True, eq=False, slots=True)
class Share:
    """Subscribers for whom the event at a position is the same."""

    position: int
    event: FeedEvent
    subscribers: list[Subscriber]


class Outcome(Enum):
    """Why there is no payload."""

    HIDDEN = "the comment is not visible to them now"
    LATER = "the database is away: try again"
    SLOW = "it took too long to be built among others"
    TOO_DEAR = "it takes longer than the database may work, or is too large"
    BROKEN = "it failed in a way that trying again does not mend"


class Script:
    """What subscribers are told next, and the position and the reason that keep them from being told more."""

    __slots__ = ("halt", "length", "payloads", "positions")

    def __init__(self) -> None:
        self.payloads: list[Payload] = []
        self.positions: list[int] = []
        self.length = 0
        self.halt: tuple[int, Outcome] | None = None

    def add(self, position: int, payload: Payload | Outcome) -> None:
        """Go on with the event at a position."""
        if self.halt is not None:
            return
        if isinstance(payload, Payload):
            self.payloads.append(payload)
            self.positions.append(position)
            self.length += len(payload.text)
        else:
            self.halt = position, payload

    @property
    def last(self) -> int:
        """The last position of which it has something to say."""
        return self.halt[0] if self.halt else self.positions[-1]


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
    count = length = 0
    for subscribers, script in told:
        last = script.last
        for subscriber in subscribers:
            # While this was built, somebody else may have had it, told all of it, and given it back.
            if subscriber.place is owner and (subscriber.position is None or subscriber.position < last):
                _tell(subscriber, script, halted)
            count += len(script.payloads)
            length += script.length
            if count >= SLICE or length >= SLICE_OF_TEXT:
                count = length = 0
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
