"""What a real blog holds: tags, several categories a post, pages, guests, pictures, former addresses, revisions.

Each post is filed in its category, as its only one. Lists of posts are of one kind, which their indexes begin with now;
those of a category are read from where posts are filed.
"""

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index, PartialIndex
from tortoise.migrations import operations as ops
from tortoise.migrations.schema_editor import BaseSchemaEditor
from tortoise.migrations.schema_generator.state_apps import StateApps

from models.fields import InstantField
from models.linkback import LinkbackKind, LinkbackStatus
from models.post import BodyFormat, PostKind, PostStatus
from models.together import Together

FILED = """
INSERT INTO post_categories (
    position, kind, status, published_at, counted, comment_count, last_commented_at, author_id, post_id, category_id
) SELECT 0, kind, status, published_at, counted, comment_count, last_commented_at, author_id, id, category_id
FROM posts ORDER BY id
"""
ROWS_ALIKE = {
    ("post_categories", "idx_post_catego_categor_7a4816"): "6000 250 250 250 1 1",
    ("post_categories", "idx_post_catego_categor_9089d4"): "6000 250 250 250 5 1",
    ("post_categories", "idx_post_catego_categor_d2d2f8"): "6000 250 250 250 1 1 1",
    ("post_categories", "idx_post_categories_uncounted"): "100 4 1",
    ("post_categories", "sqlite_autoindex_post_categories_1"): "6000 2 1",
    ("post_tags", "idx_post_tags_tag_id_4e8ef5"): "15000 60 60 60 1 1",
    ("post_tags", "idx_post_tags_tag_id_515373"): "15000 60 60 60 4 1",
    ("post_tags", "idx_post_tags_tag_id_f49e9e"): "15000 60 60 60 1 1 1",
    ("post_tags", "idx_post_tags_uncounted"): "300 2 1",
    ("post_tags", "sqlite_autoindex_post_tags_1"): "15000 3 1",
    ("posts", "idx_posts_author__6c64df"): "5000 125 125 125 1 1 1",
    ("posts", "idx_posts_author__92853e"): "5000 125 125 125 4 1",
    ("posts", "idx_posts_author__fa55b7"): "5000 125 125 125 1 1",
    ("posts", "idx_posts_categor_61a729"): "5000 209",
    ("posts", "idx_posts_image_i_eb7b19"): "5000 2",
    ("posts", "idx_posts_kind_6d6e1c"): "5000 5000 5000 1 1 1",
    ("posts", "idx_posts_kind_cd7ed7"): "5000 5000 5000 1 1",
    ("posts", "idx_posts_kind_df8cab"): "5000 5000 5000 28 1",
    ("posts", "idx_posts_languag_04e9fd"): "5000 2500 2500 2500 1 1 1",
    ("posts", "idx_posts_languag_5558c8"): "5000 2500 2500 2500 19 1",
    ("posts", "idx_posts_languag_88cc16"): "5000 2500 2500 2500 1 1",
}
"""What SQLite's planner should believe, as in 0003."""


async def file(_apps: StateApps, editor: BaseSchemaEditor) -> None:
    await editor.client.execute_query(FILED)
    if editor.client.capabilities.dialect == "sqlite":
        for (table, index), stat in ROWS_ALIKE.items():
            await editor.client.execute_query(
                "INSERT INTO sqlite_stat1 VALUES (?, ?, ?)", [table, index, stat]
            )


async def unfile(_apps: StateApps, editor: BaseSchemaEditor) -> None:
    """The tables go, and SQLite forgets what it believed together with their indexes."""


