from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index, PartialIndex
from tortoise.migrations import operations as ops

from models.comment import CommentStatus
from models.fields import GivenKeyField, InstantField
from models.post import PostStatus
from models.user import Role


class Migration(migrations.Migration):
    initial = True

    operations = [
        ops.CreateModel(
            name="Category",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("slug", fields.CharField(unique=True, max_length=100)),
                ("name", fields.CharField(max_length=100)),
                ("description", fields.TextField(default="", unique=False)),
                (
                    "parent",
                    fields.ForeignKeyField(
                        "models.Category",
                        source_field="parent_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="children",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("position", fields.IntField(default=0)),
                ("post_count", fields.IntField(default=0)),
            ],
            options={
                "table": "categories",
                "app": "models",
                "indexes": [Index(fields=["parent_id", "position", "id"])],
                "pk_attr": "id",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="CommentEvent",
            fields=[
                ("position", GivenKeyField()),
                ("cursor", fields.CharField(max_length=40)),
                ("happened_at", InstantField(generated=False, null=False, unique=False)),
                ("comment_id", fields.BigIntField()),
                ("post_id", fields.BigIntField()),
                ("category_id", fields.BigIntField()),
                ("author_id", fields.BigIntField(null=True)),
                (
                    "status_before",
                    fields.CharEnumField(
                        null=True,
                        description="PENDING: PENDING\nAPPROVED: APPROVED\nREJECTED: REJECTED\nSPAM: SPAM",
                        enum_type=CommentStatus,
                        max_length=8,
                    ),
                ),
                (
                    "status_after",
                    fields.CharEnumField(
                        null=True,
                        description="PENDING: PENDING\nAPPROVED: APPROVED\nREJECTED: REJECTED\nSPAM: SPAM",
                        enum_type=CommentStatus,
                        max_length=8,
                    ),
                ),
            ],
            options={
                "table": "comment_events",
                "app": "models",
                "indexes": [
                    Index(fields=["post_id", "position"]),
                    Index(fields=["category_id", "position"]),
                    Index(fields=["happened_at"]),
                ],
                "pk_attr": "position",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Feed",
            fields=[
                ("id", GivenKeyField()),
                ("position", fields.BigIntField()),
                ("cursor", fields.CharField(max_length=40)),
            ],
            options={"table": "feed", "app": "models", "pk_attr": "id"},
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Throttle",
            fields=[
                ("key", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=300)),
                ("attempts", fields.IntField()),
                ("window_ends_at", InstantField(generated=False, null=False, unique=False)),
                ("blocked_until", InstantField(null=True, generated=False, unique=False)),
            ],
            options={
                "table": "throttles",
                "app": "models",
                "indexes": [Index(fields=["window_ends_at"])],
                "pk_attr": "key",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="User",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("username", fields.CharField(unique=True, max_length=30)),
                ("email", fields.CharField(unique=True, max_length=254)),
                ("name", fields.CharField(max_length=100)),
                ("bio", fields.TextField(default="", unique=False)),
                ("website", fields.CharField(null=True, max_length=500)),
                (
                    "role",
                    fields.CharEnumField(
                        default=Role.READER,
                        description="READER: READER\nAUTHOR: AUTHOR\nMODERATOR: MODERATOR\nADMIN: ADMIN",
                        enum_type=Role,
                        max_length=10,
                    ),
                ),
                ("password_hash", fields.CharField(max_length=200)),
                ("created_at", InstantField(generated=False, null=False, unique=False)),
            ],
            options={"table": "users", "app": "models", "pk_attr": "id"},
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Post",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("slug", fields.CharField(unique=True, max_length=100)),
                ("title", fields.CharField(max_length=200)),
                ("body", fields.TextField(unique=False)),
                ("body_html", fields.TextField(unique=False)),
                ("excerpt", fields.TextField(unique=False)),
                ("language", fields.CharField(max_length=35)),
                (
                    "status",
                    fields.CharEnumField(
                        default=PostStatus.DRAFT,
                        description="DRAFT: DRAFT\nSCHEDULED: SCHEDULED\nPUBLISHED: PUBLISHED",
                        enum_type=PostStatus,
                        max_length=9,
                    ),
                ),
                ("published_at", InstantField(generated=False, null=False, unique=False)),
                ("created_at", InstantField(generated=False, null=False, unique=False)),
                ("updated_at", InstantField(generated=False, null=False, unique=False)),
                (
                    "author",
                    fields.ForeignKeyField(
                        "models.User",
                        source_field="author_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="posts",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "category",
                    fields.ForeignKeyField(
                        "models.Category",
                        source_field="category_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="posts",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("comments_open", fields.BooleanField(default=True)),
                ("comment_count", fields.IntField(default=0)),
                ("last_commented_at", InstantField(generated=False, null=False, unique=False)),
                ("counted", fields.BooleanField(default=False)),
            ],
            options={
                "table": "posts",
                "app": "models",
                "indexes": [
                    Index(fields=["status", "published_at", "id"]),
                    Index(fields=["status", "comment_count", "id"]),
                    Index(fields=["status", "last_commented_at", "id"]),
                    Index(fields=["category_id", "status", "published_at", "id"]),
                    Index(fields=["category_id", "status", "comment_count", "id"]),
                    Index(fields=["category_id", "status", "last_commented_at", "id"]),
                    Index(fields=["author_id", "status", "published_at", "id"]),
                    Index(fields=["author_id", "status", "comment_count", "id"]),
                    Index(fields=["author_id", "status", "last_commented_at", "id"]),
                    Index(fields=["language", "status", "published_at", "id"]),
                    Index(fields=["language", "status", "comment_count", "id"]),
                    Index(fields=["language", "status", "last_commented_at", "id"]),
                    PartialIndex(
                        fields=["category_id", "published_at"],
                        name="idx_posts_uncounted",
                        condition={"counted": False},
                    ),
                ],
                "pk_attr": "id",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Comment",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "post",
                    fields.ForeignKeyField(
                        "models.Post",
                        source_field="post_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="comments",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "author",
                    fields.ForeignKeyField(
                        "models.User",
                        source_field="author_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="comments",
                        on_delete=OnDelete.SET_NULL,
                    ),
                ),
                (
                    "parent",
                    fields.ForeignKeyField(
                        "models.Comment",
                        source_field="parent_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="replies",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("depth", fields.IntField(default=0)),
                ("body", fields.TextField(unique=False)),
                ("body_html", fields.TextField(unique=False)),
                (
                    "status",
                    fields.CharEnumField(
                        default=CommentStatus.PENDING,
                        description="PENDING: PENDING\nAPPROVED: APPROVED\nREJECTED: REJECTED\nSPAM: SPAM",
                        enum_type=CommentStatus,
                        max_length=8,
                    ),
                ),
                ("created_at", InstantField(generated=False, null=False, unique=False)),
                ("edited_at", InstantField(null=True, generated=False, unique=False)),
                ("deleted_at", InstantField(null=True, generated=False, unique=False)),
                ("reply_count", fields.IntField(default=0)),
            ],
            options={
                "table": "comments",
                "app": "models",
                "indexes": [
                    Index(fields=["post_id", "depth", "created_at", "id"]),
                    Index(fields=["post_id", "created_at", "id"]),
                    Index(fields=["parent_id", "created_at", "id"]),
                    Index(fields=["author_id", "created_at", "id"]),
                    Index(fields=["status", "created_at", "id"]),
                    Index(fields=["created_at", "id"]),
                ],
                "pk_attr": "id",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="PostSlug",
            fields=[
                ("slug", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=100)),
                (
                    "post",
                    fields.ForeignKeyField(
                        "models.Post",
                        source_field="post_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="slugs",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
            ],
            options={
                "table": "post_slugs",
                "app": "models",
                "indexes": [Index(fields=["post_id"])],
                "pk_attr": "slug",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Session",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "user",
                    fields.ForeignKeyField(
                        "models.User",
                        source_field="user_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="sessions",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("token_hash", fields.CharField(unique=True, max_length=64)),
                ("created_at", InstantField(generated=False, null=False, unique=False)),
                ("expires_at", InstantField(generated=False, null=False, unique=False)),
            ],
            options={
                "table": "sessions",
                "app": "models",
                "indexes": [Index(fields=["user_id"]), Index(fields=["expires_at"])],
                "pk_attr": "id",
            },
            bases=["Model"],
        ),
    ]
