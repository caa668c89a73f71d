"""Writing posts: create, change, publish, delete.

What takes time (checking, rendering) comes before the transaction. Permission is asked before that, so that
nobody learns more than they may, and again in the transaction, of the locked row.

Locks are taken in one order everywhere: the post, its comments, categories by id, tags, the archive's months, the
picture, the feed.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from auth import permissions, requirements
from auth.rules import matches
from auth.viewer import Viewer
from live.feed import event_log
from models import Post
from models.errors import EditConflict, NotFound
from resolvers import (
    archive_months,
    counters,
    feed_events,
    filing,
    images,
    outgoing_linkbacks,
    revisions,
    search_documents,
    search_index,
    slugs,
)
from resolvers.conflicts import retry_on_conflict
from resolvers.idempotency import IdempotentRequest
from resolvers.ids import primary_key
from resolvers.policy import Policy
from resolvers.post_changes import AS_GIVEN, changes, places, published
from resolvers.post_fields import PostFields, validated
from runtime.fair_queue import Client
from storage import unit_of_work

TEXT = ("title", "body_html", "language")
"""What a post is found by."""


async def create_post(viewer: Viewer, policy: Policy, fields: PostFields, *, key: str | None = None) -> int:
    """Write a post, which is a draft unless `published_at` is given; its id.

    Needs a title, a body and a category, or several. Asked again with the same idempotency key, it answers
    with the post that it wrote the first time. Raises NotSignedIn, NotAllowed, InvalidInput, NotFound (category,
    image).
    """
    author_id = requirements.require_may_write_posts(viewer)
    request = IdempotentRequest.of("createPost", author_id, key, {**fields}, viewer.now)
    if (made := await request.made()) is not None:
        return await _written_before(viewer, made)
    language = policy.site.language if fields.get("language") is None else fields["language"]
    values = await validated({**_needed(fields), "language": language}, policy, Client(viewer.id))
    await search_documents.prepare(values["title"], values["body_html"], values["language"])
    return await _insert(viewer, values, request)


async def update_post(
    viewer: Viewer, policy: Policy, post_id: str, fields: PostFields, *, if_updated_at: datetime | None = None
) -> int:
    """Change a post; its id. What changes nothing leaves it as it was updated last.

    With `if_updated_at`, only the post as it was then is changed: of two who change the same state, the second learns
    of the first. Raises NotSignedIn, NotAllowed, InvalidInput, NotFound (post, category, image) and EditConflict.
    """
    id_: int = primary_key("post", post_id)
    stored = requirements.require_may_change_post(viewer, await Post.get_or_none(id=id_))
    _require_unchanged_since(if_updated_at, stored)
    values = await validated(fields, policy, Client(viewer.id), stored)
    await search_documents.prepare(*(values.get(name, getattr(stored, name)) for name in TEXT))
    await _update(viewer, id_, values, if_updated_at)
    return id_


@unit_of_work
async def publish_post(viewer: Viewer, post_id: str) -> int:
    """Make a draft or a scheduled post public now; its id. Raises NotSignedIn, NotAllowed, NotFound."""
    post = requirements.require_may_change_post(viewer, await _locked(primary_key("post", post_id)))
    if not _is_public(viewer, post):
        await _update(viewer, post.id, {"published_at": viewer.now})
    return int(post.id)


@unit_of_work
async def delete_post(viewer: Viewer, post_id: str) -> None:
    """Delete a post, its comments and its addresses. Raises NotSignedIn, NotAllowed, NotFound."""
    post = requirements.require_may_change_post(viewer, await _locked(primary_key("post", post_id)))
    changes = await feed_events.vanished(post, post.category_id) if post.counted else []
    await filing.lock([post])
    await counters.uncount_post(post)
    await outgoing_linkbacks.withdraw(post)
    await post.delete()
    await event_log.append(changes)


@retry_on_conflict
@unit_of_work
async def _insert(viewer: Viewer, values: dict[str, Any], request: IdempotentRequest) -> int:
    if (made := await request.made()) is not None:
        return await _written_before(viewer, made)
    categories, tags = places(values), await filing.tags_called(values.get("tags", ()))
    await _lock(categories, tags)
    appears = published(values.get("published_at"), viewer.now)
    await archive_months.opened([appears["published_at"]])
    await images.require_usable(viewer, values.get("image"))
    post = Post(
        **{column: values[column] for column in AS_GIVEN if column in values},
        **appears,
        author_id=viewer.id,
        category_id=categories[0],
        image_id=values.get("image"),
        created_at=viewer.now,
        updated_at=viewer.now,
        last_commented_at=counters.NEVER,
        slug=await slugs.post_slug(values["title"], values.get("slug")),
        slug_chosen=values.get("slug") is not None,
    )
    await post.save()
    await slugs.keep(post)
    await filing.file(post, categories)
    await filing.tag(post, tags)
    await search_documents.note_post(post)
    await request.note(post.id)
    if _is_public(viewer, post):
        await counters.count_post(post)
        await outgoing_linkbacks.look_later([post])
    return int(post.id)


def _needed(fields: PostFields) -> PostFields:
    """The fields of a new post, with null for what it cannot be without; of its places, one may be null."""
    given: PostFields = {"title": None, "body": None, **fields}
    if given.get("categories") is None:
        given.pop("categories", None)
        given.setdefault("category", None)
    elif given.get("category") is None:
        given.pop("category", None)
    return given


async def _written_before(viewer: Viewer, post_id: int) -> int:
    """The post that a request has made already."""
    post = await Post.get_or_none(id=post_id)
    if post is None or not permissions.sees_post(viewer, post):
        raise NotFound("The post that this key stands for is no longer there.")
    return post_id


@retry_on_conflict
@unit_of_work
async def _update(
    viewer: Viewer, id_: int, values: dict[str, Any], if_updated_at: datetime | None = None
) -> None:
    post = requirements.require_may_change_post(viewer, await _locked(id_))
    _require_unchanged_since(if_updated_at, post)
    if changed := await changes(post, values, viewer.now):
        await _write(viewer, post, changed)


async def _write(viewer: Viewer, post: Post, changed: dict[str, Any]) -> None:
    was_public_in = post.category_id if post.counted else None
    stays = post.counted and not changed.keys() & {"status", "published_at"}
    categories, names = changed.pop("categories", None), changed.pop("tags", None)
    tags = None if names is None else await filing.tags_called(names)
    await _lock(
        [*await filing.categories_of(post), *(categories or ())], [*await filing.tags_of(post), *(tags or ())]
    )
    await archive_months.opened({post.published_at, changed.get("published_at", post.published_at)})
    await images.require_usable(viewer, changed.get("image_id"))
    await counters.uncount_post(post)
    await revisions.keep_post(post, changed, viewer)
    for column, value in changed.items():
        setattr(post, column, value)
    await post.save()
    await search_documents.note_post(post, changed)
    if "language" in changed:
        await search_index.index_comments_of(post)
    if "slug" in changed:
        await slugs.keep(post)
    await _file(post, categories, tags)
    if stays or _is_public(viewer, post):
        await counters.count_post(post)
    if was_public_in is not None or post.counted:
        await _look_later(post, changed)
    await event_log.append(await feed_events.updated(post, was_public_in))


async def _look_later(post: Post, changed: dict[str, Any]) -> None:
    """Where it may link to others than before, or no longer."""
    if changed.keys() & {"body_html", "status", "published_at", "kind"}:
        await outgoing_linkbacks.look_later([post])


def _require_unchanged_since(read_at: datetime | None, post: Post) -> None:
    if read_at is not None and post.updated_at != read_at:
        raise EditConflict(post.updated_at)


def _is_public(viewer: Viewer, post: Post) -> bool:
    return matches(permissions.public_posts(viewer), post)


async def _locked(id_: int) -> Post | None:
    return await Post.filter(id=id_).select_for_update().first()


async def _lock(categories: Collection[int], tags: Collection[int]) -> None:
    if await filing.lock_terms({*categories}, {*tags}) < len({*categories}):
        raise NotFound("There is no such category.")


async def _file(post: Post, categories: Sequence[int] | None, tags: Sequence[int] | None) -> None:
    """File it elsewhere; None: where it is, which copies what it is now."""
    if categories is not None:
        await filing.file(post, categories)
    if tags is not None:
        await filing.tag(post, tags)
    await filing.refresh([post.id])
