"""What becomes of jobs, and who works on them.

Each commit to the SQLite file makes every kept answer obsolete, so what happens after a job's own transaction is noted
in a second file beside it, and jobs that are done are removed from the database by many in one commit. On PostgreSQL,
where no answers are kept, the same tables are in the database.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import orjson

from jobs import tables
from jobs.handler import LONGEST_DELAY_SECONDS, Attempt
from models import Job
from models.fields import rfc3339
from storage import Database, execute_counted, unit_of_work
from storage.sqlite.side_file import SideFile

SIDE_FILE_END = "-jobs"
SWEPT_AT_ONCE = 1000
CREDIBLE = timedelta(seconds=LONGEST_DELAY_SECONDS) * 2
"""How far ahead the next try of a job may be: one further was noted by a clock that is right no more."""
LONGEST_ERROR_CHARACTERS = 500

Execute = Callable[[str, list[Any]], Awaitable[tuple[int, Sequence[Any]]]]


@dataclass(frozen=True, slots=True)
class Entry:
    """A job that is not done, as it is listed; `error` is the latest."""

    id: int
    kind: str
    key: str | None
    attempts: int
    due: datetime | None
    dead: bool
    error: str | None


@asynccontextmanager
async def open_bookkeeping(database: Database) -> AsyncIterator["Bookkeeping"]:
    """The bookkeeping of an open database; nothing is opened before it is needed."""
    if database.dialect == "postgresql":
        yield Bookkeeping(_execute_postgresql, _as_it_is)
        return
    file = SideFile(database.location.target, SIDE_FILE_END, tables.SQLITE_TABLES)
    try:
        yield Bookkeeping(file.execute, rfc3339, file.execute_at_once)
    finally:
        await file.close()


class Bookkeeping:
    """Statements over `jobs.tables`.

    `execute` runs one that stands alone, `at_once` does so without waiting for a thread, where there is one, and
    `moment` makes the value of a column.
    """

    def __init__(
        self,
        execute: Execute,
        moment: Callable[[datetime], Any],
        at_once: Callable[[str, list[Any]], Awaitable[Any]] | None = None,
    ) -> None:
        self.execute = execute
        self._at_once = at_once or execute
        self._moment = moment

    async def due(self, kind: str, now: datetime, most: int) -> list[Attempt]:
        """Jobs of a kind that are to be tried now, the oldest first."""
        moments = self._moment(now), self._moment(now + CREDIBLE)
        _, rows = await self.execute(tables.DUE, [kind, *moments, most])
        return [
            Attempt(
                job_id=row["id"],
                mark=row["mark"],
                kind=row["kind"],
                key=row["key"],
                payload=orjson.loads(row["payload"]),
                number=row["attempts"] + 1,
                noted=row["noted"],
                note=partial(self._note, row["mark"]),
            )
            for row in rows
        ]

    async def begin(self, attempt: Attempt, next_try: datetime) -> None:
        """Note an attempt before its outcome is known: one that takes this process along counts, too."""
        await self.execute(tables.BEGIN, [attempt.mark, attempt.job_id, self._moment(next_try)])

    async def give_back(self, attempt: Attempt, now: datetime) -> None:
        """Take an attempt back that was broken off for no fault of its own."""
        await self.execute(tables.GIVE_BACK, [attempt.mark, self._moment(now)])

    async def finish(self, attempt: Attempt, now: datetime) -> None:
        """The job is done."""
        await self._end(attempt, now, "DONE", None)

    async def fail(self, attempt: Attempt, next_try: datetime, error: str) -> None:
        """The attempt failed, and there will be another one."""
        await self._end(attempt, next_try, None, error)

    async def bury(self, attempt: Attempt, now: datetime, error: str) -> None:
        """The job is given up, and stays in the list."""
        await self._end(attempt, now, "DEAD", error)

    async def sweep(self) -> int:
        """Remove what is done from the database, and notes of what is there no more; how many jobs that were."""
        removed = 0
        while True:
            _, rows = await self.execute(tables.DONE, [SWEPT_AT_ONCE])
            found = (
                await _remove([row["job_id"] for row in rows], [row["mark"] for row in rows]) if rows else 0
            )
            await self.execute(tables.FORGET_ORPHANS, [])
            removed += found
            if len(rows) < SWEPT_AT_ONCE or not found:
                return removed

    async def entries(self) -> list[Entry]:
        """Every job that is not done."""
        _, rows = await self.execute(tables.LISTED, [])
        return [_entry(row) for row in rows]

    async def retry(self, job_id: int | None = None) -> None:
        """Begin a job anew, or each that is not done."""
        if job_id is None:
            await self.execute(tables.RETRY_ALL, [])
        else:
            await self.execute(tables.RETRY, [job_id])

    async def _note(self, mark: int, text: str) -> None:
        await self._at_once(tables.NOTE, [mark, text])

    async def _end(self, attempt: Attempt, moment: datetime, outcome: str | None, error: str | None) -> None:
        text = None if error is None else error.replace("\0", "")[:LONGEST_ERROR_CHARACTERS]
        values = [attempt.mark, attempt.job_id, attempt.number, self._moment(moment), outcome, text]
        await self.execute(tables.END, values)


@unit_of_work
async def drop(job_id: int) -> bool:
    """Remove a job, done or not; whether there was one."""
    return bool(await Job.filter(id=job_id).delete())


@unit_of_work
async def _remove(ids: Iterable[int], marks: Iterable[int]) -> int:
    """Those that somebody is just enqueuing anew are left to them: nobody waits for anybody."""
    done = Job.filter(id__in=list(ids), mark__in=list(marks)).select_for_update(skip_locked=True)
    return await Job.filter(id__in=await done.values_list("id", flat=True)).delete()


async def _execute_postgresql(sql: str, parameters: list[Any]) -> tuple[int, Sequence[Any]]:
    return await execute_counted(sql.replace("?", "$"), parameters)


def _as_it_is(moment: datetime) -> datetime:
    return moment


def _entry(row: Any) -> Entry:
    moments = [_read(row[name]) for name in ("not_before", "next_try")]
    return Entry(
        id=row["id"],
        kind=row["kind"],
        key=row["key"],
        attempts=row["attempts"] or 0,
        due=max((moment for moment in moments if moment is not None), default=None),
        dead=row["outcome"] == "DEAD",
        error=row["error"],
    )


def _read(value: Any) -> datetime | None:
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return None if moment is None else moment.astimezone(UTC)
