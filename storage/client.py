"""What Tortoise calls, the same on each database: a unit of work keeps to its transaction, reads and writes part."""

from abc import abstractmethod
from collections.abc import Sequence
from functools import partial
from types import ModuleType
from typing import Any

from storage.fair_limiter import FairLimiter
from storage.reading import is_read
from storage.reservation import MODEST_BYTES, AnswerSizes, reservation_of_task
from storage.unit import AnyTransaction, Client, current_unit


class BaseClient(Client[AnyTransaction]):
    """A client whose statements are functions of its module `jobs`: rows, insert, many and script."""

    jobs: ModuleType

    def __init__(self, *, largest_answer: int, acquire_timeout: float | None, **options: Any) -> None:
        super().__init__(**options)
        self.largest_answer = largest_answer
        self.sizes = AnswerSizes()
        self._large = FairLimiter(1, acquire_timeout)

    async def execute_query(self, query: str, values: list[Any] | None = None) -> tuple[int, list[Any]]:
        """Run a statement: how many rows it changed or found, and what it returned."""
        job = partial(self.jobs.rows, sql=query, parameters=values or ())
        found: tuple[int, list[Any]] = await self.run(job, reads=is_read(query))
        return found

    async def execute_query_dict(self, query: str, values: list[Any] | None = None) -> list[dict[str, Any]]:
        """Run a statement: what it returned."""
        return [dict(row) for row in (await self.execute_query(query, values))[1]]

    async def execute_insert(self, query: str, values: list[Any]) -> Any:
        """Insert a row: what the database made up of it, such as its key."""
        return await self.run(partial(self.jobs.insert, sql=query, parameters=values))

    async def execute_many(self, query: str, values: list[list[Any]]) -> None:
        """Run a statement for each list of values: all of them or none."""
        await self.run(partial(self.jobs.many, sql=query, parameters=values))

    async def execute_script(self, query: str) -> None:
        """Run several statements: all of them or none."""
        await self.run(partial(self.jobs.script, sql=query))

    async def ping(self) -> None:
        """See `Database.ping`."""
        await self.execute_query("SELECT 1")

    async def run(self, job: Any, *, reads: bool = False) -> Any:
        """Run a job: in the unit of work that is going on, on a connection that reads, or alone."""
        unit = current_unit(self)
        if unit is not None:
            return await unit.transaction.run(job)
        if reads:
            return await self.read(job)
        return await self.shielded.run(self.write_alone(job))

    def send_away(self) -> None:
        """Tell those who wait to read something large that the database is closed."""
        self._large.close()

    async def read_value(self, sql: str, parameters: Sequence[Any]) -> bytes | None:
        """The first column of the first row; it counts as memory of the operation that this task is part of."""
        reservation = reservation_of_task.get()
        if reservation is None:
            value = await self.value(self.largest_answer, sql, parameters)
        else:
            attempt = partial(self._bounded, sql=sql, parameters=parameters)
            value = await reservation.read(attempt, self.sizes.expected(sql))
        self.sizes.record(sql, value)
        return value

    async def _bounded(self, limit: int, sql: str, parameters: Sequence[Any]) -> bytes | None:
        if limit <= MODEST_BYTES:
            return await self.value(limit, sql, parameters)
        slot = await self._large.take()
        try:
            return await self.value(limit, sql, parameters)
        finally:
            self._large.end(slot)

    @abstractmethod
    async def value(self, limit: int, sql: str, parameters: Sequence[Any]) -> bytes | None:
        """The first column of the first row; AnswerTooLarge when it has more bytes than the limit."""

    @abstractmethod
    async def read(self, job: Any) -> Any:
        """Run a job that only reads."""

    @abstractmethod
    async def write_alone(self, job: Any) -> Any:
        """Run a job in a transaction of its own, or as one statement."""
