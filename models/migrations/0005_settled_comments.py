"""What was decided about a comment apart from what has become of it, parents in the feed's log, idempotency keys.

Replies of comments that are not approved, and empty places without visible replies, are hidden from here on, and are
no longer counted.

Most comments are approved, and so is the new column's default: they need not be written again.
"""

# ruff: noqa: S608 - the statements below are put together from texts of ours
from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops
from tortoise.migrations.schema_editor import BaseSchemaEditor
from tortoise.migrations.schema_generator.state_apps import StateApps

from models.comment import CommentDecision, CommentStatus
from models.fields import InstantField

NEVER = "1970-01-01T00:00:00.000000Z"
SETTLED = """
WITH RECURSIVE thread (id, parent_id, decision, deleted_at, reached) AS (
    SELECT id, parent_id, decision, deleted_at, 1 FROM comments WHERE parent_id IS NULL
    UNION ALL
    SELECT reply.id, reply.parent_id, reply.decision, reply.deleted_at,
        CASE WHEN thread.reached = 1 AND thread.decision = 'APPROVED' THEN 1 ELSE 0 END
    FROM thread JOIN comments AS reply ON reply.parent_id = thread.id
), held (id, decision) AS (
    SELECT parent_id, decision FROM thread
    WHERE reached = 1 AND deleted_at IS NULL AND decision IN ('APPROVED', 'PENDING') AND parent_id IS NOT NULL
    UNION
    SELECT place.parent_id, held.decision FROM held JOIN comments AS place ON place.id = held.id
    WHERE place.deleted_at IS NOT NULL AND place.parent_id IS NOT NULL
), settled (id, becomes) AS (
    SELECT id, CASE
        WHEN decision IN ('REJECTED', 'SPAM') THEN decision
        WHEN reached = 0 THEN 'HIDDEN'
        WHEN deleted_at IS NULL THEN decision
        WHEN id IN (SELECT id FROM held WHERE decision = 'APPROVED') THEN 'APPROVED'
        WHEN id IN (SELECT id FROM held WHERE decision = 'PENDING') THEN 'PENDING'
        ELSE 'HIDDEN'
    END FROM thread
)
UPDATE comments SET status = becomes FROM settled WHERE settled.id = comments.id AND comments.status <> becomes
"""
COUNTED = "status = 'APPROVED' AND deleted_at IS NULL"
COUNT = f"SELECT COUNT(CASE WHEN {COUNTED} THEN 1 END)"
REPLIES = f"({COUNT} FROM comments AS reply WHERE reply.parent_id = comments.id)"
NEWEST = f"(SELECT MAX(CASE WHEN {COUNTED} THEN created_at END) FROM comments WHERE post_id = posts.id)"
LAST = f"COALESCE({NEWEST}, '{NEVER}')"
COMMENTS = f"({COUNT} FROM comments WHERE post_id = posts.id)"
RECOUNTED = (
    f"UPDATE posts SET comment_count = {COMMENTS}, last_commented_at = {LAST} "
    f"WHERE comment_count <> {COMMENTS} OR last_commented_at <> {LAST}"
)
FILLING = (
    "UPDATE comments SET decision = status WHERE status <> 'APPROVED'",
    SETTLED,
    f"UPDATE comments SET reply_count = {REPLIES} WHERE reply_count <> {REPLIES}",
    RECOUNTED,
    "UPDATE comment_events SET parent_id = (SELECT parent_id FROM comments WHERE id = comment_events.comment_id)",
)


class RedescribeField(ops.AlterField):
    """Another enum for a column that stays as it is: SQLite would copy the whole table for it."""

    async def database_forward(self, *_: object, **__: object) -> None:
        """Nothing to do in the database."""

    database_backward = database_forward


async def fill(_apps: StateApps, editor: BaseSchemaEditor) -> None:
    for statement in FILLING:
        await editor.client.execute_query(statement)


async def restore(_apps: StateApps, editor: BaseSchemaEditor) -> None:
    await editor.client.execute_query("UPDATE comments SET status = decision")


STATUSES = "PENDING: PENDING\nAPPROVED: APPROVED\nREJECTED: REJECTED\nSPAM: SPAM"


class Migration(migrations.Migration):
    dependencies = [("models", "0004_events_of_moves")]

    initial = False

    operations = [
        ops.CreateModel(
            name="IdempotencyKey",
            fields=[
                ("digest", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=64)),
                ("fingerprint", fields.CharField(max_length=64)),
                ("row_id", fields.BigIntField()),
                ("created_at", InstantField(generated=False, null=False, unique=False)),
            ],
            options={
                "table": "idempotency_keys",
                "app": "models",
                "indexes": [Index(fields=["created_at"])],
                "pk_attr": "digest",
            },
            bases=["Model"],
        ),
        RedescribeField(
            model_name="Comment",
            name="status",
            field=fields.CharEnumField(
                default=CommentStatus.PENDING,
                description=f"{STATUSES}\nHIDDEN: HIDDEN",
                enum_type=CommentStatus,
                max_length=8,
            ),
        ),
        ops.AddField(
            model_name="Comment",
            name="decision",
            field=fields.CharEnumField(
                default=CommentDecision.PENDING,
                description=STATUSES,
                db_default="APPROVED",
                enum_type=CommentDecision,
                max_length=8,
            ),
        ),
        *(
            RedescribeField(
                model_name="CommentEvent",
                name=name,
                field=fields.CharEnumField(
                    null=True,
                    description=f"{STATUSES}\nHIDDEN: HIDDEN",
                    enum_type=CommentStatus,
                    max_length=8,
                ),
            )
            for name in ("status_after", "status_before")
        ),
        ops.AddField(model_name="CommentEvent", name="parent_id", field=fields.BigIntField(null=True)),
        ops.RunPython(fill, restore),
    ]
