"""Posts and threads of many comments: each is told of, in order, and no statement grows with them."""

from typing import NamedTuple

import pytest

from auth.viewer import Viewer
from live.feed import event_log
from live.feed.batch import FEW_EVENTS
from live.feed.event_log import LoggedEvent
from models import Comment, CommentDecision, CommentStatus, Post
from resolvers import comments, posts
from storage import Database
from tests import factories
from tests.resolvers.rows import POLICY, viewing

MANY = FEW_EVENTS + 4
MORE_THAN_PARAMETERS = 33_000
"""PostgreSQL takes 32,767 parameters in a statement."""


class Crowd(NamedTuple):
    """A post, and its comments as they are shown."""

    admin: Viewer
    post: Post
    shown: list[Comment]

    @property
    def id(self) -> str:
        return f"post_{self.post.id}"


@pytest.fixture
async def crowd(database: Database) -> Crowd:
    """Written in another order than their dates say; one waits, and one is hidden."""
    assert database
    post = await factories.post()
    moments = [factories.moment() for _ in range(MANY)]
    made = [await factories.comment(post=post, created_at=moment) for moment in reversed(moments)]
    made.append(await factories.comment(parent=made[0], author_id=None, status=CommentStatus.PENDING))
    await factories.comment(post=post, status=CommentStatus.SPAM)
    return Crowd(viewing(await factories.admin()), post, sorted(made, key=lambda each: each.created_at))


async def told(after: int) -> list[LoggedEvent]:
    """What the log has since then: nothing is left out, and each cursor is known."""
    events = await event_log.read_after(after, 1000)
    assert [event.position for event in events] == [*range(after + 1, after + 1 + len(events))]
    for event in events:
        assert await event_log.check(event.cursor) == event.position
    assert str(await event_log.current()) == events[-1].cursor
    return events


def about(rows: list[Comment], category_id: int, *, come: bool, moved: bool = False) -> list[object]:
    """What should be told when all of them come, or go."""
    return [
        (row.id, row.parent_id, row.post_id, category_id, row.author_id)
        + ((None, row.status) if come else (row.status, None))
        + (moved, None)
        for row in rows
    ]


async def test_all_comments_of_a_post_come_and_go_with_it(crowd: Crowd) -> None:
    admin, post, shown = crowd
    other = await factories.category()
    await posts.update_post(admin, POLICY, crowd.id, {"published_at": None})
    await posts.publish_post(admin, crowd.id)
    await posts.update_post(admin, POLICY, crowd.id, {"category": f"category_{other.id}"})
    await posts.delete_post(admin, crowd.id)
    assert [event[2:] for event in await told(0)] == [
        *about(shown, post.category_id, come=False),
        *about(shown, post.category_id, come=True),
        *about(shown, post.category_id, come=False, moved=True),
        *about(shown, other.id, come=True, moved=True),
        *about(shown, other.id, come=False),
    ]


async def test_a_post_without_comments_comes_and_goes_in_silence(crowd: Crowd) -> None:
    post = await factories.post()
    await posts.update_post(crowd.admin, POLICY, f"post_{post.id}", {"published_at": None})
    await posts.publish_post(crowd.admin, f"post_{post.id}")
    await posts.delete_post(crowd.admin, f"post_{post.id}")
    assert (await event_log.current()).position == 0


async def test_all_of_a_thread_go_before_its_beginning_and_come_after_it(crowd: Crowd) -> None:
    root = crowd.shown[0]
    replies = [await factories.comment(parent=root) for _ in range(MANY)]
    await comments.set_comment_status(crowd.admin, f"comment_{root.id}", CommentDecision.REJECTED)
    await comments.set_comment_status(crowd.admin, f"comment_{root.id}", CommentDecision.APPROVED)
    events = [(event.comment_id, event.status_before, event.status_after) for event in await told(0)]
    ids = [reply.id for reply in replies]
    gone = [(id_, "APPROVED", "HIDDEN") for id_ in ids]
    come = [(id_, "HIDDEN", "APPROVED") for id_ in ids]
    assert events == [
        *gone, (root.id, "APPROVED", "REJECTED"), (root.id, "REJECTED", "APPROVED"), *come,
    ]  # fmt: skip


async def test_a_thread_of_more_comments_than_a_statement_has_parameters(
    postgresql_database: Database,
) -> None:
    root = await factories.comment()
    columns = (
        "post_id, author_id, parent_id, depth, body, body_html, status, decision, created_at, reply_count"
    )
    copied = (
        "SELECT post_id, author_id, id, 1, body, body_html, status, decision, created_at, 0 FROM comments"
    )
    await Comment._meta.db.execute_query(  # noqa: SLF001 - Tortoise's way to its client
        f"INSERT INTO comments ({columns}) {copied}, generate_series(1, {MORE_THAN_PARAMETERS})"
    )
    await Comment.filter(id=root.id).update(reply_count=MORE_THAN_PARAMETERS)
    await Post.filter(id=root.post_id).update(comment_count=MORE_THAN_PARAMETERS + 1)
    moderator = viewing(await factories.moderator())
    await comments.set_comment_status(moderator, f"comment_{root.id}", CommentDecision.SPAM)
    assert (await event_log.current()).position == MORE_THAN_PARAMETERS + 1
    assert (await Post.get(id=root.post_id)).comment_count == 0
    assert (await Comment.get(id=root.id)).reply_count == 0
