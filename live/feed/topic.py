"""What a subscription listens to."""

from dataclasses import dataclass
from typing import Literal, NamedTuple

from live.feed.event_log import LoggedEvent


class Channel(NamedTuple):
    """Comments of one post, of one category, or of the whole site; of both when both are given."""

    post_id: int | None
    category_id: int | None


@dataclass(frozen=True, slots=True)
class Topic:
    """What to hear of a channel: new comments only (`added`, live only), or all that happens (`feed`).

    A feed given a cursor in `after` begins with what happened since. One with `linkbacks` tells of these, too.
    """

    kind: Literal["added", "feed"]
    post_id: int | None = None
    category_id: int | None = None
    after: str | None = None
    linkbacks: bool = False

    @property
    def channel(self) -> Channel:
        """Whose comments."""
        return Channel(self.post_id, self.category_id)


def channels_of(event: LoggedEvent) -> tuple[Channel, ...]:
    """Every channel that an event is heard on; wherever its category plays no part, a post's move is no news."""
    of_category = Channel(event.post_id, event.category_id), Channel(None, event.category_id)
    return of_category if event.moved else (*of_category, Channel(event.post_id, None), Channel(None, None))
