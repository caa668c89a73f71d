"""Where posts are filed: their categories and tags, and what these rows copy from the post for the sake of lists.

Callers hold the lock of the post's row. Categories are locked after it, by id, then tags, then the archive's months.
"""

# ruff: noqa: S608 - the statements below are put together from texts of ours
import json
import unicodedata
from collections.abc import Collection, Sequence
from typing import Any

from models import Category, Post, PostCategory, PostKind, PostTag, Tag
from resolvers import archive_months
from resolvers.many import among
from resolvers.slugs import slug_of, tag_slug
from storage import execute, execute_update

TABLES = {"post_categories": "categories", "post_tags": "tags"}
"""What files posts, and where it files them."""
FILED_UNDER = {"post_categories": "category_id", "post_tags": "tag_id"}
UNCATEGORIZED, LAST_POSITION = "Uncategorized", 2**31 - 1
COPIED = ("kind", "status", "published_at", "counted", "comment_count", "last_commented_at", "author_id")
_COLUMNS = ", ".join(COPIED)
_FROM_POST = f"({_COLUMNS}) = (SELECT {_COLUMNS} FROM posts WHERE posts.id = post_id)"
_DIFFERS = " OR ".join(f"{{table}}.{column} <> posts.{column}" for column in COPIED)


async def refresh(post_ids: Collection[int]) -> None:
    """Copy anew what lists of categories and tags go by; the posts have been changed."""
    given = [json.dumps([*post_ids])]
    for table in TABLES:
        await execute(f"UPDATE {table} SET {_FROM_POST} WHERE {among('post_id')}", given)


async def repair() -> int:
    """Copy anew what differs from the posts; in how many rows."""
    repaired = 0
    for table in TABLES:
        differs = _DIFFERS.format(table=table)
        wrong = f"SELECT {table}.id FROM {table} JOIN posts ON posts.id = {table}.post_id WHERE {differs}"
        repaired += await execute_update(f"UPDATE {table} SET {_FROM_POST} WHERE id IN ({wrong})")
    return repaired


async def count(post: Post, change: int) -> None:
    """Count the post once more, or less, wherever it is filed, and in its month; only articles are counted."""
    if post.kind is not PostKind.ARTICLE:
        return
    for table, counted in TABLES.items():
        filed = f"SELECT {FILED_UNDER[table]} FROM {table} WHERE post_id = {post.id:d}"
        await execute(f"UPDATE {counted} SET post_count = post_count + {change:d} WHERE id IN ({filed})")
    await archive_months.count([post.published_at], change)


async def lock(posts: Collection[Post]) -> None:
    """Lock all categories, tags and months that count these posts, in their order."""
    ids = [post.id for post in posts]
    categories = await PostCategory.filter(post_id__in=ids).values_list("category_id", flat=True)
    tags = await PostTag.filter(post_id__in=ids).values_list("tag_id", flat=True)
    await Category.filter(id__in={*categories}).order_by("id").only("id").select_for_update(no_key=True)
    await Tag.filter(id__in={*tags}).order_by("id").only("id").select_for_update(no_key=True)
    await archive_months.opened({post.published_at for post in posts})


async def uncategorized() -> int:
    """The category of what has none, which is made once: the last of the menu. Joins a unit of work."""
    slug = slug_of(UNCATEGORIZED, otherwise="category")
    category = await Category.filter(slug=slug).first()
    category = category or await Category.create(slug=slug, name=UNCATEGORIZED, position=LAST_POSITION)
    id_: int = category.id
    return id_


async def categories_of(post: Post) -> list[int]:
    """The categories of a post, the main one first."""
    rows = PostCategory.filter(post_id=post.id).order_by("position", "id")
    return [row["category_id"] for row in await rows.values("category_id")]


async def tag_keys_of(post: Post) -> list[str]:
    """What tells the tags of a post apart, in their order."""
    rows = PostTag.filter(post_id=post.id).order_by("position", "id")
    return [row["tag__key"] for row in await rows.values("tag__key")]


async def file(post: Post, categories: Sequence[int]) -> None:
    """File the post in these categories instead, the first of which is the main one."""
    await PostCategory.filter(post_id=post.id).delete()
    await PostCategory.bulk_create(
        PostCategory(category_id=id_, position=position, post_id=post.id, **copied(post))
        for position, id_ in enumerate(categories)
    )


async def tags_of(post: Post) -> list[int]:
    """The tags of a post."""
    return [row["tag_id"] for row in await PostTag.filter(post_id=post.id).values("tag_id")]


async def tag(post: Post, tags: Sequence[int]) -> None:
    """Give the post these tags instead, in this order."""
    await PostTag.filter(post_id=post.id).delete()
    await PostTag.bulk_create(
        PostTag(tag_id=id_, position=position, post_id=post.id, **copied(post))
        for position, id_ in enumerate(tags)
    )


async def tags_called(names: Sequence[str]) -> list[int]:
    """The tags of these names, each once and without regard to case; a new one is called as it was called first."""
    by_key: dict[str, str] = {}
    for name in names:
        by_key.setdefault(tag_key(name), name)
    found = dict(await Tag.filter(key__in=[*by_key]).values_list("key", "id"))
    for key in sorted(by_key.keys() - found.keys()):  # in one order, or two who make the same would meet
        name = by_key[key]
        found[key] = (await Tag.create(key=key, name=name, slug=await tag_slug(name))).id
    return [found[key] for key in by_key]


def tag_key(name: str) -> str:
    """What tells tags apart: the name in Unicode's form for comparing without regard to case."""
    return unicodedata.normalize("NFC", name.casefold())


async def lock_terms(categories: Collection[int], tags: Collection[int]) -> int:
    """Lock these categories and tags, by id; how many of the categories there are."""
    found = await Category.filter(id__in=categories).order_by("id").only("id").select_for_update(no_key=True)
    await Tag.filter(id__in=tags).order_by("id").only("id").select_for_update(no_key=True)
    return len(found)


def copied(post: Post) -> dict[str, Any]:
    """What a row that files the post copies from it."""
    return {column: getattr(post, column) for column in COPIED}
