"""Deciding about linkbacks; and what becomes of them, and of who follows, with their post."""

from datetime import timedelta
from random import Random

import pytest

from auth.permissions import listed_linkbacks
from auth.viewer import now
from live.feed.event_log import LoggedEvent
from live.feed.events import LinkbackAdded, LinkbackRemoved, meaning
from models import CommentEvent, Linkback, LinkbackKind, LinkbackStatus, Post, PostStatus
from models.errors import InvalidInput, NotAllowed, NotFound
from resolvers import counters, linkbacks, posts
from resolvers.due_posts import publish_due
from tests import factories
from tests.resolvers.rows import POLICY, all_rows, viewing

pytestmark = pytest.mark.usefixtures("database")
VERIFYING, PENDING, APPROVED, REJECTED, SPAM = LinkbackStatus


async def told(*, moderators: bool = False) -> list[tuple[int, int, bool, bool]]:
    """What followers have been told of linkbacks: the category, which one, whether it is there, whether it moved."""
    heard = []
    for row in await CommentEvent.filter(linkback_id__isnull=False).order_by("position"):
        values = {name: getattr(row, name) for name in LoggedEvent._fields}
        match meaning(LoggedEvent(**values), trusted=moderators):
            case LinkbackAdded(_, linkback_id):
                heard.append((row.category_id, linkback_id, True, row.moved))
            case LinkbackRemoved(_, linkback_id, _):
                heard.append((row.category_id, linkback_id, False, row.moved))
    return heard


async def counts(post: Post) -> tuple[int, int]:
    found = await Post.get(id=post.id)
    return found.linkback_count, found.trackback_count


async def test_any_decisions_leave_counts_and_the_log_right() -> None:
    random, moderator = Random(7), viewing(await factories.moderator())
    post = await factories.post()
    rows = [
        await factories.linkback(post=post, status=status, kind=kind)
        for status in LinkbackStatus
        for kind in LinkbackKind
    ]
    seen = {
        moderators: {row.id for row in rows if row.status in statuses}
        for moderators, statuses in ((False, [APPROVED]), (True, [APPROVED, PENDING]))
    }
    for _ in range(60):
        id_ = f"linkback_{random.choice(rows).id}"
        try:
            if random.random() < 0.2:
                await linkbacks.delete_linkback(moderator, id_)
            else:
                await linkbacks.set_linkback_status(moderator, id_, random.choice(list(LinkbackStatus)))
        except (NotAllowed, InvalidInput):
            pass
    assert (await counters.recount())["linkbacks"] == 0
    for moderators, shown in seen.items():
        for _, linkback_id, is_there, _ in await told(moderators=moderators):
            assert (linkback_id in shown) is not is_there
            shown ^= {linkback_id}
    assert seen[False] == {row.id for row in await Linkback.filter(status=APPROVED)}
    assert seen[True] == {row.id for row in await Linkback.filter(status__in=[APPROVED, PENDING])}
    assert await counts(post) == (
        len(seen[False]),
        await Linkback.filter(status=APPROVED, kind=LinkbackKind.TRACKBACK).count(),
    )


async def test_what_is_not_verified_can_only_be_rejected() -> None:
    moderator, row = viewing(await factories.moderator()), await factories.linkback(status=VERIFYING)
    before = await all_rows()
    for status in (APPROVED, PENDING):
        with pytest.raises(NotAllowed, match="still being looked into"):
            await linkbacks.set_linkback_status(moderator, f"linkback_{row.id}", status)
    with pytest.raises(InvalidInput):
        await linkbacks.set_linkback_status(moderator, f"linkback_{row.id}", VERIFYING)
    with pytest.raises(NotFound):
        await linkbacks.set_linkback_status(moderator, "linkback_999", SPAM)
    assert await all_rows() == before
    await linkbacks.set_linkback_status(moderator, f"linkback_{row.id}", SPAM)
    assert (await Linkback.get()).status is SPAM


async def test_those_of_a_draft_of_somebody_else_are_not_there_for_moderators() -> None:
    draft = await factories.draft()
    row = await factories.linkback(post=draft, status=PENDING)
    with pytest.raises(NotFound):
        await linkbacks.delete_linkback(viewing(await factories.moderator()), f"linkback_{row.id}")
    await linkbacks.set_linkback_status(viewing(await factories.admin()), f"linkback_{row.id}", APPROVED)
    assert await counts(draft) == (1, 0)
    assert await told() == []


async def test_with_their_post_they_go_come_and_move() -> None:
    admin, post = viewing(await factories.admin()), await factories.post()
    other, id_ = await factories.category(), f"post_{post.id}"
    first, second = await factories.linkback(post=post), await factories.linkback(post=post)
    waiting = await factories.linkback(post=post, status=PENDING)
    await posts.update_post(admin, POLICY, id_, {"published_at": None})
    await posts.update_post(admin, POLICY, id_, {"published_at": now() - timedelta(hours=1)})
    await posts.update_post(admin, POLICY, id_, {"category": f"category_{other.id}"})
    await posts.delete_post(admin, id_)
    both, here, there = (first.id, second.id), post.category_id, other.id
    assert await told() == [
        *((here, row, False, False) for row in both),
        *((here, row, True, False) for row in both),
        *((here, row, False, True) for row in both),
        *((there, row, True, True) for row in both),
        *((there, row, False, False) for row in both),
    ]
    assert [each for each in await told(moderators=True) if each[1] == waiting.id] == [
        *((here, waiting.id, False, False), (here, waiting.id, True, False)),
        *((here, waiting.id, False, True), (there, waiting.id, True, True)),
        (there, waiting.id, False, False),
    ]


async def test_those_of_a_scheduled_post_come_with_it() -> None:
    due = await factories.post(status=PostStatus.PUBLISHED, published_at=now() + timedelta(hours=1))
    row = await factories.linkback(post=due)
    await publish_due(now(), now() + timedelta(hours=2))
    assert await told() == [(due.category_id, row.id, True, False)]


async def test_everybody_lists_what_they_see() -> None:
    for status in LinkbackStatus:
        await factories.linkback(status=status)
    reader, moderator = viewing(await factories.user()), viewing(await factories.moderator())

    async def listed(viewer: object, status: LinkbackStatus | None = None) -> list[LinkbackStatus]:
        rows = Linkback.filter(listed_linkbacks(viewer, status)).order_by("id")  # type: ignore[arg-type]
        return [row.status for row in await rows]

    assert await listed(reader) == [APPROVED]
    assert await listed(moderator) == [PENDING, APPROVED]
    for status in LinkbackStatus:
        assert await listed(moderator, status) == [status]
        assert await listed(reader, status) == ([status] if status is APPROVED else [])


async def test_a_post_is_closed_by_who_may_change_it() -> None:
    post = await factories.post()
    author = viewing(await post.author)
    await posts.update_post(author, POLICY, f"post_{post.id}", {"linkbacks_open": False})
    assert not (await Post.get(id=post.id)).linkbacks_open
    with pytest.raises(InvalidInput):
        await posts.update_post(author, POLICY, f"post_{post.id}", {"linkbacks_open": None})
    with pytest.raises(NotAllowed):
        await posts.update_post(
            viewing(await factories.author()), POLICY, f"post_{post.id}", {"linkbacks_open": True}
        )
    assert not (await Post.get(id=post.id)).linkbacks_open
