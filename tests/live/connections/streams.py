"""What tests of event streams ask for and hear."""

from live.feed import event_log
from tests.live.listening import eventually
from tests.live.tiny import Site
from tests.streaming import Stream

FEED = "subscription { feed { kind comment } }"
RESUMING = "subscription ($after: String) { feed(after: $after) { kind comment } }"
WIDE = "subscription { feed { comment " + " ".join(f"c{number}: cursor" for number in range(300)) + " } }"
COMPLETE = "event: complete\ndata: "
NOWHERE = "999-00000000"


async def listening(stream: Stream) -> str:
    """Wait for a subscription to have its place in the feed: its cursor."""
    await stream.begun()
    return (await stream.hear()).removeprefix("id: ")


async def joined(tiny: Site, count: int = 1) -> None:
    """Wait for so many to be told what happens from now on."""
    await eventually(lambda: sum(len(group.members) for group in tiny.hub._subscriptions) == count)  # noqa: SLF001


async def places(count: int) -> list[str]:
    """The cursors of the last events of the log."""
    return [event.cursor for event in await event_log.read_after(0, 1000)][-count:]


def event(cursor: str, kind: str, comment: int) -> str:
    data = f'{{"data":{{"feed":{{"kind":"{kind}","comment":{comment}}}}}}}'
    return f"event: next\nid: {cursor}\ndata: {data}"
