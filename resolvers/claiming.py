"""What guests wrote becomes the account's whose address they gave, once it is certain that the address is its own.

Until then anybody may have typed it. Signing up with an address confirms nothing, and so claims nothing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from tortoise.models import Model

from auth.names import normal_email
from live.feed import event_log
from live.feed.batch import CommentChange
from models import (
    Comment,
    CommentRevision,
    CommentStatus,
    Image,
    ImportedRow,
    PathAlias,
    Post,
    PostCategory,
    PostRevision,
    PostTag,
    User,
)
from models.errors import NotFound
from resolvers.feed_events import changed
from storage import unit_of_work

AT_ONCE = 500
"""Rows that one statement names: databases bound its parameters."""
HELD: tuple[tuple[type[Model], str], ...] = (
    *(
        (model, "author_id")
        for model in (Comment, CommentRevision, Post, PostCategory, PostTag, PostRevision)
    ),
    (Image, "uploader_id"),
    (PathAlias, "user_id"),
)
"""Every column that says whose something is; sessions are not among them, for a guest has none."""
IMPORTED_AS = ("author", "guest")
"""The kinds of `ImportedRow` that are people."""


@unit_of_work
async def confirm_email(user_id: int, now: datetime) -> int:
    """Note that the account's address is its owner's, and give it what guests of that address wrote; says how many.

    Locks are taken in the order of all verbs: posts by id, people, the feed. Raises NotFound.
    """
    user = await User.filter(id=user_id, email__isnull=False).first()
    if user is None or user.email is None:
        raise NotFound("There is no such account.")
    guests = User.filter(guest_email__in={user.email, normal_email(user.email)}).order_by("id")
    posts = await _locked_posts([guest.id for guest in await guests.only("id")])
    ids = [guest.id for guest in await guests.only("id").select_for_update()]
    changes = await _come_to_light(posts, ids, user.id)
    for some in _parts(ids):
        await _hand_over(some, user.id)
    await User.filter(id=user.id).update(email_confirmed_at=now)
    await event_log.append(changes)
    return len(ids)


async def _hand_over(guests: Sequence[int], user_id: int) -> None:
    for model, column in HELD:
        await model.filter(**{f"{column}__in": guests}).update(**{column: user_id})
    await ImportedRow.filter(kind__in=IMPORTED_AS, row_id__in=guests).update(row_id=user_id)
    await User.filter(id__in=guests).delete()


async def _locked_posts(guests: Sequence[int]) -> dict[int, Post]:
    """The posts that they wrote, or wrote under."""
    found = set[int]()
    for some in _parts(guests):
        found.update([post.id for post in await Post.filter(author_id__in=some).only("id")])
        found.update(
            [each.post_id for each in await Comment.filter(author_id__in=some).only("id", "post_id")]
        )
    posts = dict[int, Post]()
    for some in _parts(sorted(found)):
        locked = Post.filter(id__in=some).order_by("id").only("id", "category_id", "counted")
        posts |= {post.id: post for post in await locked.select_for_update(no_key=True)}
    return posts


async def _come_to_light(posts: dict[int, Post], guests: Sequence[int], user_id: int) -> list[CommentChange]:
    """Comments that wait, which the account sees from now on: they go and come back, to moderators as well.

    Of what everybody sees nothing is told: a page shows the name as it was until it is read anew, as it does when
    somebody changes theirs.
    """
    changes = []
    for some in _parts(guests):
        waiting = Comment.filter(author_id__in=some, status=CommentStatus.PENDING).order_by("id")
        for comment in await waiting:
            post = posts.get(comment.post_id)
            if post is not None and post.counted:
                gone = changed(post, comment, CommentStatus.PENDING, CommentStatus.HIDDEN)
                back = changed(post, comment, CommentStatus.HIDDEN, CommentStatus.PENDING)
                changes += [gone, replace(back, author_id=user_id)]
    return changes


def _parts(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE))
