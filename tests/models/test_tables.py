"""What the migrations have really made, as the database itself describes it."""

from collections.abc import Iterable
from typing import Any

import pytest
from tortoise.exceptions import IntegrityError
from tortoise.indexes import PartialIndex
from tortoise.models import Model

import models
from models import Category, Comment, CommentEvent, Feed, Post, PostCategory, PostSlug, Session, User
from storage import Database
from storage.unit import Client, UnitContext
from tests import factories
from tests.databases import opened

MODELS: list[type[Model]] = [
    getattr(models, name) for name in models.__all__ if isinstance(getattr(models, name), type(Model))
]
WITHOUT_MODELS = (
    *("tortoise_migrations", "sqlite_sequence", "job_attempts", "job_lease"),
    *("search_words", "search_words_config", "search_words_data", "search_words_idx"),
)
FOUND_BY_WORDS = ("search_documents", "words")
"""PostgreSQL's index of words, which its migration makes."""
INDEXES = {
    "sqlite": """
        SELECT t.name AS "table", group_concat(c.name) AS columns, i."unique" AS is_unique
        FROM sqlite_schema t, pragma_index_list(t.name) i, pragma_index_info(i.name) c
        WHERE t.type = 'table' GROUP BY t.name, i.name
    """,
    "postgresql": """
        SELECT t.relname AS "table", string_agg(c.attname, ',' ORDER BY k.place) AS columns,
               i.indisunique AS is_unique
        FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid JOIN pg_namespace n ON n.oid = t.relnamespace
             CROSS JOIN unnest(i.indkey) WITH ORDINALITY AS k(number, place)
             JOIN pg_attribute c ON c.attrelid = t.oid AND c.attnum = k.number
        WHERE n.nspname = 'public' GROUP BY i.indexrelid, t.relname, i.indisunique
    """,
}
COLUMNS = {
    "sqlite": """
        SELECT t.name AS "table", c.name AS name, c."notnull" AS required
        FROM sqlite_schema t, pragma_table_info(t.name) c WHERE t.type = 'table'
    """,
    "postgresql": """
        SELECT table_name AS "table", column_name AS name, is_nullable = 'NO' AS required
        FROM information_schema.columns WHERE table_schema = 'public'
    """,
}
PARTIAL_INDEX = {
    "sqlite": "SELECT sql FROM sqlite_schema WHERE name = 'idx_post_categories_uncounted'",
    "postgresql": "SELECT indexdef FROM pg_indexes WHERE indexname = 'idx_post_categories_uncounted'",
}


def client() -> Client[Any]:
    return User._meta.db  # type: ignore[return-value]  # noqa: SLF001 - Tortoise's way to the connection


async def ask(sql: str) -> list[dict[str, Any]]:
    return await client().execute_query_dict(sql)


def test_the_tests_below_know_every_model() -> None:
    assert len(MODELS) == 28


async def test_every_declared_index_exists_and_no_other(database: Database) -> None:
    found = {(row["table"], row["columns"]) for row in await ask(INDEXES[database.dialect])}
    keys = {(model._meta.db_table, model._meta.db_pk_column) for model in MODELS}  # noqa: SLF001
    declared = {pair for model in MODELS for pair in declared_indexes(model)}
    own = {pair for pair in found if pair[0] not in WITHOUT_MODELS and pair != FOUND_BY_WORDS}
    assert own - keys == declared


def declared_indexes(model: type[Model]) -> Iterable[tuple[str, str]]:
    meta = model._meta  # noqa: SLF001 - Tortoise's description of a model
    for index in meta.indexes:
        yield meta.db_table, ",".join(index.fields)  # type: ignore[union-attr]
    for together in meta.unique_together:
        yield meta.db_table, ",".join(together)
    for name in meta.db_fields:
        if meta.fields_map[name].unique and not meta.fields_map[name].pk:
            yield meta.db_table, name


async def test_what_is_declared_unique_is(database: Database) -> None:
    found = {
        (row["table"], row["columns"]) for row in await ask(INDEXES[database.dialect]) if row["is_unique"]
    }
    assert {
        ("users", "username"),
        ("users", "email"),
        ("categories", "slug"),
        ("posts", "slug"),
        ("sessions", "token_hash"),
        ("tags", "slug"),
        ("users", "guest_key"),
        ("post_tags", "post_id,tag_id"),
        ("post_categories", "post_id,category_id"),
        ("jobs", "kind,key"),
    } <= found


async def test_the_partial_index_is_partial(database: Database) -> None:
    assert any(isinstance(index, PartialIndex) for index in PostCategory._meta.indexes)  # noqa: SLF001
    text = await database.fetch_text(PARTIAL_INDEX[database.dialect], [])
    assert text is not None
    assert "WHERE" in text
    assert "counted = false" in text


