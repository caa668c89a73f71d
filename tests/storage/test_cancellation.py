"""Whoever waits for the database may be cancelled at any moment; the database must not notice."""

import asyncio
import gc
import itertools
import random
from collections.abc import Awaitable, Callable

import pytest
from tortoise.expressions import F
from tortoise.transactions import in_transaction

from models import Category, Feed
from storage import Database, after_commit, unit_of_work
from storage.postgresql.pool import Pool
from tests.databases import assert_at_rest, opened

ERRANDS = 400
BULK = 20


class Diary:
    """What was tried, and what was acknowledged."""

    def __init__(self) -> None:
        self.numbers = itertools.count()
        self.acknowledged: dict[str, int] = {}
        self.committed: list[str] = []
        self.random = random.Random(20)

    def name(self, kind: str) -> str:
        return f"{kind}-{next(self.numbers)}"


def row(name: str, part: int) -> Category:
    return Category(slug=f"{name}-{part}", name=name)


async def in_a_unit(diary: Diary, _database: Database) -> None:
    """Two rows and the counter of all such pairs."""
    name = diary.name("unit")

    @unit_of_work
    async def write() -> None:
        await row(name, 1).save()
        await asyncio.sleep(diary.random.random() / 1000)
        await row(name, 2).save()
        await Feed.all().update(position=F("position") + 1)
        after_commit(lambda: diary.committed.append(name))

    await write()
    diary.acknowledged[name] = 2


async def in_a_block(diary: Diary, _database: Database) -> None:
    """The same without a task of its own: a cancellation rolls it back."""
    name = diary.name("block")
    async with in_transaction():
        await row(name, 1).save()
        await row(name, 2).save()
    diary.acknowledged[name] = 2


async def in_bulk(diary: Diary, _database: Database) -> None:
    name = diary.name("bulk")
    await Category.bulk_create([row(name, part) for part in range(BULK)])
    diary.acknowledged[name] = BULK


async def alone(diary: Diary, _database: Database) -> None:
    name = diary.name("alone")
    await row(name, 1).save()
    diary.acknowledged[name] = 1


async def ordinary_read(_diary: Diary, _database: Database) -> None:
    await Category.all().order_by("id").limit(5)


async def compiled_read(_diary: Diary, database: Database) -> None:
    assert await database.fetch_text("SELECT cursor FROM feed", [])


async def slow_read(_diary: Diary, database: Database) -> None:
    """It would end by itself after some seconds."""
    numbers = "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 9000000)"
    sql = f"{numbers} SELECT CAST(max(n) AS text) FROM c"
    async with asyncio.timeout(0.005):
        await database.fetch_text(sql, [])


WRITES = {"unit": 2, "block": 2, "bulk": BULK, "alone": 1}
KINDS = [in_a_unit, in_a_block, in_bulk, alone, ordinary_read, compiled_read, slow_read]
Errand = Callable[[Diary, Database], Awaitable[None]]


async def run_and_perhaps_cancel(job: Errand, diary: Diary, database: Database) -> None:
    """Cancel two of three jobs: after some steps of the event loop, or after some time."""
    task = asyncio.ensure_future(job(diary, database))
    how = diary.random.randrange(3)
    if how == 0:
        for _ in range(diary.random.randrange(40)):
            await asyncio.sleep(0)
    elif how == 1:
        await asyncio.sleep(diary.random.random() * 0.004)
    else:
        await asyncio.wait([task])
    task.cancel()
    for outcome in await asyncio.gather(task, return_exceptions=True):
        assert outcome is None or isinstance(outcome, asyncio.CancelledError | TimeoutError), outcome


async def do_errands(count: int, diary: Diary, database: Database) -> None:
    for _ in range(count):
        await run_and_perhaps_cancel(diary.random.choice(KINDS), diary, database)


async def test_cancellations_leave_nothing_open_nothing_half_and_nothing_lost(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    diary = Diary()
    async with asyncio.timeout(30):
        await asyncio.gather(*(do_errands(ERRANDS // 8, diary, database) for _ in range(8)))
        await asyncio.gather(*(compiled_read(diary, database) for _ in range(20)))
        await unit_of_work(alone)(diary, database)
    await assert_at_rest(database)
    gc.collect()
    assert "never retrieved" not in caplog.text

    found: dict[str, int] = {}
    for category in await Category.all():
        found[category.name] = found.get(category.name, 0) + 1
    assert {name: found.get(name) for name in diary.acknowledged} == diary.acknowledged
    assert {name: WRITES[name.split("-")[0]] for name in found} == found
    pairs = sorted(name for name in found if name.startswith("unit"))
    assert (await Feed.get()).position == len(pairs)
    assert sorted(diary.committed) == pairs


@pytest.mark.parametrize("job", [in_a_unit, in_a_block, in_bulk, alone, compiled_read])
async def test_every_step_of_an_errand_can_be_its_last(job: Errand, database: Database) -> None:
    diary = Diary()
    for steps in range(25):
        task = asyncio.ensure_future(job(diary, database))
        for _ in range(steps):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    await unit_of_work(alone)(diary, database)
    await assert_at_rest(database)


async def test_a_read_that_is_cancelled_after_it_failed_gives_its_connection_back(
    postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed = asyncio.Event()
    wait_for_turn = Pool._wait_for_turn  # noqa: SLF001 - what comes between failure and release

    async def note(self: Pool, connection: object) -> None:
        failed.set()
        await wait_for_turn(self, connection)

    monkeypatch.setattr(Pool, "_wait_for_turn", note)
    async with opened(postgresql_url, pool_size=1, acquire_timeout=10) as database:
        reading = asyncio.create_task(database.fetch_text("SELECT CAST(1 / 0 AS text)", []))
        await failed.wait()
        reading.cancel()
        await asyncio.wait([reading])
        assert reading.cancelled()
        await database.ping()
