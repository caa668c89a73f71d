"""The words of posts and comments, which are written for what is there already when a server or `reindex` next runs.

SQLite finds them by a table of FTS5's beside the rows' own, which triggers keep: they tell it the old words of a row
that goes, also when it goes with its post. It splits lines at blanks and does nothing else to what Python wrote.
"""

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops
from tortoise.migrations.schema_editor import BaseSchemaEditor
from tortoise.migrations.schema_generator.state_apps import StateApps

from models.fields import GivenKeyField, WordsField

FORGET = "INSERT INTO search_words(search_words, rowid, words) VALUES ('delete', OLD.id, OLD.words)"
NOTE = "INSERT INTO search_words(rowid, words) VALUES (NEW.id, NEW.words)"
TABLE = """
CREATE VIRTUAL TABLE search_words USING fts5(
    words, content='search_documents', content_rowid='id', columnsize=0, tokenize="ascii tokenchars '+#=^'"
)
"""
FTS5 = (
    TABLE,
    f"CREATE TRIGGER search_documents_inserted AFTER INSERT ON search_documents BEGIN {NOTE}; END",
    f"CREATE TRIGGER search_documents_deleted AFTER DELETE ON search_documents BEGIN {FORGET}; END",
    f"CREATE TRIGGER search_documents_updated AFTER UPDATE ON search_documents BEGIN {FORGET}; {NOTE}; END",
)
GIN = ("CREATE INDEX idx_search_documents_words ON search_documents USING gin (words)",)
ROWS_ALIKE = {
    "idx_search_docu_post_id_8d5f16": "110000 22 1",
    "idx_search_docu_comment_aa7699": "110000 2",
}
"""What SQLite's planner should believe, as in 0003."""


EMPTY = """
INSERT INTO site_state (name, value) SELECT 'search.version', '1' WHERE NOT EXISTS (SELECT 1 FROM posts)
"""
"""Where there is nothing, all of it is found."""


async def find(_apps: StateApps, editor: BaseSchemaEditor) -> None:
    await editor.client.execute_query(EMPTY)
    on_sqlite = editor.client.capabilities.dialect == "sqlite"
    for statement in FTS5 if on_sqlite else GIN:
        await editor.client.execute_query(statement)
    for index, stat in ROWS_ALIKE.items() if on_sqlite else ():
        values = ["search_documents", index, stat]
        await editor.client.execute_query("INSERT INTO sqlite_stat1 VALUES (?, ?, ?)", values)


async def lose(_apps: StateApps, editor: BaseSchemaEditor) -> None:
    if editor.client.capabilities.dialect == "sqlite":
        await editor.client.execute_query("DROP TABLE search_words")
        for event in ("inserted", "deleted", "updated"):
            await editor.client.execute_query(f"DROP TRIGGER search_documents_{event}")


class Migration(migrations.Migration):
    dependencies = [("models", "0011_archive")]

    initial = False

    operations = [
        ops.CreateModel(
            name="SearchDocument",
            fields=[
                ("id", GivenKeyField(primary_key=True, unique=True, db_index=True)),
                (
                    "post",
                    fields.ForeignKeyField(
                        "models.Post",
                        source_field="post_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="search_documents",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "comment",
                    fields.ForeignKeyField(
                        "models.Comment",
                        source_field="comment_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="search_documents",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
            ],
            options={
                "table": "search_documents",
                "app": "models",
                "indexes": [Index(fields=["post_id", "comment_id"]), Index(fields=["comment_id"])],
                "pk_attr": "id",
            },
            bases=["Model"],
        ),
        ops.AddField(  # by itself, for what is short to stand in front of it
            model_name="SearchDocument",
            name="words",
            field=WordsField(default="", db_default="", unique=False),
        ),
        ops.RunPython(find, lose),
    ]
