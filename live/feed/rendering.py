"""Building each distinct answer to an event once, and handing the same payload to all who share it.

Events that follow one another are taken together, as a run: subscribers of several are told of them at once.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from live.feed.event_log import LoggedEvent
from live.feed.events import CommentAdded, FeedEvent, LinkbackEvent, meaning
from live.feed.subscriptions import Group, Subscriber
from live.protocol.payload import Payload

SLICE_PAYLOADS = 64
SLICE_CHARACTERS = 512 * 1024
"""How many payloads, or characters of them, are handed out before others may run."""


@dataclass(frozen=True, eq=False, slots=True)
class Audience:
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


class Delivery:
    """What subscribers are told next, and the position and the reason that keep them from being told more."""

    __slots__ = ("failure", "length", "payloads", "positions")

    def __init__(self) -> None:
        self.payloads: list[Payload] = []
        self.positions: list[int] = []
        self.length = 0
        self.failure: tuple[int, Outcome] | None = None

    def add(self, position: int, payload: Payload | Outcome) -> None:
        """Go on with the event at a position."""
        if self.failure is not None:
            return
        if isinstance(payload, Payload):
            self.payloads.append(payload)
            self.positions.append(position)
            self.length += len(payload.text)
        else:
            self.failure = position, payload

    @property
    def last(self) -> int:
        """The last position of which it has something to say."""
        return self.failure[0] if self.failure else self.positions[-1]


OnFailure = Callable[[Subscriber, int], None]
"""Told that a subscriber could not be told of the event at a position."""


def audiences(event: LoggedEvent, group: Group, subscribers: list[Subscriber]) -> Iterator[Audience]:
    """Divide subscribers of one group by what the event means to them; nobody to whom it means nothing."""
    author = event.author_id
    own = [] if author is None else [each for each in subscribers if each.viewer_id == author]
    others = [each for each in subscribers if each.viewer_id != author] if own else subscribers
    for trusted, some in ((group.moderator, others), (True, own)):
        means = meaning(event, trusted=trusted) if some else None
        if means and _is_wanted(means, group):
            yield Audience(event.position, means, some)


def _is_wanted(event: FeedEvent, group: Group) -> bool:
    if isinstance(event, LinkbackEvent):
        return group.key.linkbacks
    return group.key.kind == "feed" or isinstance(event, CommentAdded)


def runs_of_events(
    events: Iterable[LoggedEvent], audiences_of: Callable[[LoggedEvent], Iterable[Audience]], most: int
) -> Iterator[tuple[LoggedEvent, list[Audience]]]:
    """Divide events into runs of about `most` audiences: the last event of each run, and the audiences of all of them.

    Who listens is found out when a run is asked for, not earlier.
    """
    some, last = list[Audience](), None
    for event in events:
        last = event
        some += audiences_of(event)
        if len(some) >= most:
            yield last, some
            some, last = [], None
    if last is not None:
        yield last, some


def deliveries(
    rendered: Iterable[tuple[Audience, Payload | Outcome]],
) -> Iterator[tuple[Sequence[Subscriber], Delivery]]:
    """What is told of a run, whose audiences come in the order of events; those who are told the same are together."""
    groups: dict[Group, list[tuple[Audience, Payload | Outcome]]] = defaultdict(list)
    for audience, payload in rendered:
        if payload is not Outcome.HIDDEN:
            groups[audience.subscribers[0].group].append((audience, payload))
    for lines in groups.values():
        together: dict[tuple[Subscriber, ...], Delivery] = defaultdict(Delivery)
        for audience, payload in lines:
            together[tuple(audience.subscribers)].add(audience.position, payload)
        yield from (_one_by_one(lines) if _overlap(together) else together).items()


def _overlap(some: Collection[tuple[Subscriber, ...]]) -> bool:
    return len(some) > 1 and len(set().union(*some)) < sum(map(len, some))


def _one_by_one(
    lines: Iterable[tuple[Audience, Payload | Outcome]],
) -> dict[tuple[Subscriber, ...], Delivery]:
    found: dict[tuple[Subscriber, ...], Delivery] = defaultdict(Delivery)
    for audience, payload in lines:
        for subscriber in audience.subscribers:
            found[subscriber,].add(audience.position, payload)
    return found


async def deliver(
    told: Iterable[tuple[Sequence[Subscriber], Delivery]],
    owner: object,
    on_failure: Mapping[Outcome | None, OnFailure],
) -> None:
    """Tell those whose state is still `owner`.

    `on_failure` has what to do with a subscriber who cannot be told everything, by the outcome; by None when its sink
    refused.
    """
    count = length = 0
    for subscribers, delivery in told:
        last = delivery.last
        for subscriber in subscribers:
            # While this was built, somebody else may have had it, told all of it, and given it back.
            if subscriber.state is owner and (subscriber.position is None or subscriber.position < last):
                _deliver_to(subscriber, delivery, on_failure)
            count += len(delivery.payloads)
            length += delivery.length
            if count >= SLICE_PAYLOADS or length >= SLICE_CHARACTERS:
                count = length = 0
                await asyncio.sleep(0)


def _deliver_to(
    subscriber: Subscriber, delivery: Delivery, on_failure: Mapping[Outcome | None, OnFailure]
) -> None:
    if delivery.payloads:
        taken = subscriber.sink.offer(delivery.payloads)
        if taken:
            subscriber.position = delivery.positions[taken - 1]
        if taken < len(delivery.payloads):
            on_failure[None](subscriber, delivery.positions[taken])
            return
    if delivery.failure is not None:
        position, outcome = delivery.failure
        on_failure[outcome](subscriber, position)
