"""Rows for the tests, made with ordinary Tortoise, each with defaults of its own and its counters right."""

import itertools
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from tortoise.expressions import F

from models import (
    BodyFormat,
    Category,
    Comment,
    CommentDecision,
    CommentRevision,
    CommentStatus,
    Image,
    Linkback,
    LinkbackKind,
    LinkbackStatus,
    Post,
    PostRevision,
    PostSlug,
    PostStatus,
    Role,
    Session,
    User,
)
from resolvers import archive_months, filing

NEVER = datetime(1970, 1, 1, tzinfo=UTC)
EPOCH = datetime(2024, 1, 1, 12, tzinfo=UTC)
_numbers = itertools.count(1)


def moment() -> datetime:
    """A moment in 2024, each a minute after the one before."""
    return EPOCH + timedelta(minutes=next(_numbers))


async def user(**values: Any) -> User:
    number = next(_numbers)
    defaults = {
        "username": f"user{number}",
        "email": f"user{number}@example.org",
        "name": f"User {number}",
        "role": Role.READER,
        "password_hash": "!",
        "created_at": moment(),
    }
    return await User.create(**{**defaults, **values})


async def author(**values: Any) -> User:
    return await user(**{"role": Role.AUTHOR, **values})


async def moderator(**values: Any) -> User:
    return await user(**{"role": Role.MODERATOR, **values})


async def admin(**values: Any) -> User:
    return await user(**{"role": Role.ADMIN, **values})


async def guest(**values: Any) -> User:
    """Somebody without an account."""
    number = next(_numbers)
    defaults = {
        "username": None,
        "email": None,
        "guest_key": f"{number:064x}",
        "guest_email": f"guest{number}@example.org",
        "name": f"Guest {number}",
    }
    return await user(**{**defaults, **values})


async def session(**values: Any) -> Session:
    """A session that lasts for a day from now; its token's hash is no hash of anything."""
    now = datetime.now(UTC)
    defaults: dict[str, Any] = {
        "token_hash": f"{next(_numbers):064x}",
        "created_at": now,
        "expires_at": now + timedelta(days=1),
    }
    if not values.keys() & {"user", "user_id"}:
        defaults["user"] = await user()
    return await Session.create(**{**defaults, **values})


async def image(**values: Any) -> Image:
    """The row of a picture; there are no files."""
    number = next(_numbers)
    defaults: dict[str, Any] = {
        "digest": f"{number:064x}",
        "media_type": "image/webp",
        "width": 1000,
        "height": 500,
        "bytes": 12345,
        "created_at": moment(),
    }
    return await Image.create(**{**defaults, **values})


async def category(**values: Any) -> Category:
    number = next(_numbers)
    defaults = {"slug": f"category-{number}", "name": f"Category {number}", "position": number}
    return await Category.create(**{**defaults, **values})


async def post(**values: Any) -> Post:
    """A published post unless told otherwise; counted in its categories, and by its tags, when it is public now.

    `tags` are names of tags, `also_in` categories beside the main one.
    """
    tags, also_in = values.pop("tags", ()), values.pop("also_in", ())
    number = next(_numbers)
    published_at = values.get("published_at") or moment()
    status = values.get("status", PostStatus.PUBLISHED)
    defaults: dict[str, Any] = {
        "slug": f"post-{number}",
        "title": f"Post {number}",
        "body": f"The body of post {number}.",
        "body_html": f"<p>The body of post {number}.</p>\n",
        "excerpt": f"The body of post {number}.",
        "language": "en",
        "status": status,
        "published_at": published_at,
        "created_at": published_at,
        "updated_at": published_at,
        "last_commented_at": NEVER,
        "counted": status == PostStatus.PUBLISHED and published_at <= datetime.now(UTC),
    }
    if not values.keys() & {"author", "author_id"}:
        defaults["author"] = await author()
    if not values.keys() & {"category", "category_id"}:
        defaults["category"] = await category()
    made = await Post.create(**{**defaults, **values})
    await PostSlug.create(slug=made.slug, post_id=made.id)
    await filing.file(made, [made.category_id, *(each.id for each in also_in)])
    await filing.tag(made, await filing.tags_called(tags))
    await archive_months.opened([made.published_at])
    if made.counted:
        await filing.count(made, +1)
    return made


