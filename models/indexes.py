"""Indexes that Tortoise lacks."""

from typing import Any

from tortoise.indexes import Index


class NotNullIndex(Index):
    """An index of those rows alone that have a value in `column`."""

    def __init__(self, *, fields: list[str], name: str, column: str) -> None:
        super().__init__(fields=fields, name=name)
        self.column = column
        self.extra = f" WHERE {column} IS NOT NULL"

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        """How a migration makes it again."""
        path, args, kwargs = super().deconstruct()
        return path, args, {**kwargs, "column": self.column}
