"""New since the last visit: told in three ways that agree, by the order of commits, and seldom written."""

import asyncio
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from auth.viewer import now
from live.feed import event_log
from models import Comment, CommentDecision, CommentEvent, CommentStatus, Post, PostVisit
from resolvers import comments, counters, posts
from storage import Database, unit_of_work
from tests import factories
from tests.resolvers.rows import BEFORE, POLICY, all_rows, happened, viewing
from tests.schema.visiting import Reader, decide, delete, write

APPROVED, PENDING, SPAM = CommentDecision.APPROVED, CommentDecision.PENDING, CommentDecision.SPAM

HIDDEN = CommentStatus.HIDDEN


@pytest.fixture
async def reader(database: Database) -> Reader:
    """Somebody at a post on which there is a comment from before there were any numbers."""
    post = await factories.post()
    await factories.comment(post=post)
    return Reader(database, await factories.user(), post)


async def test_nothing_is_new_before_the_first_visit(reader: Reader) -> None:
    await write(reader.post)
    assert len((await reader.page()).shown) == 2
    assert await reader.new() == []
    assert not await PostVisit.exists()


async def test_what_others_have_written_since_is_new_until_it_is_read(reader: Reader) -> None:
    await reader.visit()
    one = await write(reader.post)
    own = await write(reader.post, by=reader.who, parent=one)
    other = await write(reader.post, parent=own)
    page = await reader.page()
    assert (page.new, page.first) == ([one, other], one)
    assert await reader.mark(page.cursor) == 0
    assert await reader.new() == []


async def test_it_is_new_to_who_has_visited_and_to_nobody_else(reader: Reader) -> None:
    await reader.visit()
    new = await write(reader.post)
    for who in (None, await factories.user(), await factories.admin()):
        assert await Reader(reader.database, who, reader.post).new() == []
    assert await Reader(reader.database, reader.who, await factories.post()).new() == []
    assert await reader.new() == [new]


async def test_a_page_that_was_read_later_counts_and_not_when_it_is_told(reader: Reader) -> None:
    page = await reader.page()
    missed = await write(reader.post)
    assert await reader.mark(page.cursor) == 1
    assert await reader.new() == [missed]


async def test_an_event_is_a_place_to_stop_at(reader: Reader) -> None:
    await reader.visit()
    written = [await write(reader.post) for _ in range(3)]
    await write(await factories.post())
    events = await event_log.read_after(0, 10)
    for place, left in ((1, written[2:]), (0, written[2:]), (3, [])):
        await reader.mark(events[place].cursor)
        assert await reader.new() == left


async def test_the_mark_never_goes_back(reader: Reader) -> None:
    early = (await reader.visit()).cursor
    await write(reader.post)
    await reader.visit()
    rows = await all_rows()
    assert await reader.mark(early) == 0
    assert await all_rows() == rows


async def test_order_is_that_of_commits_whatever_clocks_say(reader: Reader) -> None:
    await reader.visit()
    late = await write(reader.post, at=now() - timedelta(days=30))
    early = await write(reader.post, at=now() - timedelta(days=60))
    page = await reader.page()
    assert page.first == late
    assert sorted(page.new) == [late, early]


async def test_an_approval_makes_new_what_was_written_before(reader: Reader) -> None:
    above = await write(reader.post)
    waiting = await write(reader.post, under=BEFORE)
    await write(reader.post, parent=above)
    await reader.visit()
    assert await reader.new() == []
    await decide(waiting, APPROVED)
    assert await reader.new() == [waiting]


async def test_a_thread_that_comes_to_light_is_new_as_a_whole_and_each_comment_once(reader: Reader) -> None:
    above = await write(reader.post)
    await reader.visit()
    below = await write(reader.post, parent=above)
    await decide(above, SPAM)
    assert await reader.new() == []
    last = (await reader.page()).cursor
    await decide(above, APPROVED)
    assert await reader.new() == [below]
    await reader.mark(last)
    await reader.visit()
    for decision in (PENDING, APPROVED):
        await decide(above, decision)
    assert await reader.new() == []