async def draft(**values: Any) -> Post:
    return await post(**{"status": PostStatus.DRAFT, **values})


async def scheduled(**values: Any) -> Post:
    """A post that will appear in an hour."""
    return await post(**{"published_at": datetime.now(UTC) + timedelta(hours=1), **values})


async def comment(**values: Any) -> Comment:
    """An approved comment unless told otherwise, counted on its post and its parent."""
    number = next(_numbers)
    parent: Comment | None = values.get("parent")
    defaults: dict[str, Any] = {
        "body": f"Comment {number}",
        "body_html": f"<p>Comment {number}</p>\n",
        "status": CommentStatus.APPROVED,
        "created_at": moment(),
        "depth": parent.depth + 1 if parent else 0,
    }
    if parent and not values.keys() & {"post", "post_id"}:
        defaults["post_id"] = parent.post_id
    elif not values.keys() & {"post", "post_id"}:
        defaults["post"] = await post()
    if not values.keys() & {"author", "author_id"}:
        defaults["author"] = await user()
    values = {**defaults, **values}
    made = await Comment.create(**{"decision": _decision(values["status"]), **values})
    if made.status == CommentStatus.APPROVED and made.deleted_at is None:
        await _count(made)
        await filing.refresh([made.post_id])
    return made


def _decision(status: CommentStatus) -> CommentDecision:
    return CommentDecision.APPROVED if status is CommentStatus.HIDDEN else CommentDecision(status)


async def post_revision(**values: Any) -> PostRevision:
    """A state that a post has had."""
    return await PostRevision.create(**{**_state(values), "title": "What it was called", **values})


async def comment_revision(**values: Any) -> CommentRevision:
    """A state that a comment has had."""
    return await CommentRevision.create(**{**_state(values), **values})


def _state(values: dict[str, Any]) -> dict[str, Any]:
    body = f"State {values['number']}"
    return {"body": body, "body_format": BodyFormat.MARKDOWN, "created_at": moment()}


async def tombstone(**values: Any) -> Comment:
    """What is left of a deleted comment that had replies; make the replies with `comment(parent=…)`."""
    return await comment(
        **{"deleted_at": moment(), "body": "", "body_html": "", "author_id": None, **values},
    )


async def _count(made: Comment) -> None:
    await Post.filter(id=made.post_id).update(comment_count=F("comment_count") + 1)
    await Post.filter(id=made.post_id, last_commented_at__lt=made.created_at).update(
        last_commented_at=made.created_at
    )
    if made.parent_id is not None:
        await Comment.filter(id=made.parent_id).update(reply_count=F("reply_count") + 1)


async def linkback(**values: Any) -> Linkback:
    """An approved webmention unless told otherwise; counted when it is approved."""
    number = next(_numbers)
    source_url = f"https://elsewhere.example/{number}"
    defaults: dict[str, Any] = {
        "kind": LinkbackKind.WEBMENTION,
        "status": LinkbackStatus.APPROVED,
        "source_url": source_url,
        "source_digest": sha256(source_url.encode()).hexdigest(),
        "received_at": moment(),
    }
    if not values.keys() & {"post", "post_id"}:
        defaults["post"] = await post()
    made = await Linkback.create(**{**defaults, **values})
    if made.status is LinkbackStatus.APPROVED:
        more = F("trackback_count") + (made.kind is LinkbackKind.TRACKBACK)
        await Post.filter(id=made.post_id).update(
            linkback_count=F("linkback_count") + 1, trackback_count=more
        )
    return made
