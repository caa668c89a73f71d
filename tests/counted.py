"""A database that remembers what it was asked."""

from collections.abc import Sequence

from storage import Database

Statements = Sequence[tuple[str, Sequence[object]]]


class Counted:
    """A database that remembers the statements of the compiler."""

    def __init__(self, database: Database) -> None:
        self.real = database
        self.statements: list[str] = []

    @property
    def dialect(self) -> str:
        return self.real.dialect

    async def fetch_json(self, sql: str, parameters: Sequence[object]) -> bytes | None:
        self.statements.append(sql)
        return await self.real.fetch_json(sql, parameters)

    def fetch_json_nowait(self, statements: Statements) -> Sequence[bytes | None] | None:
        values = self.real.fetch_json_nowait(statements)
        if values is not None:
            self.statements += [sql for sql, _ in statements]
        return values
