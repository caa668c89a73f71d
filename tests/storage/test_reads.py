import asyncio
import sqlite3
import time

import asyncpg
import pytest

from models import Category, Feed
from storage import AnswerTooLarge, Database, DatabaseUnavailable, StatementTimeout, unit_of_work
from tests import factories
from tests.databases import assert_at_rest, opened, other_sessions

COUNTING = (
    "WITH RECURSIVE c(n) AS (SELECT {one} UNION ALL SELECT n + 1 FROM c) SELECT CAST(max(n) AS text) FROM c"
)
ENDLESS = {"sqlite": COUNTING.format(one="1"), "postgresql": COUNTING.format(one="1::bigint")}
PLACEHOLDERS = {"sqlite": ("?1", "?2"), "postgresql": ("$1::text", "$2::text")}


async def test_fetch_text_gives_the_first_column_of_the_first_row(database: Database) -> None:
    await factories.category(name="b")
    await factories.category(name="a")
    assert await database.fetch_text("SELECT name, slug FROM categories ORDER BY name", []) == "a"


async def test_fetch_text_gives_none_for_no_row_and_for_null(database: Database) -> None:
    assert await database.fetch_text("SELECT name FROM categories", []) is None
    assert await database.fetch_text("SELECT CAST(NULL AS text)", []) is None


async def test_parameters_are_numbered_and_may_be_used_twice(database: Database) -> None:
    one, two = PLACEHOLDERS[database.dialect]
    text = await database.fetch_text(f"SELECT {two} || {one} || {two}", ["é'", '"😀'])
    assert text == '"😀é\'"😀'


async def test_a_read_holds_no_snapshot_when_it_has_ended(sqlite_url: str) -> None:
    async with opened(sqlite_url, readers=1) as database:
        await factories.category(name="a")
        await factories.category(name="b")
        assert await database.fetch_text("SELECT name FROM categories ORDER BY name", []) == "a"
        await Category.filter(name="a").delete()
        assert await database.fetch_text("SELECT name FROM categories ORDER BY name", []) == "b"
        await assert_at_rest(database)


async def test_readers_do_not_wait_for_a_writer(database: Database) -> None:
    holding, let_go = asyncio.Event(), asyncio.Event()

    @unit_of_work
    async def hold() -> None:
        await Feed.all().update(position=7)
        holding.set()
        await let_go.wait()

    writing = asyncio.create_task(hold())
    await holding.wait()
    async with asyncio.timeout(2):
        assert (await Feed.get()).position == 0
        assert await database.fetch_text("SELECT CAST(position AS text) FROM feed", []) == "0"
    let_go.set()
    await writing
    assert await database.fetch_text("SELECT CAST(position AS text) FROM feed", []) == "7"


async def test_a_read_that_takes_too_long_is_interrupted_in_the_database(database_url: str) -> None:
    async with opened(database_url, readers=1, pool_size=1, statement_timeout=0.15) as database:
        started = time.monotonic()
        with pytest.raises(StatementTimeout):
            await asyncio.wait_for(database.fetch_text(ENDLESS[database.dialect], []), 5)
        assert time.monotonic() - started > 0.1
        # There is one connection: had the read gone on, this one would wait for it.
        assert await database.fetch_text("SELECT cursor FROM feed", []) is not None
        await assert_at_rest(database)


async def test_an_answer_that_grows_too_large_is_given_up(database_url: str) -> None:
    async with opened(database_url, readers=1, pool_size=1, largest_answer=10_000) as database:
        rows = COUNTING.format(one="1").partition(" SELECT CAST")[0] + " SELECT n FROM c LIMIT 3000"
        joined = {"sqlite": "group_concat(n)", "postgresql": "string_agg(n::text, ',')"}[database.dialect]
        statement = f"SELECT {joined} FROM ({rows}) AS counted WHERE n <= {{most}}"
        text = await database.fetch_text(statement.format(most=1000), [])
        assert text is not None
        assert len(text) == 3892
        with pytest.raises(AnswerTooLarge):
            await database.fetch_text(statement.format(most=3000), [])
        await database.ping()
        await assert_at_rest(database)


async def test_ordinary_reads_have_the_same_limit(database_url: str) -> None:
    async with opened(database_url, statement_timeout=0.5) as database:
        client = Feed._meta.db  # noqa: SLF001 - Tortoise's way to the connection
        sql = f"SELECT * FROM ({ENDLESS[database.dialect]}) AS endless"
        with pytest.raises(StatementTimeout):
            await asyncio.wait_for(client.execute_query(sql), 5)
        await database.ping()


async def test_a_unit_of_work_has_no_such_limit(database_url: str) -> None:
    slow = {
        "sqlite": "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c LIMIT 80)"
        " SELECT count(*) || '' FROM c AS w, c AS x, c AS y, c AS z",
        "postgresql": "SELECT pg_sleep(0.3)::text || 'slow'",
    }
    async with opened(database_url, statement_timeout=0.1) as database:

        @unit_of_work
        async def work() -> float:
            started = time.monotonic()
            assert await database.fetch_text(slow[database.dialect], [])
            return time.monotonic() - started

        assert await work() > 0.1


