"""What posts and comments were before they were changed: each change keeps the state that it replaces.

The first change keeps the one that it makes, too, and so does each after it: who wrote the present text, and when, is
told nowhere else by the time it is replaced in its turn.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from auth.viewer import Viewer
from models import Comment, CommentRevision, Post, PostRevision
from models.revision import Revision

Text = dict[str, Any]
"""The columns of a revision that say what was written."""
POST_TEXT = ("title", "body", "body_format")


async def keep_post(post: Post, changed: Mapping[str, Any], viewer: Viewer) -> None:
    """Before these columns of a post become other than they are. Its row is locked; joins the unit of work."""
    former = {column: getattr(post, column) for column in POST_TEXT}
    new = {column: changed.get(column, text) for column, text in former.items()}
    if new != former:
        written = (post.author_id, post.created_at, post.updated_at)
        await _keep(PostRevision, {"post_id": post.id}, (former, new), written, viewer)


async def keep_comment(comment: Comment, body: str, viewer: Viewer) -> None:
    """Before a comment gets another body; likewise, its post's row is locked."""
    former = {"body": comment.body, "body_format": comment.body_format}
    written = (comment.author_id, comment.created_at, comment.edited_at or comment.created_at)
    states = (former, {**former, "body": body})
    await _keep(CommentRevision, {"comment_id": comment.id}, states, written, viewer)


async def _keep(
    model: type[Revision],
    owner: dict[str, int],
    states: tuple[Text, Text],
    written: tuple[int | None, datetime, datetime],
    viewer: Viewer,
) -> None:
    """`written`: by whom a former state was that no revision tells of, and when; first the first one of all."""
    (former, new), (author_id, first_at, later_at) = states, written
    latest = await model.filter(**owner).order_by("-number").first()
    number = latest.number if latest else 0
    kept = []
    if latest is None or any(getattr(latest, column) != text for column, text in former.items()):
        number += 1
        moment = later_at if latest else first_at
        kept.append(model(**owner, **former, number=number, author_id=author_id, created_at=moment))
    kept.append(model(**owner, **new, number=number + 1, author_id=viewer.id, created_at=viewer.now))
    await model.bulk_create(kept)