class Migration(migrations.Migration):
    dependencies = [("models", "0007_noticed_posts")]

    initial = False

    operations = [
        ops.CreateModel(
            name="CommentRevision",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("number", fields.IntField()),
                ("body", fields.TextField(unique=False)),
                (
                    "body_format",
                    fields.CharEnumField(
                        description="MARKDOWN: MARKDOWN\nHTML: HTML", enum_type=BodyFormat, max_length=8
                    ),
                ),
                ("created_at", InstantField(generated=False, null=False, unique=False)),
                (
                    "comment",
                    fields.ForeignKeyField(
                        "models.Comment",
                        source_field="comment_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="revisions",
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
                        related_name="comment_revisions",
                        on_delete=OnDelete.SET_NULL,
                    ),
                ),
            ],
            options={
                "table": "comment_revisions",
                "app": "models",
                "unique_together": (("comment_id", "number"),),
                "pk_attr": "id",
            },
            bases=["Revision"],
        ),
        ops.CreateModel(
            name="Image",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("digest", fields.CharField(max_length=64)),
                ("media_type", fields.CharField(max_length=40)),
                ("width", fields.IntField()),
                ("height", fields.IntField()),
                ("bytes", fields.BigIntField()),
                ("alt", fields.TextField(default="", unique=False)),
                (
                    "uploader",
                    fields.ForeignKeyField(
                        "models.User",
                        source_field="uploader_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="images",
                        on_delete=OnDelete.SET_NULL,
                    ),
                ),
                ("created_at", InstantField(generated=False, null=False, unique=False)),
            ],
            options={
                "table": "images",
                "app": "models",
                "indexes": [Index(fields=["digest"]), Index(fields=["uploader_id"])],
                "pk_attr": "id",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="ImportedRow",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("source", fields.CharField(max_length=200)),
                ("kind", fields.CharField(max_length=10)),
                ("key", fields.CharField(max_length=500)),
                ("row_id", fields.BigIntField()),
                ("digest", fields.CharField(max_length=64)),
            ],
            options={
                "table": "imported_rows",
                "app": "models",
                "unique_together": (("source", "kind", "key"),),
                "indexes": [Index(fields=["kind", "row_id"])],
                "pk_attr": "id",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Linkback",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "post",
                    fields.ForeignKeyField(
                        "models.Post",
                        source_field="post_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="linkbacks",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "kind",
                    fields.CharEnumField(
                        description="TRACKBACK: TRACKBACK\nPINGBACK: PINGBACK\nWEBMENTION: WEBMENTION",
                        enum_type=LinkbackKind,
                        max_length=10,
                    ),
                ),
                ("source_url", fields.TextField(unique=False)),
                ("source_digest", fields.CharField(max_length=64)),
                ("site_name", fields.CharField(default="", max_length=200)),
                ("title", fields.CharField(default="", max_length=200)),
                ("excerpt", fields.TextField(default="", unique=False)),
                ("author_name", fields.CharField(null=True, max_length=100)),
                (
                    "status",
                    fields.CharEnumField(
                        description="\n".join(f"{status}: {status}" for status in LinkbackStatus),
                        enum_type=LinkbackStatus,
                        max_length=9,
                    ),
                ),
                ("received_at", InstantField(generated=False, null=False, unique=False)),
                ("verified_at", InstantField(null=True, generated=False, unique=False)),
            ],
            options={
                "table": "linkbacks",
                "app": "models",
                "unique_together": (("post_id", "source_digest"),),
                "indexes": [
                    Index(fields=["post_id", "status", "received_at", "id"]),
                    Index(fields=["status", "received_at", "id"]),
                ],
                "pk_attr": "id",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="PostCategory",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("position", fields.IntField()),
                (
                    "kind",
                    fields.CharEnumField(
                        description="ARTICLE: ARTICLE\nPAGE: PAGE\nEXTERNAL: EXTERNAL",
                        enum_type=PostKind,
                        max_length=8,
                    ),
                ),
                (
                    "status",
                    fields.CharEnumField(
                        description="DRAFT: DRAFT\nSCHEDULED: SCHEDULED\nPUBLISHED: PUBLISHED",
                        enum_type=PostStatus,
                        max_length=9,
                    ),
                ),
                ("published_at", InstantField(generated=False, null=False, unique=False)),
                ("counted", fields.BooleanField()),
                ("comment_count", fields.IntField()),
                ("last_commented_at", InstantField(generated=False, null=False, unique=False)),
                ("author_id", fields.BigIntField()),
                (
                    "post",
                    fields.ForeignKeyField(
                        "models.Post",
                        source_field="post_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="filed",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "category",
                    fields.ForeignKeyField(
                        "models.Category",
                        source_field="category_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="filed",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
            ],
            options={
                "table": "post_categories",
                "app": "models",
                "unique_together": (("post_id", "category_id"),),
                "indexes": [
                    Index(fields=["category_id", "kind", "status", "published_at", "post_id", "counted"]),
                    Index(fields=["category_id", "kind", "status", "comment_count", "post_id"]),
                    Index(fields=["category_id", "kind", "status", "last_commented_at", "post_id"]),
                    PartialIndex(
                        fields=["category_id", "published_at"],
                        name="idx_post_categories_uncounted",
                        condition={"counted": False},
                    ),
                ],
                "pk_attr": "id",
            },
            bases=["Filing"],
        ),
        ops.CreateModel(
            name="PostRevision",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("number", fields.IntField()),
                ("body", fields.TextField(unique=False)),
                (
                    "body_format",
                    fields.CharEnumField(
                        description="MARKDOWN: MARKDOWN\nHTML: HTML", enum_type=BodyFormat, max_length=8
                    ),
                ),
                ("created_at", InstantField(generated=False, null=False, unique=False)),
                (
                    "post",
                    fields.ForeignKeyField(
                        "models.Post",
                        source_field="post_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="revisions",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("title", fields.CharField(max_length=200)),
                (
                    "author",
                    fields.ForeignKeyField(
                        "models.User",
                        source_field="author_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="post_revisions",
                        on_delete=OnDelete.SET_NULL,
                    ),
                ),
            ],
            options={
                "table": "post_revisions",
                "app": "models",
                "unique_together": (("post_id", "number"),),
                "pk_attr": "id",
            },
            bases=["Revision"],
        ),
        ops.CreateModel(
            name="Tag",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("slug", fields.CharField(unique=True, max_length=100)),
                ("name", fields.CharField(max_length=100)),
                ("key", fields.CharField(unique=True, max_length=300)),
                ("post_count", fields.IntField(default=0)),
            ],
            options={
                "table": "tags",
                "app": "models",
                "indexes": [Index(fields=["name", "id"]), Index(fields=["post_count", "id"])],
                "pk_attr": "id",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="PathAlias",
            fields=[
                ("path", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=1000)),
                (
                    "post",
                    fields.ForeignKeyField(
                        "models.Post",
                        source_field="post_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="aliases",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "category",
                    fields.ForeignKeyField(
                        "models.Category",
                        source_field="category_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="aliases",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "tag",
                    fields.ForeignKeyField(
                        "models.Tag",
                        source_field="tag_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="aliases",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "user",
                    fields.ForeignKeyField(
                        "models.User",
                        source_field="user_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="aliases",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
            ],
            options={
                "table": "path_aliases",
                "app": "models",
                "indexes": [
                    Index(fields=["post_id"]),
                    Index(fields=["category_id"]),
                    Index(fields=["tag_id"]),
                    Index(fields=["user_id"]),
                ],
                "pk_attr": "path",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="PostTag",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("position", fields.IntField()),
                (
                    "kind",
                    fields.CharEnumField(
                        description="ARTICLE: ARTICLE\nPAGE: PAGE\nEXTERNAL: EXTERNAL",
                        enum_type=PostKind,
                        max_length=8,
                    ),
                ),
                (
                    "status",
                    fields.CharEnumField(
                        description="DRAFT: DRAFT\nSCHEDULED: SCHEDULED\nPUBLISHED: PUBLISHED",
                        enum_type=PostStatus,
                        max_length=9,
                    ),
                ),
                ("published_at", InstantField(generated=False, null=False, unique=False)),
                ("counted", fields.BooleanField()),
                ("comment_count", fields.IntField()),
                ("last_commented_at", InstantField(generated=False, null=False, unique=False)),
                ("author_id", fields.BigIntField()),
                (
                    "post",
                    fields.ForeignKeyField(
                        "models.Post",
                        source_field="post_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="tagged",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "tag",
                    fields.ForeignKeyField(
                        "models.Tag",
                        source_field="tag_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="tagged",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
            ],
            options={
                "table": "post_tags",
                "app": "models",
                "unique_together": (("post_id", "tag_id"),),
                "indexes": [
                    Index(fields=["tag_id", "kind", "status", "published_at", "post_id", "counted"]),
                    Index(fields=["tag_id", "kind", "status", "comment_count", "post_id"]),
                    Index(fields=["tag_id", "kind", "status", "last_commented_at", "post_id"]),
                    PartialIndex(
                        fields=["tag_id", "published_at"],
                        name="idx_post_tags_uncounted",
                        condition={"counted": False},
                    ),
                ],
                "pk_attr": "id",
            },
            bases=["Filing"],
        ),
        ops.AddField(
            model_name="Comment",
            name="body_format",
            field=fields.CharEnumField(
                default=BodyFormat.MARKDOWN,
                description="MARKDOWN: MARKDOWN\nHTML: HTML",
                db_default="MARKDOWN",
                enum_type=BodyFormat,
                max_length=8,
            ),
        ),
        ops.AddField(
            model_name="Post",
            name="address",
            field=fields.CharField(null=True, max_length=2000),
        ),
        ops.AddField(
            model_name="Post",
            name="body_format",
            field=fields.CharEnumField(
                default=BodyFormat.MARKDOWN,
                description="MARKDOWN: MARKDOWN\nHTML: HTML",
                db_default="MARKDOWN",
                enum_type=BodyFormat,
                max_length=8,
            ),
        ),
        ops.AddField(
            model_name="Post",
            name="image",
            field=fields.ForeignKeyField(
                "models.Image",
                source_field="image_id",
                null=True,
                db_constraint=True,
                to_field="id",
                related_name="posts",
                on_delete=OnDelete.SET_NULL,
            ),
        ),
        ops.AddField(
            model_name="Post",
            name="kind",
            field=fields.CharEnumField(
                default=PostKind.ARTICLE,
                description="ARTICLE: ARTICLE\nPAGE: PAGE\nEXTERNAL: EXTERNAL",
                db_default="ARTICLE",
                enum_type=PostKind,
                max_length=8,
            ),
        ),
        ops.AddField(
            model_name="Post",
            name="linkback_count",
            field=fields.IntField(default=0, db_default=0),
        ),
        ops.AddField(
            model_name="Post",
            name="pinned",
            field=fields.BooleanField(default=False, db_default=False),
        ),
        ops.AddField(
            model_name="Post",
            name="trackback_count",
            field=fields.IntField(default=0, db_default=0),
        ),
        Together(
            "Post",
            [
                ops.RemoveIndex(
                    model_name="Post",
                    name=None,
                    fields=["status", "comment_count", "id"],
                ),
                ops.RemoveIndex(
                    model_name="Post",
                    name=None,
                    fields=["status", "last_commented_at", "id"],
                ),
                ops.RemoveIndex(
                    model_name="Post",
                    name=None,
                    fields=["category_id", "status", "comment_count", "id"],
                ),
                ops.RemoveIndex(
                    model_name="Post",
                    name=None,
                    fields=["category_id", "status", "last_commented_at", "id"],
                ),
                ops.RemoveIndex(
                    model_name="Post",
                    name=None,
                    fields=["author_id", "status", "comment_count", "id"],
                ),
                ops.RemoveIndex(
                    model_name="Post",
                    name=None,
                    fields=["author_id", "status", "last_commented_at", "id"],
                ),
                ops.RemoveIndex(
                    model_name="Post",
                    name=None,
                    fields=["language", "status", "comment_count", "id"],
                ),
                ops.RemoveIndex(
                    model_name="Post",
                    name=None,
                    fields=["language", "status", "last_commented_at", "id"],
                ),
                ops.RemoveIndex(
                    model_name="Post",
                    name="idx_posts_uncounted",
                    fields=None,
                ),
                ops.RemoveIndex(
                    model_name="Post",
                    name=None,
                    fields=["status", "published_at", "id", "counted"],
                ),
                ops.RemoveIndex(
                    model_name="Post",
                    name=None,
                    fields=["category_id", "status", "published_at", "id", "counted"],
                ),
                ops.RemoveIndex(
                    model_name="Post",
                    name=None,
                    fields=["author_id", "status", "published_at", "id", "counted"],
                ),
                ops.RemoveIndex(
                    model_name="Post",
                    name=None,
                    fields=["language", "status", "published_at", "id", "counted"],
                ),
                ops.AddIndex(
                    model_name="Post",
                    index=Index(fields=["kind", "status", "published_at", "id", "counted"]),
                ),
                ops.AddIndex(
                    model_name="Post",
                    index=Index(fields=["kind", "status", "comment_count", "id"]),
                ),
                ops.AddIndex(
                    model_name="Post",
                    index=Index(fields=["kind", "status", "last_commented_at", "id"]),
                ),
                ops.AddIndex(
                    model_name="Post",
                    index=Index(fields=["author_id", "kind", "status", "published_at", "id", "counted"]),
                ),
                ops.AddIndex(
                    model_name="Post",
                    index=Index(fields=["author_id", "kind", "status", "comment_count", "id"]),
                ),
                ops.AddIndex(
                    model_name="Post",
                    index=Index(fields=["author_id", "kind", "status", "last_commented_at", "id"]),
                ),
                ops.AddIndex(
                    model_name="Post",
                    index=Index(fields=["language", "kind", "status", "published_at", "id", "counted"]),
                ),
                ops.AddIndex(
                    model_name="Post",
                    index=Index(fields=["language", "kind", "status", "comment_count", "id"]),
                ),
                ops.AddIndex(
                    model_name="Post",
                    index=Index(fields=["language", "kind", "status", "last_commented_at", "id"]),
                ),
                ops.AddIndex(
                    model_name="Post",
                    index=Index(fields=["category_id"]),
                ),
                ops.AddIndex(
                    model_name="Post",
                    index=Index(fields=["image_id"]),
                ),
                ops.AddIndex(
                    model_name="Post",
                    index=PartialIndex(
                        fields=["published_at", "id"], name="idx_posts_pinned", condition={"pinned": True}
                    ),
                ),
            ],
        ),
        ops.AlterField(
            model_name="User",
            name="email",
            field=fields.CharField(null=True, unique=True, max_length=254),
        ),
        ops.AlterField(
            model_name="User",
            name="username",
            field=fields.CharField(null=True, unique=True, max_length=30),
        ),
        ops.AddField(
            model_name="User",
            name="avatar",
            field=fields.ForeignKeyField(
                "models.Image",
                source_field="avatar_id",
                null=True,
                db_constraint=True,
                to_field="id",
                related_name="people",
                on_delete=OnDelete.SET_NULL,
            ),
        ),
        ops.AddField(
            model_name="User",
            name="email_confirmed_at",
            field=InstantField(null=True, generated=False, unique=False),
        ),
        ops.AddField(
            model_name="User",
            name="guest_email",
            field=fields.CharField(null=True, max_length=254),
        ),
        ops.AddField(
            model_name="User",
            name="guest_key",
            field=fields.CharField(null=True, unique=True, max_length=64),
        ),
        Together(
            "User",
            [
                ops.AddIndex(
                    model_name="User",
                    index=Index(fields=["guest_email"]),
                ),
                ops.AddIndex(
                    model_name="User",
                    index=Index(fields=["avatar_id"]),
                ),
            ],
        ),
        ops.RunPython(file, unfile),
    ]
