"""What Tortoise calls, the same on each database: a unit of work keeps to its transaction, reads and writes part."""

from abc import abstractmethod
from functools import partial
from types import ModuleType
from typing import Any

from storage.reading import is_read
from storage.unit import AnyTransaction, Client, current_unit


class CallableClient(Client[AnyTransaction]):
    """A client whose statements are errands of its `errands`: rows, insert, many and script."""

    errands: ModuleType

    async def execute_query(self, query: str, values: list[Any] | None = None) -> tuple[int, list[Any]]:
        """Run a statement: how many rows it changed or found, and what it returned."""
        errand = partial(self.errands.rows, sql=query, parameters=values or ())
        found: tuple[int, list[Any]] = await self.run(errand, reads=is_read(query))
        return found

    async def execute_query_dict(self, query: str, values: list[Any] | None = None) -> list[dict[str, Any]]:
        """Run a statement: what it returned."""
        return [dict(row) for row in (await self.execute_query(query, values))[1]]

    async def execute_insert(self, query: str, values: list[Any]) -> Any:
        """Insert a row: what the database made up of it, such as its key."""
        return await self.run(partial(self.errands.insert, sql=query, parameters=values))

    async def execute_many(self, query: str, values: list[list[Any]]) -> None:
        """Run a statement for each list of values: all of them or none."""
        await self.run(partial(self.errands.many, sql=query, parameters=values))

    async def execute_script(self, query: str) -> None:
        """Run several statements: all of them or none."""
        await self.run(partial(self.errands.script, sql=query))

    async def ping(self) -> None:
        """See `Database.ping`."""
        await self.execute_query("SELECT 1")

    async def run(self, errand: Any, *, reads: bool = False) -> Any:
        """Run an errand: in the unit of work that is going on, on a connection that reads, or alone."""
        unit = current_unit(self)
        if unit is not None:
            return await unit.transaction.run(errand)
        if reads:
            return await self.read(errand)
        return await self.unbroken.run(self.write_alone(errand))

    @abstractmethod
    async def read(self, errand: Any) -> Any:
        """Run an errand that only reads."""

    @abstractmethod
    async def write_alone(self, errand: Any) -> Any:
        """Run an errand in a transaction of its own, or as one statement."""