async def test_replies_that_wait_with_what_is_above_are_new_together(reader: Reader) -> None:
    above = await write(reader.post)
    await decide(above, PENDING)
    await Comment.filter(id=above).update(shown_number=0)
    hidden = await factories.comment(post=reader.post, parent_id=above, depth=1, status=HIDDEN)
    await reader.visit()
    await decide(above, APPROVED)
    page = await reader.page()
    assert (sorted(page.new), page.first) == ([above, hidden.id], above)


async def test_what_is_deleted_or_hidden_is_not_new(reader: Reader) -> None:
    await reader.visit()
    gone, buried, judged = [await write(reader.post) for _ in range(3)]
    below = await write(reader.post, parent=buried)
    for id_ in (gone, buried):
        await delete(id_)
    await decide(judged, SPAM)
    page = await reader.page()
    assert buried in page.shown
    assert page.new == [below]


async def test_moderators_have_no_other_news(reader: Reader) -> None:
    moderator = Reader(reader.database, await factories.moderator(), reader.post)
    await moderator.visit()
    waiting = await write(reader.post, under=BEFORE)
    page = await moderator.page()
    assert waiting in page.shown
    assert page.new == []


async def test_what_an_import_and_a_repair_bring_is_not_new(reader: Reader) -> None:
    await reader.visit()
    brought = await factories.comment(post=reader.post)
    wrong = await factories.comment(post=reader.post, status=HIDDEN)
    await counters.recount()
    page = await reader.page()
    assert {brought.id, wrong.id} <= set(page.shown)
    assert page.new == []


@pytest.mark.parametrize(
    "cursor", ["", "yesterday", "-1-0123abcd", "99-0123abcd", "0-0123abcd", "1-0123abcd"]
)
async def test_a_cursor_that_is_none_of_this_feed_is_refused(reader: Reader, cursor: str) -> None:
    await write(reader.post)
    rows = await all_rows()
    assert await reader.mark(cursor) == "InvalidInput"
    assert await all_rows() == rows


async def test_a_cursor_that_the_log_no_longer_has_is_refused(reader: Reader) -> None:
    await reader.visit()
    old = (await reader.page()).cursor
    new = [await write(reader.post), await write(reader.post)]
    await CommentEvent.filter(position__lte=1).update(happened_at=datetime.now(UTC) - timedelta(days=8))
    await event_log.prune()
    assert await reader.mark(old) == "InvalidInput"
    pruned = (await reader.page()).cursor
    await unit_of_work(event_log.begin_anew)()
    assert await reader.mark(pruned) == "InvalidInput"
    assert await reader.new() == new
    await reader.visit()
    assert await reader.new() == []


async def test_the_newest_cursor_is_known_however_old(reader: Reader) -> None:
    await write(reader.post)
    await event_log.prune(timedelta(seconds=-1))
    await reader.visit()
    assert [visit.seen_number for visit in await PostVisit.all()] == [1]


async def test_a_post_that_was_taken_back_for_a_while_leaves_the_mark_where_it_was(reader: Reader) -> None:
    author, id_ = viewing(await reader.post.author), f"post_{reader.post.id}"
    await write(reader.post)
    await reader.visit()
    await posts.update_post(author, POLICY, id_, {"published_at": None})
    await posts.publish_post(author, id_)
    assert await reader.new() == []
    new = await write(reader.post)
    assert await reader.new() == [new]


async def test_only_those_who_see_a_post_mark_it(database: Database) -> None:
    cursor = str(await event_log.current())
    draft, scheduled, public = await factories.draft(), await factories.scheduled(), await factories.post()
    someone = await factories.author()
    rows = await all_rows()
    for post in (draft, scheduled):
        assert await Reader(database, someone, post).mark(cursor) == "NotFound"
    for post in (draft, scheduled, public):
        assert await Reader(database, None, post).mark(cursor) == "NotSignedIn"
    await public.delete()
    assert await Reader(database, someone, public).mark(cursor) == "NotFound"
    rows["Post"] = [row for row in rows["Post"] if row["id"] != public.id]
    found = await all_rows()
    assert (found["Post"], found["PostVisit"]) == (rows["Post"], [])


