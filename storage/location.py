"""Where the database is: the address that a setting gives, understood and checked."""

from dataclasses import dataclass
from typing import Literal
from urllib.parse import unquote, urlsplit

from storage.errors import BadDatabaseURL

Dialect = Literal["sqlite", "postgresql"]

EXPECTED = (
    "expected a file (causerie.db), sqlite:///path/to/causerie.db or postgresql://user:password@host/database"
)


@dataclass(frozen=True, slots=True)
class Location:
    """A database: the path of a file for SQLite, a URL for PostgreSQL. `shown` has no password in it."""

    dialect: Dialect
    target: str
    shown: str


def locate(url: str) -> Location:
    """Understand `sqlite://relative.db`, `sqlite:///absolute/path.db`, a plain path or a `postgresql://` URL.

    Raises:
        BadDatabaseURL: it is none of these.
    """
    scheme, separator, rest = url.partition("://")
    if not separator:
        return _file(url)
    if scheme == "sqlite":
        return _file(unquote(rest))
    if scheme in ("postgresql", "postgres"):
        return _server(rest)
    raise BadDatabaseURL(f"{scheme}:// is no database that Causerie knows: {EXPECTED}")


def _file(path: str) -> Location:
    if not path.strip():
        raise BadDatabaseURL(f"The database's address is empty: {EXPECTED}")
    if ":memory:" in path:
        raise BadDatabaseURL("A database in memory cannot have several connections: name a file instead")
    return Location("sqlite", path, path)


def _server(rest: str) -> Location:
    url = f"postgresql://{rest}"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise BadDatabaseURL(f"The PostgreSQL address cannot be read: {EXPECTED}") from None
    name = parts.path.strip("/")
    if not name:
        raise BadDatabaseURL(f"The PostgreSQL address names no database: {EXPECTED}")
    place = f"{parts.hostname or ''}{f':{port}' if port else ''}"
    return Location("postgresql", url, f"postgresql://{place}/{name}")
