"""The log behind the live comment feed."""

from datetime import datetime

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from models.comment import CommentStatus
from models.fields import GivenKeyField, InstantField


class Feed(Model):
    """One row: how far the log reaches. `cursor` is the last event's, ready to be shown.

    Every writer raises `position` here as the last statement of its transaction, so the order of positions is
    the order of commits on every database, and no smaller position can appear after a larger one.
    """

    id = GivenKeyField()
    position = fields.BigIntField()
    cursor = fields.CharField(max_length=40)

    class Meta:
        table = "feed"


class CommentEvent(Model):
    """Something that happened to a comment: its status before and after, null where it did not exist.

    `cursor` is the position and a random mark: after a restored backup the same position has another mark, so
    a cursor from the lost future is recognised instead of silently skipping. No foreign keys: a row outlives
    its comment. `moved` events are about the category alone: the comment's post came into it, or left it.
    Those of a linkback have `linkback_id`, and 0 as `comment_id`; their statuses are PENDING, APPROVED or null.
    """

    position = GivenKeyField()
    cursor = fields.CharField(max_length=40)
    happened_at: datetime = InstantField()
    comment_id = fields.BigIntField()
    parent_id = fields.BigIntField(null=True)
    post_id = fields.BigIntField()
    category_id = fields.BigIntField()
    author_id = fields.BigIntField(null=True)
    status_before = fields.CharEnumField(CommentStatus, max_length=8, null=True)
    status_after = fields.CharEnumField(CommentStatus, max_length=8, null=True)
    moved = fields.BooleanField(default=False, db_default=False)
    linkback_id = fields.BigIntField(null=True)

    class Meta:
        table = "comment_events"
        indexes = [
            Index(fields=("post_id", "position")),
            Index(fields=("category_id", "position")),
            Index(fields=("happened_at",)),
        ]
