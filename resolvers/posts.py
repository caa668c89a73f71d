"""Writing posts: create, change, publish, delete.

What takes time (checking, rendering) comes before the transaction. Permission is asked before that, so that
nobody learns more than they may, and again in the transaction, of the locked row.

Locks are taken in one order everywhere: the post, its comments, categories by id, the feed.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from auth import permissions
from auth.rules import holds
from auth.viewer import Viewer
from live import log
from models import Category, Post, PostStatus
from resolvers import announcements, counters, slugs
from resolvers.conflicts import repeated_on_conflict
from resolvers.errors import NotFound
from resolvers.idempotency import IdempotentRequest
from resolvers.ids import key as primary_key
from resolvers.policy import Policy
from resolvers.post_fields import PostFields, checked
from storage import unit_of_work


async def create_post(viewer: Viewer, policy: Policy, fields: PostFields, *, key: str | None = None) -> int:
    """Write a post, which is a draft unless `published_at` is given; its id.

    Needs a title, a body and a category. Asked again with the same idempotency key, it answers with the post that it
    wrote the first time. Raises NotSignedIn, NotAllowed, InvalidInput, NotFound (category).
    """
    author_id = permissions.require_may_write_posts(viewer)
    request = IdempotentRequest.of("createPost", author_id, key, {**fields}, viewer.now)
    if (made := await request.made()) is not None:
        return await _written_before(viewer, made)
    required: PostFields = {"title": None, "body": None, "category": None}
    values = await checked({**required, "language": policy.language, **fields}, policy)
    return await _insert(viewer, values, request)


async def update_post(
    viewer: Viewer, policy: Policy, post_id: str, fields: PostFields, *, if_updated_at: datetime | None = None
) -> int:
    """Change a post; its id. Raises NotSignedIn, NotAllowed, InvalidInput, NotFound (post, category)."""
    id_: int = primary_key("post", post_id)
    stored = permissions.require_may_change_post(viewer, await Post.get_or_none(id=id_))
    await _update(viewer, id_, await checked(fields, policy, stored))
    return id_


@unit_of_work
async def publish_post(viewer: Viewer, post_id: str) -> int:
    """Make a draft or a scheduled post public now; its id. Raises NotSignedIn, NotAllowed, NotFound."""
    post = permissions.require_may_change_post(viewer, await _locked(primary_key("post", post_id)))
    if not _is_public(viewer, post):
        await _update(viewer, post.id, {"published_at": viewer.now})
    return int(post.id)


@unit_of_work
async def delete_post(viewer: Viewer, post_id: str) -> None:
    """Delete a post, its comments and its addresses. Raises NotSignedIn, NotAllowed, NotFound."""
    post = permissions.require_may_change_post(viewer, await _locked(primary_key("post", post_id)))
    changes = await announcements.vanished(post, post.category_id) if post.counted else []
    await post.delete()
    await counters.uncount_post(post)
    await log.append(changes)


@repeated_on_conflict
@unit_of_work
async def _insert(viewer: Viewer, values: dict[str, Any], request: IdempotentRequest) -> int:
    if (made := await request.made()) is not None:
        return await _written_before(viewer, made)
    await _lock_categories({values["category"]})
    post = Post(
        author_id=viewer.id,
        created_at=viewer.now,
        last_commented_at=counters.NEVER,
        slug=await slugs.post_slug(values["title"], values.get("slug")),
    )
    _assign(post, {"published_at": None, **values}, viewer)
    await post.save()
    await slugs.keep(post)
    await request.note(post.id)
    if _is_public(viewer, post):
        await counters.count_post(post)
    return int(post.id)


async def _written_before(viewer: Viewer, post_id: int) -> int:
    """The post that a request has made already."""
    post = await Post.get_or_none(id=post_id)
    if post is None or not permissions.sees_post(viewer, post):
        raise NotFound("The post that this key stands for is no longer there.")
    return post_id


@repeated_on_conflict
@unit_of_work
async def _update(viewer: Viewer, id_: int, values: dict[str, Any]) -> None:
    post = permissions.require_may_change_post(viewer, await _locked(id_))
    was_public_in = post.category_id if post.counted else None
    await _lock_categories({post.category_id, values.get("category", post.category_id)})
    await counters.uncount_post(post)
    await _rename(post, values)
    _assign(post, values, viewer)
    await post.save()
    if _is_public(viewer, post):
        await counters.count_post(post)
    await log.append(await announcements.updated(post, was_public_in))


async def _rename(post: Post, values: dict[str, Any]) -> None:
    """A slug that was made from the title follows it; one that was chosen stays until another is chosen."""
    title = values.get("title", post.title)
    follows = slugs.is_made_from(post.slug, post.title) and not slugs.is_made_from(post.slug, title)
    if "slug" in values or follows:
        post.slug = await slugs.post_slug(title, values.get("slug"), post.id)
        await slugs.keep(post)


def _assign(post: Post, values: dict[str, Any], viewer: Viewer) -> None:
    for column in ("title", "body", "body_html", "excerpt", "language", "comments_open"):
        if column in values:
            setattr(post, column, values[column])
    if "category" in values:
        post.category_id = values["category"]
    if "published_at" in values:
        moment = values["published_at"]
        post.status = PostStatus.DRAFT if moment is None else PostStatus.PUBLISHED
        post.published_at = moment or post.created_at
    post.updated_at = viewer.now


def _is_public(viewer: Viewer, post: Post) -> bool:
    return holds(permissions.public_posts(viewer), post)


async def _locked(id_: int) -> Post | None:
    return await Post.filter(id=id_).select_for_update().first()


async def _lock_categories(ids: Collection[int]) -> None:
    found = await Category.filter(id__in=ids).order_by("id").select_for_update(no_key=True)
    if len(found) < len(ids):
        raise NotFound("There is no such category.")
