"""Who listens: subscribers, the groups of those who are told the same, and the registry where both are found.

A subscriber is in exactly one state at any moment, and only the owner of that state hands it events. Together
with its position this is what makes every event reach it once.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Hashable, Iterator, Sequence
from enum import Enum
from typing import NamedTuple, Protocol

from live.feed.event_log import LoggedEvent
from live.feed.events import FeedEvent
from live.feed.topic import Channel, Topic, channels_of
from live.protocol.payload import Payload
from models import Role

Render = Callable[[FeedEvent], Awaitable[str | None]]
"""The text to send for an event; None when the viewer may not see its comment at this moment."""


class Viewer(Protocol):
    """What the feed must know of a subscriber's account."""

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

    def too_dear(self) -> None:
        """Tell the other end that this subscription is over because its answers take too long, or are too large."""


class SubscriberState(Enum):
    """The state of a subscriber that is not being caught up; otherwise its `ReplayBatch` is its state."""

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
    linkbacks: bool


class Group:
    """Subscribers for whom an event has the same text, except the comment's own author.

    `cost` is what a text has taken lately, in seconds; None until there was one. A group that is `in_slow_lane` is not
    served together with the others. `payer` is that of its `clients` to whom it is counted among the live ones.
    """

    __slots__ = ("clients", "cost", "in_slow_lane", "key", "members", "moderator", "payer", "timeouts")

    def __init__(self, key: GroupKey, *, moderator: bool) -> None:
        self.key = key
        self.moderator = moderator
        self.members: dict[Subscriber, None] = {}
        self.clients: Counter[Hashable] = Counter()
        self.payer: Hashable = None
        self.in_slow_lane = False
        self.cost: float | None = None
        self.timeouts = 0

    def weigh(self, seconds: float) -> None:
        """Note what a text has taken: a dear one is remembered for some while, a cheap one may be luck."""
        self.cost = seconds if self.cost is None else max(seconds, (self.cost + seconds) / 2)


class Subscriber:
    """One subscription: how far it has come, and who serves it.

    `position` is the last event that it needs no more; None when that is not known and it must be reset.
    """

    __slots__ = ("client", "group", "position", "render", "sink", "state", "viewer_id")

    def __init__(
        self, group: Group, viewer_id: int | None, render: Render, sink: Sink, client: Hashable
    ) -> None:
        self.group = group
        self.client = client
        self.viewer_id = viewer_id
        self.render = render
        self.sink = sink
        self.position: int | None = None
        self.state: object = SubscriberState.GONE

    def needs(self, position: int) -> bool:
        """Whether the event at a position is still to be handed to it."""
        return self.position is not None and self.position < position

    def skip_to(self, position: int) -> None:
        """Note that nothing up to a position is left for it; a lost position stays lost."""
        if self.needs(position):
            self.position = position


GroupsByChannel = dict[Channel, dict[Group, None]]


class Subscriptions:
    """Every subscriber, found by what it listens to.

    Groups are live, or `in_slow_lane`. Of one client only `live_answers` of a channel are live, however little they
    cost, and one that asks for many rows is not until it has proved to be cheap.
    """

    def __init__(self, live_answers: int, live_rows: int) -> None:
        self._live_answers = live_answers
        self._live_rows = live_rows
        self._groups: dict[Channel, dict[GroupKey, Group]] = {}
        self._live: GroupsByChannel = {}
        self._live_groups: Counter[tuple[Channel, Hashable]] = Counter()
        self.in_slow_lane: GroupsByChannel = {}
        self.clients: Counter[Hashable] = Counter()

    def __iter__(self) -> Iterator[Group]:
        return (group for groups in self._groups.values() for group in groups.values())

    def __bool__(self) -> bool:
        return bool(self._groups)

    def add(
        self,
        topic: Topic,
        viewer: Viewer,
        selection: Hashable,
        render: Render,
        sink: Sink,
        client: Hashable,
        rows: int,
    ) -> Subscriber:
        """A new subscriber in its group."""
        staff_id = None if viewer.role in (None, Role.READER) else viewer.id
        key = GroupKey(topic.channel, topic.kind, selection, viewer.role, staff_id, topic.linkbacks)
        groups = self._groups.setdefault(key.channel, {})
        group = groups.get(key)
        if group is None:
            group = groups[key] = Group(key, moderator=viewer.is_moderator)
            self._put(group, client, in_slow_lane=rows > self._live_rows or not self.room(group, client))
        subscriber = Subscriber(group, viewer.id, render, sink, client)
        group.members[subscriber] = None
        group.clients[client] += 1
        self.clients[client] += 1
        return subscriber

    def remove(self, subscriber: Subscriber) -> None:
        """Forget a subscriber, and its group when it was the last."""
        group, client = subscriber.group, subscriber.client
        del group.members[subscriber]
        for clients in (group.clients, self.clients):
            clients[client] -= 1
            if not clients[client]:
                del clients[client]
        if group.members:
            return
        self._take(group)
        groups = self._groups[group.key.channel]
        del groups[group.key]
        if not groups:
            del self._groups[group.key.channel]

    def concerned(self, event: LoggedEvent) -> Iterator[Group]:
        """The live groups that listen to where the event happened."""
        for channel in channels_of(event):
            yield from self._live.get(channel, ())

    def room(self, group: Group, client: Hashable) -> bool:
        """Whether a client may have one more group among the live ones of its channel."""
        return self._live_groups[group.key.channel, client] < self._live_answers

    def move(self, group: Group, payer: Hashable, *, in_slow_lane: bool) -> None:
        """Serve a group in the slow lane from now on, or among the live ones, where it counts as its payer's."""
        self._take(group)
        self._put(group, payer, in_slow_lane=in_slow_lane)

    def _put(self, group: Group, payer: Hashable, *, in_slow_lane: bool) -> None:
        channel = group.key.channel
        (self.in_slow_lane if in_slow_lane else self._live).setdefault(channel, {})[group] = None
        group.in_slow_lane, group.payer = in_slow_lane, payer
        if not in_slow_lane:
            self._live_groups[channel, payer] += 1

    def _take(self, group: Group) -> None:
        channel = group.key.channel
        parts = self.in_slow_lane if group.in_slow_lane else self._live
        del parts[channel][group]
        if not parts[channel]:
            del parts[channel]
        if not group.in_slow_lane:
            self._live_groups[channel, group.payer] -= 1
            if not self._live_groups[channel, group.payer]:
                del self._live_groups[channel, group.payer]
