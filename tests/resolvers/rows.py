"""What the tests of the verbs look at: viewers, all rows, and what the log says."""

from datetime import datetime
from typing import Any

import models
from auth.viewer import Viewer, anonymous, now
from models import CommentEvent, Role, User
from resolvers.policy import Moderation, Policy

POLICY = Policy()
BEFORE = Policy(moderation=Moderation.BEFORE)

ROWS = (
    *(models.User, models.Session, models.Throttle, models.Category, models.Post, models.PostSlug),
    *(models.PostRevision, models.CommentRevision),
    *(models.Tag, models.PostCategory, models.PostTag, models.PathAlias, models.PageAddress),
    *(models.Comment, models.Feed, models.CommentEvent, models.IdempotencyKey, models.Image),
    *(models.Linkback, models.OutgoingLinkback, models.Job, models.ArchiveYear, models.ArchiveMonth),
    models.PostVisit,
    models.ImportReport,
)


def viewing(user: User | None, at: datetime | None = None) -> Viewer:
    """The user, looking now."""
    if user is None:
        return anonymous()
    return Viewer(user.id, user.role, at or now())


async def all_rows() -> dict[str, list[dict[str, Any]]]:
    """Every row of every table."""
    return {row.__name__: await row.all().order_by(row._meta.pk_attr).values() for row in ROWS}  # noqa: SLF001


async def happened() -> list[tuple[int, str | None, str | None]]:
    """What the log has, in order: the comment, its status before and after."""
    events = CommentEvent.filter(position__gt=0).order_by("position")
    return [
        (comment_id, before and before.value, after and after.value)
        for comment_id, before, after in await events.values_list(
            "comment_id", "status_before", "status_after"
        )
    ]


ROLES: tuple[Role | None, ...] = (None, *Role)
