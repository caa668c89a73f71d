import asyncio
import contextlib

import pytest
from tortoise.exceptions import IntegrityError
from tortoise.transactions import in_transaction

from models import Category, Feed
from storage import Database, DatabaseUnavailable, StorageError, after_commit, open_database, unit_of_work
from tests import factories
from tests.databases import assert_at_rest, opened


@unit_of_work
async def make(*names: str, then: Exception | None = None) -> int:
    """Make categories and, when told so, fail."""
    for name in names:
        await factories.category(name=name)
    if then is not None:
        raise then
    return len(names)


async def names() -> list[str]:
    return [category.name for category in await Category.all().order_by("name")]


async def test_a_unit_of_work_commits_and_returns(database: Database) -> None:
    assert await make("a", "b") == 2
    assert await names() == ["a", "b"]
    await assert_at_rest(database)


async def test_an_exception_rolls_everything_back_and_is_raised(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    error = LookupError("no such thing")
    with pytest.raises(LookupError) as caught:
        await make("a", "b", then=error)
    assert caught.value is error
    assert await names() == []
    await assert_at_rest(database)
    assert caplog.text == ""


async def test_a_nested_unit_is_part_of_the_outer_one(database: Database) -> None:
    @unit_of_work
    async def outer() -> None:
        await make("inner")
        raise LookupError

    with pytest.raises(LookupError):
        await asyncio.wait_for(outer(), 5)
    assert await names() == []
    await assert_at_rest(database)


async def test_a_unit_reads_what_it_has_written_and_others_do_not(database: Database) -> None:
    async def seen() -> tuple[int, str | None]:
        count = "SELECT CAST(count(*) AS text) FROM categories"
        return await Category.all().count(), await database.fetch_text(count, [])

    written, looked = asyncio.Event(), asyncio.Event()

    @unit_of_work
    async def write() -> tuple[int, str | None]:
        await factories.category()
        written.set()
        await looked.wait()
        return await seen()

    writing = asyncio.create_task(write())
    await written.wait()
    assert await seen() == (0, "0")
    looked.set()
    assert await writing == (1, "1")
    assert await seen() == (1, "1")


@pytest.mark.usefixtures("database")
async def test_a_cancelled_caller_leaves_its_unit_and_the_unit_commits() -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()
    committed = asyncio.Event()

    @unit_of_work
    async def write() -> None:
        await factories.category(name="first")
        after_commit(committed.set)
        begun.set()
        await go_on.wait()
        await factories.category(name="second")

    caller = asyncio.create_task(write())
    await begun.wait()
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    assert await names() == []
    go_on.set()
    async with asyncio.timeout(5):
        await committed.wait()
    assert await names() == ["first", "second"]


async def test_what_fails_after_its_caller_had_gone_is_logged_in_one_line(
    sqlite_database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    caller = asyncio.create_task(make("a", then=LookupError("nobody asked")))
    await asyncio.sleep(0)
    caller.cancel()
    await asyncio.gather(caller, return_exceptions=True)
    await assert_at_rest(sqlite_database)
    await make("b")
    assert [record.getMessage() for record in caplog.records] == [
        "Work failed after its caller had gone: LookupError('nobody asked')"
    ]


async def test_closing_waits_for_the_units_that_run(sqlite_url: str) -> None:
    database = await open_database(sqlite_url)
    begun = asyncio.Event()

    @unit_of_work
    async def write() -> None:
        await factories.category(name="first")
        begun.set()
        await asyncio.sleep(0.05)
        await make("second")

    caller = asyncio.create_task(write())
    await begun.wait()
    caller.cancel()
    await database.close()
    database = await open_database(sqlite_url)
    assert await names() == ["first", "second"]
    await database.close()


async def test_closing_loses_patience_and_rolls_back(database_url: str) -> None:
    database = await open_database(database_url)
    begun = asyncio.Event()

    @unit_of_work
    async def dawdle() -> None:
        await factories.category()
        begun.set()
        await asyncio.sleep(60)

    waiting = [asyncio.create_task(dawdle()), asyncio.create_task(make("behind"))]
    await begun.wait()
    await database.close(grace=0.05)
    done = await asyncio.gather(*waiting, return_exceptions=True)
    assert isinstance(done[0], asyncio.CancelledError)
    database = await open_database(database_url)
    assert "behind" in await names() or isinstance(done[1], asyncio.CancelledError)
    assert await Category.exclude(name="behind").count() == 0
    await assert_at_rest(database)
    await database.close()


async def test_a_unit_that_will_not_be_cancelled_is_rolled_back_by_closing(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.postgresql.pool.CLOSE_TIMEOUT_SECONDS", 0.02)
    database = await open_database(database_url)
    begun = asyncio.Event()

    @unit_of_work
    async def insist() -> None:
        await factories.category()
        begun.set()
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            await asyncio.sleep(0.2)
        await factories.category()

    insisting = asyncio.create_task(insist())
    await begun.wait()
    await database.close(grace=0.02)
    with pytest.raises((DatabaseUnavailable, RuntimeError)):
        await insisting
    async with opened(database_url) as database:
        assert await names() == []
        await make("next")


@pytest.fixture
def called() -> list[str]:
    return []


@pytest.mark.usefixtures("database")
async def test_callbacks_are_called_once_and_only_after_the_commit(called: list[str]) -> None:
    @unit_of_work
    async def write() -> None:
        after_commit(lambda: called.append("one"))
        await make("inner")
        after_commit(lambda: called.append("two"))
        await asyncio.sleep(0.01)
        assert called == []

    await write()
    assert called == ["one", "two"]
    await make("next")
    assert called == ["one", "two"]


async def test_callbacks_find_the_rows_committed(sqlite_database: Database) -> None:
    counts: list[asyncio.Task[str | None]] = []

    @unit_of_work
    async def write() -> None:
        count = sqlite_database.fetch_text("SELECT count(*) || '' FROM categories", [])
        after_commit(lambda: counts.append(asyncio.create_task(count)))
        await factories.category()

    await write()
    assert await counts[0] == "1"


@pytest.mark.usefixtures("database")
async def test_callbacks_of_a_rolled_back_unit_are_never_called(called: list[str]) -> None:
    @unit_of_work
    async def write() -> None:
        after_commit(lambda: called.append("never"))
        raise LookupError

    with pytest.raises(LookupError):
        await write()
    await make("next")
    assert called == []


@pytest.mark.usefixtures("sqlite_database")
async def test_a_callback_that_fails_does_not_undo_the_commit_or_the_other_callbacks(
    called: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> None:
        raise RuntimeError("nobody listens")

    @unit_of_work
    async def write() -> str:
        after_commit(fail)
        after_commit(lambda: called.append("second"))
        await factories.category()
        return "written"

    assert await write() == "written"
    assert called == ["second"]
    assert await Category.all().count() == 1
    assert "nobody listens" in caplog.text


@pytest.mark.usefixtures("sqlite_database")
async def test_after_commit_belongs_inside_a_unit() -> None:
    with pytest.raises(StorageError, match="inside a unit of work"):
        after_commit(lambda: None)


async def test_a_unit_needs_an_open_database() -> None:
    with pytest.raises(StorageError, match="No database is open"):
        await make("a")


async def test_a_savepoint_undoes_what_failed_and_the_unit_goes_on(
    database: Database, called: list[str]
) -> None:
    async def fail() -> None:
        async with in_transaction():
            await factories.category(name="undone")
            after_commit(lambda: called.append("undone"))
            await factories.category(slug="taken")

    @unit_of_work
    async def write() -> None:
        await factories.category(slug="taken", name="first")
        with pytest.raises(IntegrityError):
            await fail()
        async with in_transaction():
            await factories.category(name="second")
            after_commit(lambda: called.append("kept"))

    await write()
    assert await names() == ["first", "second"]
    assert called == ["kept"]
    await assert_at_rest(database)


@pytest.mark.usefixtures("database")
async def test_get_or_create_and_update_or_create_work_inside_and_outside() -> None:
    async def both() -> None:
        defaults = {"name": "made", "position": 1}
        _, created = await Category.get_or_create(defaults=defaults, slug="one")
        _, again = await Category.get_or_create(defaults=defaults, slug="one")
        await Category.update_or_create(defaults={"name": "changed"}, slug="one")
        assert (created, again) == (True, False)
        assert await names() == ["changed"]
        await Category.all().delete()

    await both()
    await unit_of_work(both)()


async def test_a_transaction_block_without_a_unit_commits_or_rolls_back(database: Database) -> None:
    async with in_transaction():
        await factories.category(name="kept")
    with contextlib.suppress(LookupError):
        async with in_transaction():
            await factories.category(name="undone")
            raise LookupError
    assert await names() == ["kept"]
    await assert_at_rest(database)


async def test_a_task_that_outlives_its_unit_is_outside(database: Database) -> None:
    tasks: list[asyncio.Task[object]] = []
    ended = asyncio.Event()

    async def later() -> None:
        await ended.wait()
        await factories.category(name="later")

    @unit_of_work
    async def write() -> None:
        tasks.append(asyncio.create_task(later()))
        await factories.category(name="soon")

    await write()
    ended.set()
    await tasks[0]
    assert await names() == ["later", "soon"]
    await assert_at_rest(database)


@pytest.mark.usefixtures("database")
async def test_statements_of_one_unit_may_run_side_by_side() -> None:
    @unit_of_work
    async def write() -> None:
        await asyncio.gather(*(factories.category() for _ in range(10)))

    await write()
    assert await Category.all().count() == 10


async def test_units_take_turns(database: Database) -> None:
    @unit_of_work
    async def advance() -> None:
        feed = await Feed.select_for_update().get()
        await asyncio.sleep(0)
        feed.position += 1
        await feed.save(update_fields=["position"])

    await asyncio.gather(*(advance() for _ in range(30)))
    assert (await Feed.get()).position == 30
    await assert_at_rest(database)


@pytest.mark.usefixtures("database")
async def test_a_bulk_insert_is_whole_or_not_at_all() -> None:
    rows = [Category(slug=f"c{n}", name=f"{n}") for n in range(50)]
    with pytest.raises(IntegrityError):
        await Category.bulk_create([*rows, Category(slug="c7", name="double")])
    assert await Category.all().count() == 0
    await Category.bulk_create(rows)
    assert await Category.all().count() == 50


@pytest.mark.usefixtures("sqlite_database")
async def test_a_bulk_insert_that_rolls_itself_back_leaves_the_writer_usable() -> None:
    client = Category._meta.db  # noqa: SLF001 - Tortoise's way to the connection
    events = "INSERT OR ROLLBACK INTO feed (id, position, cursor) VALUES (?, 0, '')"
    with pytest.raises(IntegrityError):
        await client.execute_many(events, [[2], [1]])
    assert await Feed.all().count() == 1
    await make("next")


@pytest.mark.usefixtures("database")
async def test_a_bulk_insert_that_fails_inside_a_unit_rolls_the_unit_back() -> None:
    @unit_of_work
    async def write() -> None:
        await factories.category(slug="double")
        await Category.bulk_create([Category(slug="double", name="double")])

    with pytest.raises(IntegrityError):
        await write()
    assert await Category.all().count() == 0


async def test_postgresql_does_not_acknowledge_a_unit_that_it_gave_up(postgresql_database: Database) -> None:
    @unit_of_work
    async def write() -> None:
        await factories.category(slug="taken")
        with contextlib.suppress(IntegrityError):
            await factories.category(slug="taken")

    with pytest.raises(Exception, match="nothing of the unit of work was kept"):
        await write()
    assert await names() == []
    await assert_at_rest(postgresql_database)


async def test_sqlite_does_not_go_on_in_a_transaction_that_it_gave_up(sqlite_database: Database) -> None:
    client = Category._meta.db  # noqa: SLF001 - Tortoise's way to the connection

    @unit_of_work
    async def write() -> None:
        await factories.category(name="gone")
        with contextlib.suppress(IntegrityError):
            await client.execute_query(
                "INSERT OR ROLLBACK INTO feed (id, position, cursor) VALUES (1, 0, '')"
            )
        await factories.category(name="must not be kept")

    with pytest.raises(StorageError, match="gave the transaction up"):
        await write()
    assert await names() == []
    await assert_at_rest(sqlite_database)


@pytest.mark.usefixtures("sqlite_database")
async def test_a_commit_that_fails_rolls_back() -> None:
    client = Category._meta.db  # noqa: SLF001 - Tortoise's way to the connection

    @unit_of_work
    async def write() -> None:
        await client.execute_query("PRAGMA defer_foreign_keys = ON")
        await factories.category(parent_id=4711)

    with pytest.raises(IntegrityError):
        await write()
    assert await names() == []
    await make("next")
    assert await names() == ["next"]


@pytest.mark.usefixtures("database")
async def test_scripts_are_whole_or_not_at_all() -> None:
    client = Category._meta.db  # noqa: SLF001 - Tortoise's way to the connection
    good = "UPDATE feed SET position = 3; UPDATE feed SET cursor = 'a;b'; -- and a word; or two"
    await client.execute_script(good)
    with pytest.raises(Exception, match="nowhere"):
        await client.execute_script("UPDATE feed SET position = 4; DELETE FROM nowhere")
    feed = await Feed.get()
    assert (feed.position, feed.cursor) == (3, "a;b")

    @unit_of_work
    async def write() -> None:
        await client.execute_script("UPDATE feed SET position = 5; UPDATE feed SET cursor = 'c'")
        raise LookupError

    with pytest.raises(LookupError):
        await write()
    assert (await Feed.get()).position == 3


@pytest.mark.usefixtures("database")
async def test_the_client_answers_as_tortoise_expects() -> None:
    client = Category._meta.db  # noqa: SLF001 - Tortoise's way to the connection
    await factories.category(name="a")
    await factories.category(name="b")
    assert await Category.filter(name__in=["a", "b"]).update(position=3) == 2
    assert await Category.filter(name="a").delete() == 1
    assert await client.execute_query_dict("SELECT name FROM categories") == [{"name": "b"}]
    changed, rows = await client.execute_query("UPDATE feed SET position = position + 1 RETURNING position")
    assert (changed, [dict(row) for row in rows]) == (1, [{"position": 1}])
