"""Column types that Tortoise lacks."""

from datetime import UTC, datetime
from typing import Any

from tortoise.fields import BigIntField, Field
from tortoise.models import Model

RFC3339_FORMAT = "%Y-%m-%dT%H:%M:%S.%fZ"


def rfc3339(moment: datetime) -> str:
    """The moment as the API writes it: RFC 3339, UTC, always six digits of microseconds."""
    return moment.astimezone(UTC).strftime(RFC3339_FORMAT)


class InstantField(Field[datetime], datetime):
    """A moment in UTC, to the microsecond; Python sees an aware datetime.

    SQLite has no such type and Tortoise's own field leaves the microseconds out when they are zero. Here it
    is text in the API's own format: it sorts as time does, and a read copies it into the answer as it stands.
    """

    SQL_TYPE = "TIMESTAMPTZ"

    class _db_sqlite:  # noqa: N801 - the name Tortoise looks for
        SQL_TYPE = "TEXT"

    def to_db_value(self, value: Any, instance: type[Model] | Model | None) -> Any:
        """The column's value; naive datetimes are refused, since nobody knows which moment they mean."""
        if value is None:
            return None
        self._refuse_naive(value)
        owner = instance or self.model  # Tortoise's bulk updates name no instance
        if owner._meta.db.capabilities.dialect == "sqlite":  # noqa: SLF001 - Tortoise's way to the dialect
            return rfc3339(value)
        return value

    def to_python_value(self, value: Any) -> datetime | None:
        """An aware datetime in UTC from what the database or the code gave."""
        if value is None:
            return None
        moment = datetime.fromisoformat(value) if isinstance(value, str) else value
        self._refuse_naive(moment)
        return moment.astimezone(UTC)

    def _refuse_naive(self, moment: datetime) -> None:
        if moment.tzinfo is None:
            raise ValueError(f"{self.model_field_name} needs an aware datetime, not {moment!r}")


class GivenKeyField(BigIntField):
    """A numeric primary key that the code chooses.

    SQLite makes the key the row's own address only when the column's type is exactly INTEGER; a BIGINT key
    would be a second tree beside the table.
    """

    class _db_sqlite:  # noqa: N801 - the name Tortoise looks for
        SQL_TYPE = "INTEGER"

    def __init__(self, **options: Any) -> None:
        super().__init__(**{**options, "primary_key": True, "generated": False})


class WordsField(Field[str], str):  # type: ignore[misc] # noqa: SLOT000 - as Tortoise's own fields of text are
    """Words to be found by: PostgreSQL has a type of column for them, SQLite a table beside the one with their text."""

    SQL_TYPE = "TSVECTOR"

    class _db_sqlite:  # noqa: N801 - the name Tortoise looks for
        SQL_TYPE = "TEXT"
