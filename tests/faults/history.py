"""What happened, as those who took part saw it, and whether it could have happened on a server that keeps its word.

Everything is told by the bodies of comments, each of which is written once; the log and the rows that the database
has in the end are the witnesses. Nothing here knows how the feed works.
"""

import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

ADDED, REMOVED = "CommentAdded", "CommentRemoved"


@dataclass
class Write:
    """An attempt to write a comment: acknowledged when it has an id, otherwise nobody knows what became of it."""

    body: str
    begun: float = field(default_factory=time.monotonic)
    ended: float | None = None
    id: str | None = None

    def acknowledge(self, id_: str) -> None:
        self.id, self.ended = id_, time.monotonic()


class Heard(NamedTuple):
    """An event as a subscriber heard it; of a removed comment there is no body."""

    kind: str
    cursor: str
    id: str
    body: str | None = None


class Logged(NamedTuple):
    """An event as the database has it in the end, and what it means to everybody."""

    cursor: str
    kind: str
    id: str
    post: str


@dataclass
class Subscription:
    """What one subscriber heard, over all its connections."""

    name: str
    post: str | None
    after: str
    heard: list[Heard] = field(default_factory=list)
    connections: int = 0
    complaints: list[str] = field(default_factory=list)
    """What no server should say to it."""

    @property
    def cursor(self) -> str:
        return self.heard[-1].cursor if self.heard else self.after


@dataclass
class History:
    """Everything that the clients did and heard."""

    writes: list[Write] = field(default_factory=list)
    rejected: list[str] = field(default_factory=list)
    """Comments whose rejection was acknowledged."""
    subscriptions: list[Subscription] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    """Answers that no writer should get."""

    def __str__(self) -> str:
        heard = [
            f"{each.name} heard {len(each.heard)} over {each.connections}" for each in self.subscriptions
        ]
        return f"{len(self.acknowledged)} of {len(self.writes)} writes acknowledged; {', '.join(heard)}"

    @property
    def acknowledged(self) -> list[Write]:
        return [write for write in self.writes if write.id is not None]


def problems(history: History, log: Sequence[Logged], rows: Mapping[str, str]) -> list[str]:
    """What is wrong with a history, in words; `rows` are the bodies of the comments that there are, by id."""
    found = [*history.complaints, *_of_writes(history, rows), *_of_log(history, log, rows)]
    for subscription in history.subscriptions:
        found += [f"{subscription.name}: {wrong}" for wrong in _of_subscription(subscription, log, rows)]
    return found


def _of_writes(history: History, rows: Mapping[str, str]) -> Iterator[str]:
    tried = {write.body for write in history.writes}
    times = Counter(rows.values())
    for write in history.acknowledged:
        if rows.get(write.id or "") != write.body:
            yield f"{write.body!r} was acknowledged as {write.id} and is not there"
    for body, number in times.items():
        if number > 1:
            yield f"{body!r} is there {number} times"
        if body not in tried:
            yield f"{body!r} is there and nobody wrote it"


def _of_log(history: History, log: Sequence[Logged], rows: Mapping[str, str]) -> Iterator[str]:
    events: defaultdict[str, list[str]] = defaultdict(list)
    for event in log:
        events[event.id].append(event.kind)
    for id_, body in rows.items():
        if not events[id_] or events[id_] != [(ADDED, REMOVED)[n % 2] for n in range(len(events[id_]))]:
            yield f"{body!r} has the events {events[id_]}"
    for id_ in history.rejected:
        if events[id_][-1:] != [REMOVED]:
            yield f"{id_} was rejected and has the events {events[id_]}"
    yield from _against_time(history, list(dict.fromkeys(event.id for event in log)))


def _against_time(history: History, order: Sequence[str]) -> Iterator[str]:
    """Whatever was acknowledged before something else was begun comes before it."""
    writes = {write.id: write for write in history.acknowledged}
    latest: Write | None = None
    for write in (writes[id_] for id_ in order if id_ in writes):
        if latest is not None and write.ended is not None and write.ended < latest.begun:
            yield f"{write.body!r} comes after {latest.body!r}, which was begun when it had been acknowledged"
        if latest is None or write.begun > latest.begun:
            latest = write


def _of_subscription(
    subscription: Subscription, log: Sequence[Logged], rows: Mapping[str, str]
) -> Iterator[str]:
    """What is live is delivered once, in the order of the log; what was removed may have been left out before."""
    yield from subscription.complaints
    due = {
        event.cursor: (place, event)
        for place, event in enumerate(log)
        if subscription.post in (None, event.post)
    }
    last = -1
    for heard in subscription.heard:
        place, event = due.get(heard.cursor, (-1, None))
        if event is None or (event.kind, event.id) != (heard.kind, heard.id):
            yield f"heard of {heard}, which did not happen"
            continue
        if heard.kind == ADDED and heard.body != rows.get(heard.id):
            yield f"heard of {heard}, whose body is another one"
        if place <= last:
            yield f"heard of {heard} again, or too late"
        last = max(last, place)
    yield from _lost(subscription, [event for _, event in due.values()])


def _lost(subscription: Subscription, due: Sequence[Logged]) -> Iterator[str]:
    cursors = {heard.cursor for heard in subscription.heard}
    removed = set[str]()
    for event in reversed(due):
        if event.cursor not in cursors and (event.kind == REMOVED or event.id not in removed):
            yield f"never heard of {event}"
        if event.kind == REMOVED:
            removed.add(event.id)
