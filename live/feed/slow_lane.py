"""The slow lane: groups that are not served together with the others, so that they delay nobody but themselves.

A group is here when its answers are dear, or when its client has more of them than its share. What happens on a channel
is only noted for it: two replays, in which clients take turns, tell it from the log. In one of them answers are still
given up when they turn out to be dear; the other builds those, one at a time.
"""

import asyncio
from itertools import islice

from live.feed.event_log import LoggedEvent
from live.feed.fairness import CLIENTS_LOOKED_AT, UseByClient
from live.feed.render_scheduler import RenderScheduler
from live.feed.replay import Replay, ReplayListener
from live.feed.subscriptions import Group, Subscriber, SubscriberState, Subscriptions
from live.feed.topic import Channel, channels_of
from live.policy import FeedPolicy
from runtime.background import BackgroundTask

SLICE_GROUPS = 64
"""How many groups are told that there is something for them before others may run."""


class SlowLane:
    """The groups in the slow lane, of all `subscriptions`; `uses` is what clients have used outside it."""

    def __init__(
        self, policy: FeedPolicy, owner: ReplayListener, subscriptions: Subscriptions, uses: UseByClient
    ) -> None:
        self._policy = policy
        self._subscriptions = subscriptions
        self._uses = uses
        cheap, dear = (
            RenderScheduler(policy.replays, policy.dear, uses),
            RenderScheduler(1, None, UseByClient(policy.share)),
        )
        self._cheap = Replay(policy, owner, cheap, workers=policy.replays)
        self._dear = Replay(policy, owner, dear, workers=1, run=1)
        self._news: dict[Channel, int] = {}
        self._telling: Channel | None = None
        self._told = asyncio.Event()
        self._telling_all = BackgroundTask("telling those who are served apart")

    def open(self) -> None:
        """Begin to serve."""
        self._telling_all.start(self._tell_all())

    async def close(self) -> None:
        """Stop serving."""
        await self._telling_all.stop()
        await self._cheap.close()
        await self._dear.close()

    def add(self, subscriber: Subscriber) -> None:
        """Catch a subscriber up, whose group is in the slow lane from now on if it was not before."""
        group = subscriber.group
        if not group.in_slow_lane:
            self.take(group)
        if self._is_dear(group):
            self._dear.add(subscriber, group)
        else:
            self._cheap.add(subscriber, (group.key.channel, group.payer))

    def take(self, group: Group) -> None:
        """Serve a group in the slow lane from now on, with what its client has on this channel."""
        self._subscriptions.move(group, self._uses.payer(group.clients), in_slow_lane=True)

    def tell(self, event: LoggedEvent, after: int) -> None:
        """Something has happened that the live ones are told now; they have had all up to `after`."""
        for channel in channels_of(event):
            if channel in self._subscriptions.in_slow_lane:
                self._news.setdefault(channel, after)
                self._told.set()

    def belongs(self, group: Group) -> bool:
        """Whether a group may not, or not for now, be served among others."""
        if self._is_dear(group):
            return True
        alone = len(self._subscriptions.clients) < 2  # noqa: PLR2004 - it is itself
        return not alone and self._uses.over(self._uses.payer(group.clients))

    def release(self, group: Group) -> None:
        """Serve a group among others again, if nothing is left to tell it and one of its clients has room for it."""
        channel = group.key.channel
        if channel in self._news or channel == self._telling or group.cost is None or self.belongs(group):
            return
        payers = [
            each for each in islice(group.clients, CLIENTS_LOOKED_AT) if self._subscriptions.room(group, each)
        ]
        if payers:
            self._subscriptions.move(group, self._uses.payer(payers), in_slow_lane=False)

    def _is_dear(self, group: Group) -> bool:
        return group.cost is not None and group.cost >= self._policy.dear

    async def _tell_all(self) -> None:
        while True:
            await self._told.wait()
            self._told.clear()
            while self._news:
                self._telling = next(iter(self._news))
                await self._catch_up(self._telling, self._news.pop(self._telling))
                self._telling = None

    async def _catch_up(self, channel: Channel, after: int) -> None:
        """Have those who listen to a channel told what came after a position; who is being told already will see it."""
        for count, group in enumerate(list(self._subscriptions.in_slow_lane.get(channel, ())), 1):
            for member in [each for each in group.members if each.state is SubscriberState.LIVE]:
                member.skip_to(after)
                self.add(member)
            if count % SLICE_GROUPS == 0:
                await asyncio.sleep(0)
