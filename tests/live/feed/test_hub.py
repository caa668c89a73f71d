"""The hub: what reaches whom of what happens from now on, once and in order."""

import asyncio
from dataclasses import replace

import pytest

from live.feed import event_log
from live.feed.events import FeedEvent
from live.feed.hub import Hub
from live.feed.topic import Topic
from models import Role
from storage import Database
from tests.live.listening import (
    ADMIN,
    AUTHOR,
    IMPATIENT,
    MODERATOR,
    STRANGER,
    WRITER,
    FakeViewer,
    RecordingSink,
    hiding,
    listen,
    opened,
    render,
    summary,
)
from tests.live.writing import APPROVED, PENDING, REJECTED, SPAM, change, write


async def test_a_subscriber_hears_what_happens_from_now_on(hub: Hub) -> None:
    await write(change(1))
    basket = await listen(hub)
    await write(change(2))
    await write(change(2, APPROVED, APPROVED), change(2, APPROVED, None))
    assert await basket.until(3) == ["CommentAdded 2", "CommentEdited 2", "CommentRemoved 2"]


async def test_a_subscriber_to_new_comments_hears_no_edits_and_removals(hub: Hub) -> None:
    basket = await listen(hub, Topic("added"))
    await write(change(1), change(1, APPROVED, APPROVED), change(1, APPROVED, REJECTED), change(2))
    assert await basket.until(2) == ["CommentAdded 1", "CommentAdded 2"]


@pytest.mark.parametrize(
    ("topic", "heard"),
    [
        (Topic("feed"), [1, 2, 3, 4]),
        (Topic("feed", post_id=1), [1, 3, 4]),
        (Topic("feed", category_id=1), [1, 2, 4]),
        (Topic("feed", post_id=1, category_id=2), [3, 4]),
        (Topic("feed", post_id=9), []),
    ],
)
async def test_a_topic_is_a_post_a_category_both_or_all(hub: Hub, topic: Topic, heard: list[int]) -> None:
    everything = await listen(hub)
    basket = await listen(hub, topic)
    await write(
        change(1, post_id=1, category_id=1),
        change(2, post_id=2, category_id=1),
        change(3, post_id=1, category_id=2),
    )
    if topic.category_id == 2:
        await write(change(4, post_id=1, category_id=2))
    else:
        await write(change(4, post_id=1, category_id=1))
    await everything.until(4)
    assert await basket.until(len(heard)) == [f"CommentAdded {each}" for each in heard]


@pytest.mark.parametrize("live", [True, False])
@pytest.mark.parametrize(
    ("topic", "heard"),
    [
        (Topic("feed"), ["CommentAdded 2"]),
        (Topic("feed", post_id=1), ["CommentAdded 2"]),
        (Topic("feed", category_id=1), ["CommentRemoved 1"]),
        (Topic("feed", category_id=2), ["CommentAdded 1", "CommentAdded 2"]),
        (Topic("feed", post_id=1, category_id=2), ["CommentAdded 1", "CommentAdded 2"]),
    ],
)
async def test_only_followers_of_categories_hear_that_a_post_has_moved(
    hub: Hub, topic: Topic, heard: list[str], *, live: bool
) -> None:
    start, witness = str(await event_log.current()), await listen(hub, Topic("feed", category_id=2))
    basket = await listen(hub, topic) if live else None
    left = change(1, APPROVED, None, category_id=1, moved=True)
    await write(left, change(1, category_id=2, moved=True), change(2, category_id=2))
    await witness.until(2)
    basket = basket or await listen(hub, replace(topic, after=start))
    await basket.until(len(heard))
    await write(change(3, category_id=3))
    assert basket.texts[: len(heard)] == heard


