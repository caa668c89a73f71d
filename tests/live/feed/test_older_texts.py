"""Never an older text after a newer one: what a subscriber is told in order was read in order."""

import asyncio

import pytest

from live.feed.events import CommentAdded, CommentEdited, FeedEvent
from live.feed.hub import Hub
from live.feed.topic import Topic
from models import CommentEvent, CommentStatus
from tests.live.listening import FakeViewer, listen
from tests.live.writing import change, write

APPROVED = CommentStatus.APPROVED
VERSIONS = 6


class Connections:
    """A comment that is edited all the while. Each event takes longer to get a connection than the one after it."""

    def __init__(self) -> None:
        self.version = 0
        self.wait = 0.001 * VERSIONS

    async def render(self, event: FeedEvent) -> str:
        assert isinstance(event, CommentAdded | CommentEdited)
        self.wait /= 2
        await asyncio.sleep(self.wait)
        self.version += 1
        text = f"{self.version}"
        await asyncio.sleep(self.wait)
        return text


@pytest.mark.parametrize("author", [None, 7])
@pytest.mark.parametrize("live", [True, False])
async def test_no_older_text_comes_after_a_newer_one(hub: Hub, live: bool, author: int | None) -> None:
    after = None if live else (await CommentEvent.get(position=0)).cursor
    edits = [change(1, APPROVED, APPROVED, author_id=author) for _ in range(VERSIONS)]
    if not live:
        await write(*edits)
    basket = await listen(hub, Topic("feed", after=after), FakeViewer(7), render=Connections().render)
    other = await listen(hub, Topic("feed", after=after), FakeViewer(), render=Connections().render)
    if live:
        await write(*edits)
    for each in (basket, other):
        assert await each.until(VERSIONS) == sorted(each.texts)
