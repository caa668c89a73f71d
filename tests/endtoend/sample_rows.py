"""Rows of somebody else's, for people to try things on."""

from dataclasses import dataclass
from typing import Any

from models import CommentStatus
from tests import factories


@dataclass(frozen=True)
class SampleRows:
    """Global ids."""

    category: str
    empty_category: str
    post: str
    draft: str
    scheduled: str
    closed: str
    comment: str
    pending: str
    rejected: str
    under_draft: str
    tombstone: str
    image: str
    author: str


async def sample_rows() -> SampleRows:
    """A category with posts of every state, and comments of every state under one of them."""
    category, empty = await factories.category(), await factories.category()
    author = await factories.author()

    async def post(**values: Any) -> int:
        made = await factories.post(author=author, category=category, **values)
        return int(made.id)

    public, draft = await post(), (await factories.draft(author=author, category=category)).id
    comment = await factories.comment(post_id=public)
    await factories.comment(parent=comment)
    pending = await factories.comment(post_id=public, status=CommentStatus.PENDING)
    rejected = await factories.comment(post_id=public, status=CommentStatus.REJECTED)
    tombstone = await factories.tombstone(post_id=public)
    await factories.comment(parent=tombstone)
    return SampleRows(
        category=f"category_{category.id}",
        empty_category=f"category_{empty.id}",
        post=f"post_{public}",
        draft=f"post_{draft}",
        scheduled=f"post_{(await factories.scheduled(author=author, category=category)).id}",
        closed=f"post_{await post(comments_open=False)}",
        comment=f"comment_{comment.id}",
        pending=f"comment_{pending.id}",
        rejected=f"comment_{rejected.id}",
        under_draft=f"comment_{(await factories.comment(post_id=draft)).id}",
        tombstone=f"comment_{tombstone.id}",
        image=f"image_{(await factories.image(uploader=author)).id}",
        author=f"user_{author.id}",
    )