async def test_columns_are_not_null_as_the_models_say(database: Database) -> None:
    found = {
        (row["table"], row["name"]): bool(row["required"]) for row in await ask(COLUMNS[database.dialect])
    }
    for model in MODELS:
        meta = model._meta  # noqa: SLF001 - Tortoise's description of a model
        for name in meta.db_fields:
            assert found[meta.db_table, name] is not meta.fields_map[name].null, (meta.db_table, name)


@pytest.mark.usefixtures("database")
async def test_null_is_refused_by_the_database_itself() -> None:
    post = await factories.post()
    with pytest.raises(IntegrityError):
        await client().execute_query(f"UPDATE posts SET title = NULL WHERE id = {post.id}")


async def test_each_migrated_database_has_an_epoch_of_its_own(
    sqlite_database: Database, tmp_path_factory: pytest.TempPathFactory
) -> None:
    ours = await Feed.get()
    await sqlite_database.close()
    async with opened(str(tmp_path_factory.mktemp("other") / "other.db")) as other:
        await other.migrate()
        theirs = await Feed.get()
    assert (ours.id, ours.position, theirs.id, theirs.position) == (1, 0, 1, 0)
    assert ours.cursor.startswith("0-")
    assert ours.cursor != theirs.cursor


@pytest.mark.usefixtures("sqlite_database")
@pytest.mark.parametrize(
    ("table", "key"), [("feed", "id"), ("comment_events", "position"), ("comments", "id")]
)
async def test_numeric_keys_are_the_rows_own_addresses(
    sqlite_database: Database, table: str, key: str
) -> None:
    plan = await sqlite_database.explain(f"SELECT * FROM {table} WHERE {key} = 1", [])
    assert "INTEGER PRIMARY KEY" in plan


@pytest.mark.usefixtures("database")
async def test_a_number_that_a_comment_had_is_never_given_again() -> None:
    comment = await factories.comment()
    await Comment.filter(id=comment.id).delete()
    assert (await factories.comment(post_id=comment.post_id)).id > comment.id


@pytest.mark.usefixtures("database")
async def test_an_author_and_a_category_with_posts_cannot_be_deleted() -> None:
    post = await factories.post()
    with pytest.raises(IntegrityError):
        await User.filter(id=post.author_id).delete()
    with pytest.raises(IntegrityError):
        await Category.filter(id=post.category_id).delete()
    child = await factories.category(parent_id=post.category_id)
    assert child.parent_id == post.category_id
    with pytest.raises(IntegrityError):
        await Category.filter(id=post.category_id).delete()


@pytest.mark.usefixtures("database")
async def test_a_deleted_post_takes_its_comments_and_addresses_with_it_but_not_the_log() -> None:
    reply = await factories.comment(parent=await factories.comment())
    await CommentEvent.create(
        position=1,
        cursor="1-a",
        happened_at=reply.created_at,
        comment_id=reply.id,
        post_id=reply.post_id,
        category_id=1,
    )
    await Post.filter(id=reply.post_id).delete()
    assert await Comment.all().count() == await PostSlug.all().count() == 0
    assert await CommentEvent.filter(comment_id=reply.id).count() == 1


@pytest.mark.usefixtures("database")
async def test_a_deleted_reader_leaves_comments_without_an_author_and_no_session() -> None:
    comment = await factories.comment()
    await factories.session(user_id=comment.author_id)
    await User.filter(id=comment.author_id).delete()
    await comment.refresh_from_db()
    assert comment.author_id is None
    assert await Session.all().count() == 0


@pytest.mark.usefixtures("sqlite_database")
async def test_a_table_that_a_migration_makes_anew_keeps_what_refers_to_it() -> None:
    comment = await factories.comment()
    async with UnitContext(client(), client().transaction(changes_schema=True)):
        await client().execute_script(
            "CREATE TABLE copies AS SELECT * FROM users; DROP TABLE users;"
            "CREATE TABLE users (id INTEGER PRIMARY KEY, username TEXT);"
            "INSERT INTO users SELECT id, username FROM copies; DROP TABLE copies"
        )
    assert await Comment.all().count() == 1
    with pytest.raises(IntegrityError):
        await Comment.filter(id=comment.id).update(author_id=4711)


@pytest.mark.usefixtures("sqlite_database")
async def test_a_migration_that_would_leave_rows_without_what_they_refer_to_is_undone() -> None:
    await factories.comment()

    async def forget_users() -> None:
        async with UnitContext(client(), client().transaction(changes_schema=True)):
            await client().execute_query("DELETE FROM users")

    with pytest.raises(Exception, match="Rows of comments, posts refer to rows that do not exist"):
        await forget_users()
    assert await User.all().count() == 2
    with pytest.raises(IntegrityError):
        await User.all().delete()