async def test_what_an_event_means_depends_on_who_looks(hub: Hub) -> None:
    public = [await listen(hub, viewer=viewer) for viewer in (FakeViewer(), STRANGER, WRITER)]
    trusted = [await listen(hub, viewer=viewer) for viewer in (AUTHOR, MODERATOR, ADMIN)]
    await write(change(1, None, PENDING, author_id=7))
    await write(change(1, PENDING, APPROVED, author_id=7))
    await write(change(1, APPROVED, REJECTED, author_id=7), change(1, REJECTED, SPAM, author_id=7))
    await write(change(1, SPAM, PENDING, author_id=7), change(2))
    for basket in public:
        assert await basket.until(3) == ["CommentAdded 1", "CommentRemoved 1", "CommentAdded 2"]
    for basket in trusted:
        assert await basket.until(5) == [
            "CommentAdded 1",
            "CommentEdited 1",
            "CommentRemoved 1",
            "CommentAdded 1",
            "CommentAdded 2",
        ]


async def test_a_comment_that_is_hidden_at_delivery_is_not_shown(hub: Hub) -> None:
    basket = await listen(hub, render=hiding(1))
    await write(change(1), change(2), change(1, APPROVED, REJECTED))
    assert await basket.until(2) == ["CommentAdded 2", "CommentRemoved 1"]


async def test_each_distinct_answer_is_built_once(hub: Hub) -> None:
    built: list[str] = []

    async def counted(event: FeedEvent) -> str:
        built.append(summary(event))
        return summary(event)

    same = [await listen(hub, render=counted) for _ in range(20)]
    other = await listen(hub, render=counted, selection="another")
    author = await listen(hub, viewer=AUTHOR, render=counted)
    reader = [await listen(hub, viewer=FakeViewer(id_, Role.READER), render=counted) for id_ in (20, 21, 22)]
    await write(change(1, author_id=AUTHOR.id))
    for basket in [*same, other, author, *reader]:
        assert await basket.until(1) == ["CommentAdded 1"]
    assert len(built) == 4  # anonymous, the other selection, the author, readers
    assert len({id(basket.texts[0]) for basket in same}) == 1


async def test_staff_are_not_served_from_each_others_answers(hub: Hub) -> None:
    async def mine(_event: FeedEvent) -> str:
        return "mine"

    async def yours(_event: FeedEvent) -> str:
        return "yours"

    first = await listen(hub, viewer=FakeViewer(1, Role.AUTHOR), render=mine)
    second = await listen(hub, viewer=FakeViewer(2, Role.AUTHOR), render=yours)
    await write(change(1))
    assert (await first.until(1), await second.until(1)) == (["mine"], ["yours"])


async def test_a_stopped_subscriber_hears_nothing_more(hub: Hub) -> None:
    stopped, other = RecordingSink(), await listen(hub)
    stop = await hub.subscribe(Topic("feed"), FakeViewer(), "all", render, stopped)
    await write(change(1))
    await stopped.until(1)
    stop()
    stop()
    await write(change(2))
    await other.until(2)
    assert stopped.texts == ["CommentAdded 1"]


async def test_live_events_that_come_together_are_told_together(database: Database) -> None:
    assert database
    async with opened(replace(IMPATIENT, patience=10, renders=8)) as hub:
        basket, other = await listen(hub), await listen(hub, selection="another")
        await write(*(change(number) for number in range(1, 9)))
        assert await basket.until(8) == await other.until(8)
        assert basket.offers == [4, 4]  # eight answers are built at once, four of each kind


async def test_many_subscribers_are_served_in_slices(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("live.feed.rendering.SLICE_PAYLOADS", 3)
    baskets = [await listen(hub) for _ in range(10)]
    await write(change(1))
    for basket in baskets:
        assert await basket.until(1) == ["CommentAdded 1"]


async def test_events_that_nobody_listens_to_are_not_read(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    stop = await hub.subscribe(Topic("feed"), FakeViewer(), "all", render, RecordingSink())
    stop()
    monkeypatch.delattr(event_log, "read_after")
    await write(change(1))
    await asyncio.sleep(0.15)
    monkeypatch.undo()
    basket = await listen(hub)
    await write(change(2))
    assert await basket.until(1) == ["CommentAdded 2"]