async def test_a_cancelled_read_returns_at_once_and_stops_in_the_database(database_url: str) -> None:
    async with opened(database_url, readers=1, pool_size=1, statement_timeout=None) as database:
        reading = asyncio.create_task(database.fetch_text(ENDLESS[database.dialect], []))
        await asyncio.sleep(0.1)
        reading.cancel()
        async with asyncio.timeout(10):
            with pytest.raises(asyncio.CancelledError):
                await reading
            assert await database.fetch_text("SELECT cursor FROM feed", []) is not None
        await assert_at_rest(database)


async def test_a_server_that_does_not_listen_is_asked_again_to_stop(postgresql_url: str) -> None:
    async with opened(postgresql_url, pool_size=1, statement_timeout=None) as database:
        await Feed._meta.db.execute_script(  # noqa: SLF001 - Tortoise's way to the connection
            """
            CREATE FUNCTION stubborn() RETURNS text LANGUAGE plpgsql AS $$
            BEGIN
                PERFORM pg_sleep(30);
                RETURN 'done';
            EXCEPTION WHEN query_canceled THEN
                PERFORM pg_sleep(30);
                RETURN 'done after all';
            END $$
            """
        )
        reading = asyncio.create_task(database.fetch_text("SELECT stubborn()", []))
        await asyncio.sleep(0.1)
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading
        async with asyncio.timeout(5):
            await database.ping()
        await assert_at_rest(database)


async def test_a_read_that_is_cancelled_before_it_begins_never_runs_on(sqlite_url: str) -> None:
    async with opened(sqlite_url, readers=1, statement_timeout=None) as database:
        for steps in range(6):
            reading = asyncio.create_task(database.fetch_text(ENDLESS["sqlite"], []))
            for _ in range(steps):
                await asyncio.sleep(0)
            reading.cancel()
            with pytest.raises(asyncio.CancelledError):
                await reading
        async with asyncio.timeout(5):
            await database.ping()


async def test_a_read_that_waits_for_a_connection_can_be_cancelled(database_url: str) -> None:
    async with opened(database_url, readers=1, pool_size=1, statement_timeout=None) as database:
        endless = asyncio.create_task(database.fetch_text(ENDLESS[database.dialect], []))
        await asyncio.sleep(0.05)
        waiting = [asyncio.create_task(database.ping()) for _ in range(5)]
        await asyncio.sleep(0.05)
        for task in (*waiting, endless):
            task.cancel()
        await asyncio.gather(endless, *waiting, return_exceptions=True)
        async with asyncio.timeout(5):
            await asyncio.gather(*(database.ping() for _ in range(5)))


async def test_closing_interrupts_what_still_reads(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.postgresql.pool.CLOSE_TIMEOUT_SECONDS", 0.1)
    async with opened(database_url, statement_timeout=None) as database:
        reading = asyncio.create_task(database.fetch_text(ENDLESS[database.dialect], []))
        await asyncio.sleep(0.05)
    with pytest.raises(DatabaseUnavailable, match="clos"):
        await reading


async def test_sqlite_reads_run_side_by_side(sqlite_url: str) -> None:
    async with opened(sqlite_url, readers=3, statement_timeout=None) as database:
        endless = [asyncio.create_task(database.fetch_text(ENDLESS["sqlite"], [])) for _ in range(2)]
        await asyncio.sleep(0.05)
        async with asyncio.timeout(2):
            await database.ping()
        for task in endless:
            task.cancel()


async def test_a_wrong_statement_leaves_its_connection_usable(database_url: str) -> None:
    async with opened(database_url, readers=1, pool_size=1) as database:
        with pytest.raises(Exception, match="nowhere"):
            await database.fetch_text("SELECT x FROM nowhere", [])
        await database.ping()


async def test_a_wrong_number_of_parameters_is_a_bug_and_shown_as_one(database: Database) -> None:
    one, two = PLACEHOLDERS[database.dialect]
    bug = {"sqlite": sqlite3.ProgrammingError, "postgresql": asyncpg.InterfaceError}
    with pytest.raises(bug[database.dialect]):
        await database.fetch_text(f"SELECT {one} || {two}", ["only one"])
    await assert_at_rest(database)


async def test_explain_shows_the_index(database: Database) -> None:
    one = PLACEHOLDERS[database.dialect][0]
    plan = await database.explain(f"SELECT name FROM categories WHERE slug = {one}", ["a"])
    assert "categories" in plan
    nested = await database.explain(
        "SELECT (SELECT max(p.id) FROM posts p WHERE p.category_id = c.id) FROM categories c", []
    )
    assert "\n  " in nested


async def test_a_lost_server_connection_is_replaced(postgresql_url: str) -> None:
    async with opened(postgresql_url, pool_size=2) as database:
        assert await other_sessions(database) == []
        await database.fetch_text("SELECT 'x' WHERE pg_backend_pid() > 0", [])
        with pytest.raises(Exception, match="cannot be used"):
            await database.fetch_text("SELECT pg_terminate_backend(pg_backend_pid())::text", [])
        await database.ping()
