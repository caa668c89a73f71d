"""Building each distinct answer to an event once, and handing the same payload to all who share it."""

import asyncio
import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from live.events import CommentAdded, FeedEvent, meaning
from live.log import LoggedEvent
from live.payload import Payload
from live.subscriber import Group, Subscriber
from storage import DatabaseUnavailable

SLICE = 256
"""How many are handed a payload before others may run."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Share:
    """Subscribers for whom an event is the same."""

    event: FeedEvent
    subscribers: list[Subscriber]


class Outcome(Enum):
    """Why there is no payload."""

    HIDDEN = "the comment is not visible to them now"
    LATER = "it took too long, or the database is away: try again"
    BROKEN = "it failed in a way that trying again does not mend"


def shares(event: LoggedEvent, group: Group, subscribers: list[Subscriber]) -> Iterator[Share]:
    """Divide subscribers of one group by what the event means to them; nobody to whom it means nothing."""
    author = event.author_id
    own = [] if author is None else [each for each in subscribers if each.viewer_id == author]
    others = [each for each in subscribers if each.viewer_id != author] if own else subscribers
    for trusted, some in ((group.moderator, others), (True, own)):
        means = meaning(event, trusted=trusted) if some else None
        if means and (group.key.kind == "feed" or isinstance(means, CommentAdded)):
            yield Share(means, some)


async def payloads(
    some: Sequence[Share], gate: asyncio.Semaphore, patience: float | None = None
) -> list[tuple[Share, Payload | Outcome]]:
    """The payload for each share; whatever is not ready within `patience` seconds is for later."""
    if not some:
        return []
    tasks = [asyncio.create_task(_payload(share, gate)) for share in some]
    try:
        await asyncio.wait(tasks, timeout=patience)
        return [
            (share, task.result() if task.done() else Outcome.LATER)
            for share, task in zip(some, tasks, strict=True)
        ]
    finally:
        for task in tasks:
            task.cancel()


async def _payload(share: Share, gate: asyncio.Semaphore) -> Payload | Outcome:
    try:
        async with gate:
            text = await share.subscribers[0].render(share.event)
    except DatabaseUnavailable:
        return Outcome.LATER
    except Exception:
        logger.exception("An event of the feed could not be rendered")
        return Outcome.BROKEN
    return Outcome.HIDDEN if text is None else Payload(text, share.event.cursor)


async def hand_out(
    payload: Payload,
    subscribers: Iterable[Subscriber],
    position: int,
    owner: object,
    refused: Callable[[Subscriber, int], None],
) -> None:
    """Offer the payload of the event at a position to those whose place is still with `owner`."""
    for count, subscriber in enumerate(subscribers, 1):
        if subscriber.place is owner:
            if subscriber.sink.offer(payload):
                subscriber.position = position
            else:
                refused(subscriber, position)
        if count % SLICE == 0:
            await asyncio.sleep(0)
