"""What a write changes in a post's row, and nothing else: a post that stays as it is was not updated."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from models import Post, PostStatus
from resolvers import filing, slugs

AS_GIVEN = (
    *("kind", "title", "body", "body_html", "body_format", "excerpt", "excerpt_written", "language"),
    *("comments_open", "linkbacks_open", "pinned"),
)
NOTES = {"slug_chosen", "excerpt_written"}
"""Columns that no reader sees."""


async def changes(post: Post, values: dict[str, Any], now: datetime) -> dict[str, Any]:
    """The columns that become other than they are, and with them `categories` and `tags` where these do.

    Raises InvalidInput when a chosen slug is taken.
    """
    new = {**_columns(post, values), **await _slug(post, values)}
    changed = {column: value for column, value in new.items() if getattr(post, column) != value}
    changed |= await _filing(post, values)
    if changed.keys() - NOTES:
        changed["updated_at"] = max(now, post.updated_at + timedelta(microseconds=1))
    return changed


def _columns(post: Post, values: dict[str, Any]) -> dict[str, Any]:
    columns = {column: values[column] for column in AS_GIVEN if column in values}
    if "excerpt_written" not in values and (post.excerpt_written or values.get("body") == post.body):
        columns.pop("excerpt", None)
    if values.get("body") == post.body and columns.get("body_format", post.body_format) is post.body_format:
        columns.pop("body_html", None)  # a newer renderer does not make it another post
    if "image" in values:
        columns["image_id"] = values["image"]
    if "published_at" in values:
        columns |= published(values["published_at"], post.created_at)
    return columns


def published(moment: datetime | None, created_at: datetime) -> dict[str, Any]:
    """The columns of a post that appears at this moment, or is a draft."""
    status = PostStatus.DRAFT if moment is None else PostStatus.PUBLISHED
    return {"status": status, "published_at": moment or created_at}


async def _filing(post: Post, values: dict[str, Any]) -> dict[str, Any]:
    """Where the post is filed from now on, its main category first, and its tags; nothing that stays as it is."""
    changed: dict[str, Any] = {}
    if values.keys() & {"category", "categories"}:
        before = await filing.categories_of(post)
        if (categories := places(values, before)) != before:
            changed |= {"categories": categories, "category_id": categories[0]}
    if "tags" in values:
        keys = [filing.tag_key(name) for name in values["tags"]]
        if [*dict.fromkeys(keys)] != await filing.tag_keys_of(post):
            changed["tags"] = values["tags"]
    return changed


def places(values: dict[str, Any], before: Sequence[int] = ()) -> list[int]:
    """All categories, the main one first: `category`, if it is given; without the others, it replaces the main one."""
    others = values.get("categories", before[1:])
    return [*dict.fromkeys([values["category"], *others] if "category" in values else others)]


async def _slug(post: Post, values: dict[str, Any]) -> dict[str, Any]:
    """A slug that was made from the title follows it; one that was chosen stays until it is given up."""
    title, chosen = values.get("title", post.title), values.get("slug")
    if chosen is not None:
        return {"slug": await slugs.post_slug(title, chosen, post.id), "slug_chosen": True}
    if post.slug_chosen and "slug" not in values:
        return {}
    if post.slug_chosen or _made(title) != _made(post.title):
        return {"slug": await slugs.post_slug(title, None, post.id), "slug_chosen": False}
    return {}


def _made(title: str) -> str:
    return slugs.slug_of(title, otherwise="post")
