"""Which tables are content, in an order in which they can be filled again, and what is in their columns."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from tortoise.fields import Field
from tortoise.fields.relational import ForeignKeyFieldInstance
from tortoise.models import Model

import models
from storage import dialect
from transfer.archive.values import Kind, kind_of

NOT_EXPORTED = {
    "archive_months": "How many posts are in each month: counted anew, in the time zone of the restored site.",
    "archive_years": "Likewise in each year.",
    "comment_events": "The log of the last days: a restored site begins a new one, and tells its followers.",
    "feed": "Where that log stands.",
    "idempotency_keys": "What was asked for during the last day.",
    "import_reports": "What imports reported: the restored site has imported nothing yet.",
    "jobs": "What this site still has to do, such as mail: two sites would do it twice.",
    "search_documents": "The words of what is exported: a restored site makes them anew.",
    "sessions": "Who is signed in where: people sign in again.",
    "site_state": "What such rows as the archive of months were made by; the manifest has the ids of feeds.",
    "throttles": "What was tried too often during the last minutes.",
}
"""By the names of tables, why they are left out."""
ORDER_OF_BYTES = {"sqlite": "", "postgresql": ' COLLATE "C"'}
"""How keys that are texts are ordered alike everywhere, whatever a database's language."""
MISSING = object()


@dataclass(frozen=True, slots=True)
class Column:
    """A column, and the table that its values are keys of, if any; `default` is what older archives leave out."""

    name: str
    kind: Kind
    null: bool
    default: Any
    target: str | None
    late: bool = False
    """Whether its target is filled after its own table."""


@dataclass(frozen=True)
class Table:
    """A table whose rows are exported in the order of `key`, which the database makes up where it is `counted`."""

    name: str
    key: str
    counted: bool
    columns: tuple[Column, ...]

    @cached_property
    def listed(self) -> str:
        """Its columns, for a statement."""
        return ", ".join(f'"{column.name}"' for column in self.columns)

    @property
    def select(self) -> str:
        """The statement that reads it whole, in order."""
        order = "" if self.counted else ORDER_OF_BYTES[dialect()]
        return f'SELECT {self.listed} FROM "{self.name}" ORDER BY "{self.key}"{order}'  # noqa: S608 - names of ours


def tables() -> list[Table]:
    """The tables that are content, each after those without which it cannot be filled."""
    left = {
        model._meta.db_table: model  # noqa: SLF001 - Tortoise's way to the table
        for model in vars(models).values()
        if isinstance(model, type) and issubclass(model, Model)
    }
    left = {name: left[name] for name in sorted(left) if name not in NOT_EXPORTED}
    done: list[Table] = []
    while left:
        name = _next(left, {table.name for table in done})
        done.append(_table(left.pop(name), left.keys()))
    return done


def _next(left: dict[str, type[Model]], done: set[str]) -> str:
    """The first table that refers to no other that is still missing; or, in a circle, to none that it must refer to."""
    for needed_only in (False, True):
        for name, model in left.items():
            targets = {
                target
                for target, null in _references(model).values()
                if target != name and not (needed_only and null)
            }
            if targets <= done:
                return name
    raise AssertionError(f"Tables refer to each other in a circle: {', '.join(left)}")


def _references(model: type[Model]) -> dict[str, tuple[str, bool]]:
    """By its column, the table that each foreign key refers to, and whether it may be null."""
    meta = model._meta  # noqa: SLF001 - Tortoise's way to the fields
    found = {}
    for name in meta.fk_fields | meta.o2o_fields:
        field = meta.fields_map[name]
        assert isinstance(field, ForeignKeyFieldInstance)  # noqa: S101 - that is what they are
        target: Any = field.related_model
        found[str(field.source_field)] = (str(target._meta.db_table), field.null)  # noqa: SLF001 - likewise
    return found


def _table(model: type[Model], later: Collection[str]) -> Table:
    meta = model._meta  # noqa: SLF001 - Tortoise's way to the fields
    key = meta.db_pk_column
    names = sorted(meta.fields_db_projection_reverse, key=lambda name: (name != key, name))
    return Table(meta.db_table, key, meta.pk.generated, tuple(_columns(model, names, later)))


def _columns(model: type[Model], names: list[str], later: Collection[str]) -> Iterator[Column]:
    meta = model._meta  # noqa: SLF001 - Tortoise's way to the fields
    references = _references(model)
    for name in names:
        field = meta.fields_map[meta.fields_db_projection_reverse[name]]
        target = references.get(name, (None, False))[0]
        yield Column(name, kind_of(field), field.null, _default(field), target, late=target in later)


def _default(field: Field[Any]) -> Any:
    """What migrations give rows that were there before the column, or else what code would."""
    default = field.db_default if field.has_db_default() else field.default
    return MISSING if default is None and not field.null else default
