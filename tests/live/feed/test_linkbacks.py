"""Linkbacks in the feed: for those who have asked for them, live and from the log, beside comments or not."""

from dataclasses import replace
from typing import Any

import pytest

from live.feed import event_log
from live.feed.batch import FEW_EVENTS, Batch, CommentChange
from live.feed.event_log import LoggedEvent
from live.feed.events import LinkbackAdded, LinkbackEdited, LinkbackRemoved, meaning
from live.feed.hub import Hub
from live.feed.topic import Topic
from models import CommentEvent
from tests.live.listening import MODERATOR, listen
from tests.live.writing import APPROVED, PENDING, change, write


def linkback(number: int, *, public: bool = True, **place: Any) -> CommentChange:
    """It has become public, or is no longer."""
    before, after = (None, APPROVED) if public else (APPROVED, None)
    return replace(change(0, before, after, **place), linkback_id=number)


ADDED, EDITED, REMOVED = LinkbackAdded("1-0", 7), LinkbackEdited("1-0", 7), LinkbackRemoved("1-0", 7, 8)


@pytest.mark.parametrize(
    ("before", "after", "to_moderators", "to_others"),
    [
        (None, "APPROVED", ADDED, ADDED),
        ("APPROVED", None, REMOVED, REMOVED),
        (None, "PENDING", ADDED, None),
        ("PENDING", None, REMOVED, None),
        ("PENDING", "APPROVED", EDITED, ADDED),
        ("APPROVED", "PENDING", EDITED, REMOVED),
        ("APPROVED", "APPROVED", None, None),
        ("PENDING", "PENDING", None, None),
    ],
)
def test_an_event_of_a_linkback_tells_what_its_viewer_sees(
    before: str | None, after: str | None, to_moderators: object, to_others: object
) -> None:
    event = LoggedEvent(1, "1-0", 0, None, 8, 9, None, before, after, linkback_id=7)
    assert (meaning(event, trusted=True), meaning(event, trusted=False)) == (to_moderators, to_others)


async def test_those_who_have_asked_hear_of_linkbacks_and_nobody_else_does(hub: Hub) -> None:
    everything = await listen(hub, Topic("feed", linkbacks=True))
    of_category = await listen(hub, Topic("feed", category_id=3, linkbacks=True))
    comments = await listen(hub), await listen(hub, Topic("added")), await listen(hub, viewer=MODERATOR)
    await write(linkback(5), change(1), linkback(5, public=False), linkback(6, category_id=3), change(2))
    assert await everything.until(5) == [
        *("LinkbackAdded 5", "CommentAdded 1", "LinkbackRemoved 5", "LinkbackAdded 6", "CommentAdded 2")
    ]
    assert await of_category.until(1) == ["LinkbackAdded 6"]
    for basket in comments:
        assert await basket.until(2) == ["CommentAdded 1", "CommentAdded 2"]


async def test_what_was_missed_comes_first(hub: Hub) -> None:
    start = str(await event_log.current())
    await write(linkback(5), change(1), linkback(5, public=False))
    asked = await listen(hub, Topic("feed", after=start, linkbacks=True, post_id=1))
    others = await listen(hub, Topic("feed", after=start, post_id=1))
    await write(linkback(6))
    await write(change(2))
    assert await asked.until(5) == [
        *("LinkbackAdded 5", "CommentAdded 1", "LinkbackRemoved 5", "LinkbackAdded 6", "CommentAdded 2")
    ]
    assert await others.until(2) == ["CommentAdded 1", "CommentAdded 2"]


async def test_many_are_written_as_they_are(hub: Hub) -> None:
    basket = await listen(hub, Topic("feed", linkbacks=True))
    many = [linkback(number) for number in range(1, FEW_EVENTS + 2)]
    batch = Batch(1, 1, 2, '[[9, null, null, null, "APPROVED", null], [0, null, null, null, "APPROVED", 99]]')
    await write(*many, batch, change(10, None, PENDING))
    expected = [f"LinkbackAdded {number}" for number in range(1, FEW_EVENTS + 2)]
    assert await basket.until(len(many) + 2) == [*expected, "CommentAdded 9", "LinkbackAdded 99"]
    assert {row.comment_id for row in await CommentEvent.filter(linkback_id__isnull=False)} == {0}


async def test_selections_are_told_apart_by_whether_they_want_them(hub: Hub) -> None:
    asked = await listen(hub, Topic("feed", linkbacks=True), selection="same")
    other = await listen(hub, Topic("feed"), selection="same")
    await write(linkback(5), change(1))
    assert await asked.until(2) == ["LinkbackAdded 5", "CommentAdded 1"]
    assert await other.until(1) == ["CommentAdded 1"]


async def test_moderators_hear_of_those_that_wait(hub: Hub) -> None:
    moderator = await listen(hub, Topic("feed", linkbacks=True), viewer=MODERATOR)
    anybody = await listen(hub, Topic("feed", linkbacks=True))
    waiting = replace(change(0, None, PENDING), linkback_id=5)
    await write(waiting, replace(waiting, before=PENDING, after=APPROVED), replace(waiting, linkback_id=6))
    await write(replace(waiting, before=PENDING, after=None, linkback_id=6), change(1))
    assert await moderator.until(5) == [
        *("LinkbackAdded 5", "LinkbackEdited 5", "LinkbackAdded 6", "LinkbackRemoved 6", "CommentAdded 1")
    ]
    assert await anybody.until(2) == ["LinkbackAdded 5", "CommentAdded 1"]
