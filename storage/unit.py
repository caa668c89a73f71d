"""The unit of work: a verb that happens as a whole or not at all, whatever becomes of its caller.

What a verb does through Tortoise finds the open transaction by itself, because the clients of this room look
for it in the context of the call. A task that outlives its unit finds none and is outside again.
"""

import asyncio
import functools
import logging
from abc import ABC, abstractmethod
from collections.abc import Callable, Coroutine
from contextvars import ContextVar
from typing import Any, Generic, ParamSpec, TypeVar

from tortoise.backends.base.client import BaseDBAsyncClient, TransactionContext
from tortoise.context import get_current_context

from storage.errors import StorageError
from storage.shielded import ShieldedTasks

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")
Verb = Callable[Arguments, Coroutine[Any, Any, Result]]

logger = logging.getLogger(__name__)


class Transaction(ABC):
    """One transaction on one connection, as each database does it."""

    @abstractmethod
    async def begin(self) -> None:
        """Take a connection and begin; keeps no connection when it raises."""

    @abstractmethod
    async def commit(self) -> None:
        """Commit, or roll back and raise; gives the connection back either way."""

    @abstractmethod
    async def rollback(self) -> None:
        """Roll back and give the connection back; never raises."""

    @abstractmethod
    async def run(self, statement: Any) -> Any:
        """Run a statement inside the transaction."""

    @abstractmethod
    async def control(self, statement: str) -> None:
        """Run a statement about the transaction itself, such as SAVEPOINT."""


AnyTransaction = TypeVar("AnyTransaction", bound=Transaction)


class Client(BaseDBAsyncClient, Generic[AnyTransaction]):
    """A Tortoise client whose transactions are units of work."""

    def __init__(self, connection_name: str, **options: Any) -> None:
        super().__init__(connection_name, **options)
        self.shielded = ShieldedTasks()
        self._closed = False

    async def close(self, grace: float = 10.0) -> None:
        """Wait for the units of work that are running, for `grace` seconds at most, then close."""
        if not self._closed:
            self._closed = True
            await self.shielded.finish(grace)
            await self.disconnect()

    @abstractmethod
    async def disconnect(self) -> None:
        """Close the connections."""

    @abstractmethod
    def transaction(self, *, changes_schema: bool = False) -> AnyTransaction:
        """A transaction that has not begun; only one process at a time has one that changes tables."""

    @abstractmethod
    def snapshot(self) -> Any:
        """A snapshot that has not begun: see `storage.snapshot`."""

    def _in_transaction(self) -> TransactionContext:
        unit = current_unit(self)
        return UnitContext(self, self.transaction()) if unit is None else SavepointContext(unit)


class Unit(Generic[AnyTransaction]):
    """A unit of work that is going on."""

    def __init__(self, client: Client[AnyTransaction], transaction: AnyTransaction) -> None:
        self.client = client
        self.transaction = transaction
        self.open = True
        self.savepoints = 0
        self.callbacks: list[Callable[[], None]] = []


def open_client() -> Client[Any]:
    """The client of the database that is open in this process."""
    context = get_current_context()
    client = context.db() if context is not None else None
    if not isinstance(client, Client):
        raise StorageError("No database is open")
    return client


_current: ContextVar[Unit[Any] | None] = ContextVar("unit_of_work", default=None)


def current_unit(client: Client[AnyTransaction]) -> Unit[AnyTransaction] | None:
    """The unit of work that the caller is in, if it is still going on."""
    unit = _current.get()
    return unit if unit is not None and unit.open and unit.client is client else None


class UnitContext(TransactionContext):
    """`async with`: all inside is one transaction, committed at the end, rolled back by an exception."""

    def __init__(self, client: Client[Any], transaction: Transaction) -> None:
        self._client = client
        self._transaction = transaction

    async def __aenter__(self) -> Any:
        begun = self._client.shielded.start(self._transaction.begin())
        try:
            await asyncio.shield(begun)
        except asyncio.CancelledError:
            self._client.shielded.start(self._undo(begun))
            raise
        self._outer = _current.get()
        self._unit = Unit(self._client, self._transaction)
        _current.set(self._unit)
        return self._client

    async def __aexit__(self, kind: object, error: object, traceback: object) -> None:
        self._unit.open = False
        _current.set(self._outer)
        await self._client.shielded.run(self._commit() if kind is None else self._transaction.rollback())

    async def _undo(self, begun: asyncio.Task[None]) -> None:
        await asyncio.wait([begun])
        if not begun.cancelled() and begun.exception() is None:
            await self._transaction.rollback()

    async def _commit(self) -> None:
        await self._transaction.commit()
        for callback in self._unit.callbacks:
            try:
                callback()
            except Exception:
                logger.exception("A callback after a commit failed")


class SavepointContext(TransactionContext):
    """`async with` inside a unit: an exception undoes what was done since, and the unit can go on if it is caught."""

    def __init__(self, unit: Unit[Any]) -> None:
        self._unit = unit

    async def __aenter__(self) -> Any:
        self._unit.savepoints += 1
        self._name = f"savepoint_{self._unit.savepoints}"
        self._callbacks = len(self._unit.callbacks)
        await self._unit.transaction.control(f"SAVEPOINT {self._name}")
        return self._unit.client

    async def __aexit__(self, kind: object, error: object, traceback: object) -> None:
        if kind is not None:
            del self._unit.callbacks[self._callbacks :]
            await self._unit.transaction.control(f"ROLLBACK TO SAVEPOINT {self._name}")
        await self._unit.transaction.control(f"RELEASE SAVEPOINT {self._name}")


def unit_of_work(verb: Verb[Arguments, Result]) -> Verb[Arguments, Result]:
    """Make every call of the verb one transaction; inside another unit of work it is part of that one.

    The verb runs in a task of its own: a cancelled caller leaves it, and it goes on and commits. An exception
    rolls everything back and is raised. A verb that means to survive a failed statement puts it into
    Tortoise's `in_transaction()`, which is a savepoint here, or PostgreSQL loses the whole transaction.
    """

    @functools.wraps(verb)
    async def whole(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
        client = open_client()
        if current_unit(client) is not None:
            return await verb(*args, **kwargs)

        async def work() -> Result:
            async with UnitContext(client, client.transaction()):
                return await verb(*args, **kwargs)

        return await client.shielded.run(work())

    return whole


def after_commit(callback: Callable[[], None]) -> None:
    """Call back once when the unit of work that the caller is in has committed; never if it does not."""
    unit = current_unit(open_client())
    if unit is None:
        raise StorageError("after_commit belongs inside a unit of work")
    unit.callbacks.append(callback)