async def test_marks_go_with_their_accounts_and_posts(reader: Reader) -> None:
    assert reader.who
    other = Reader(reader.database, await factories.user(), reader.post)
    for each in (reader, other):
        await each.visit()
    await reader.who.delete()
    assert [visit.user_id for visit in await PostVisit.all()] == [other.who and other.who.id]
    await Post.filter(id=reader.post.id).delete()
    assert not await PostVisit.exists()


async def test_nobody_hears_of_it(reader: Reader) -> None:
    before = await happened(), await event_log.current(), await Post.get(id=reader.post.id).values()
    await reader.visit()
    assert (await happened(), await event_log.current(), await Post.get(id=reader.post.id).values()) == before


async def test_it_is_written_only_where_something_changes(sqlite_database: Database) -> None:
    """Kept responses are good until somebody writes."""
    reader = Reader(sqlite_database, await factories.user(), await factories.post())
    other = await factories.post()

    async def writes() -> bool:
        version, page = sqlite_database.data_version(), await reader.page()
        await reader.mark(page.cursor)
        return sqlite_database.data_version() != version

    assert await writes()  # the first visit
    assert not await writes()
    await write(other)
    assert not await writes()
    await write(reader.post, by=reader.who)
    assert not await writes()
    await decide(await write(reader.post), SPAM)
    assert not await writes()
    await write(reader.post)
    assert await writes()
    assert not await writes()


async def test_it_waits_for_no_comment_and_misses_none_that_is_being_written(
    postgresql_database: Database,
) -> None:
    reader = Reader(postgresql_database, await factories.user(), await factories.post())
    writer, entered, leave = await factories.user(), asyncio.Event(), asyncio.Event()

    @unit_of_work
    async def slow() -> int:
        added = await comments.add_comment(
            viewing(writer, now() - timedelta(hours=1)), POLICY, post=f"post_{reader.post.id}", body="b"
        )
        entered.set()
        await leave.wait()
        return added.id

    writing = asyncio.create_task(slow())
    await entered.wait()
    await reader.visit()
    assert not writing.done()
    leave.set()
    written = await writing
    assert await reader.new() == [written]


async def test_two_devices_mark_at_once(reader: Reader) -> None:
    cursors = [(await reader.page()).cursor]
    for _ in range(3):
        await write(reader.post)
        cursors.append((await reader.page()).cursor)
    await asyncio.gather(*(reader.mark(cursor) for cursor in (cursors * 3)[::-1]))
    assert [visit.seen_number for visit in await PostVisit.all()] == [3]
    assert await reader.new() == []


@pytest.mark.parametrize("seed", range(2))
async def test_nothing_is_lost_and_nothing_is_told_twice(reader: Reader, seed: int) -> None:
    """People write, moderators decide, and somebody marks what they have seen, now and then by an old page."""
    random, people = Random(seed), [await factories.user(), await factories.user()]
    page = await reader.visit()
    ever = told = seen = set(page.shown)
    pages, is_exact = [(page, ever)], True
    written: list[int] = []
    for _ in range(30):
        step = random.random()
        if step < 0.4 or not written:
            under = random.choice([POLICY, POLICY, BEFORE])
            written.append(await write(reader.post, by=random.choice(people), under=under))
        elif step < 0.7:
            await decide(random.choice(written), random.choice([APPROVED, APPROVED, PENDING]))
        else:
            page, until_then = random.choice(pages[-3:])
            await reader.mark(page.cursor)
            told, seen = told | until_then, seen | set(page.shown)
            is_exact = page.cursor == pages[-1][0].cursor
        page = await reader.page()
        ever = ever | set(page.shown)
        pages.append((page, ever))
        assert set(page.shown) - told <= set(page.new), "something is lost"
        assert not is_exact or set(page.new) <= set(page.shown) - seen, "something is told twice"
    assert len(ever) > 5
