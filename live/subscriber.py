"""Who listens: subscribers, the groups of those who are told the same, and the board where both are found.

A subscriber is in exactly one place at any moment, and only whoever owns that place hands it events. Together
with its position this is what makes every event reach it once.
"""

from collections.abc import Awaitable, Callable, Hashable, Iterator, Sequence
from enum import Enum
from typing import NamedTuple, Protocol

from live.events import FeedEvent
from live.log import LoggedEvent
from live.payload import Payload
from live.topic import Channel, Topic, channels_of
from models import Role

Render = Callable[[FeedEvent], Awaitable[str | None]]
"""The text to send for an event; None when the viewer may not see its comment at this moment."""


class Viewer(Protocol):
    """What the feed must know of whoever looks."""

    @property
    def id(self) -> int | None:
        """The account; None for an anonymous viewer."""

    @property
    def role(self) -> Role | None:
        """Its role."""

    @property
    def is_moderator(self) -> bool:
        """Whether pending comments are there for it."""


class Sink(Protocol):
    """Where a subscriber's payloads go. None of this waits."""

    def offer(self, payloads: Sequence[Payload]) -> int:
        """Take them to send them, from the first on, until too much waits to be sent; says how many were taken."""

    def when_ready(self, callback: Callable[[], None]) -> None:
        """After a refusal: call back once when everything that waited has been sent."""

    def fail(self) -> None:
        """Tell the other end that this subscription is over because of a fault of ours."""


class Place(Enum):
    """Where a subscriber is, when it is not being caught up by a cohort (which is then its place)."""

    LIVE = "has seen everything that the hub has handed out"
    STALLED = "refused an event, and will say when it is ready"
    GONE = "has stopped"


class GroupKey(NamedTuple):
    """What a group has in common. Staff are told apart one by one: what they see of posts differs."""

    channel: Channel
    kind: str
    selection: Hashable
    role: Role | None
    staff_id: int | None


class Group:
    """Subscribers for whom an event has the same text, except the comment's own author."""

    __slots__ = ("key", "members", "moderator")

    def __init__(self, key: GroupKey, *, moderator: bool) -> None:
        self.key = key
        self.moderator = moderator
        self.members: dict[Subscriber, None] = {}


class Subscriber:
    """One subscription: how far it has come, and where it is.

    `position` is the last event that it needs no more; None when that is not known and it must be reset.
    """

    __slots__ = ("group", "place", "position", "render", "sink", "viewer_id")

    def __init__(self, group: Group, viewer_id: int | None, render: Render, sink: Sink) -> None:
        self.group = group
        self.viewer_id = viewer_id
        self.render = render
        self.sink = sink
        self.position: int | None = None
        self.place: object = Place.GONE

    def needs(self, position: int) -> bool:
        """Whether the event at a position is still to be handed to it."""
        return self.position is not None and self.position < position

    def skip_to(self, position: int) -> None:
        """Note that nothing up to a position is left for it; a lost position stays lost."""
        if self.needs(position):
            self.position = position


class Board:
    """Every subscriber, found by what it listens to."""

    def __init__(self) -> None:
        self._groups: dict[Channel, dict[GroupKey, Group]] = {}

    def __iter__(self) -> Iterator[Group]:
        return (group for groups in self._groups.values() for group in groups.values())

    def __bool__(self) -> bool:
        return bool(self._groups)

    def add(
        self, topic: Topic, viewer: Viewer, selection: Hashable, render: Render, sink: Sink
    ) -> Subscriber:
        """A new subscriber in its group."""
        staff_id = None if viewer.role in (None, Role.READER) else viewer.id
        key = GroupKey(topic.channel, topic.kind, selection, viewer.role, staff_id)
        groups = self._groups.setdefault(key.channel, {})
        group = groups.setdefault(key, Group(key, moderator=viewer.is_moderator))
        subscriber = Subscriber(group, viewer.id, render, sink)
        group.members[subscriber] = None
        return subscriber

    def remove(self, subscriber: Subscriber) -> None:
        """Forget a subscriber, and its group when it was the last."""
        group = subscriber.group
        del group.members[subscriber]
        if group.members:
            return
        groups = self._groups[group.key.channel]
        del groups[group.key]
        if not groups:
            del self._groups[group.key.channel]

    def concerned(self, event: LoggedEvent) -> Iterator[Group]:
        """The groups that listen to where the event happened."""
        for channel in channels_of(event):
            yield from self._groups.get(channel, {}).values()
