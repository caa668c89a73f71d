"""`manifest.json`: what an archive says of itself, and what it must then be found to have."""

import json
from dataclasses import asdict, dataclass
from importlib import metadata
from typing import Any, TypeVar

from media.names import digest_of
from transfer.archive.errors import ArchiveError

NAME = "manifest.json"
FORMAT = 1
LARGEST_BYTES = 256 * 2**20
_NO_MANIFEST = f"Its {NAME} is not one that causerie export has written"


@dataclass(frozen=True, slots=True)
class FileEntry:
    """A file of the archive."""

    name: str
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class TableEntry:
    """The file of a table; `next_id` is the key that the database would give to the next row, if it gives any."""

    table: str
    rows: int
    next_id: int | None
    file: FileEntry


@dataclass(frozen=True, slots=True)
class Manifest:
    """All of it; `schema` is the last migration of the database that was exported.

    `feed_ids` is what the ids of the site's feeds begin with, if it has had any: readers know its posts by them.
    """

    schema: str
    tables: tuple[TableEntry, ...]
    media: tuple[FileEntry, ...]
    causerie: str = metadata.version("causerie")
    format: int = FORMAT
    feed_ids: str = ""

    def encoded(self) -> bytes:
        """As it stands in the archive."""
        shown = {
            "format": self.format,
            "causerie": self.causerie,
            "schema": self.schema,
            **({"feed_ids": self.feed_ids} if self.feed_ids else {}),
            "tables": [asdict(entry) for entry in self.tables],
            "media": [asdict(entry) for entry in self.media],
        }
        return (json.dumps(shown, indent=1, ensure_ascii=False) + "\n").encode()

    @property
    def files(self) -> list[FileEntry]:
        """Every file but the manifest itself."""
        return [*(entry.file for entry in self.tables), *self.media]


def table_file(table: str) -> str:
    """Where a table's rows are."""
    return f"tables/{table}.ndjson"


def media_file(name: str) -> str:
    """Where a file of the store of pictures is."""
    return f"media/{name}"


def media_name(entry: FileEntry) -> str:
    """What the store of pictures calls the file."""
    return entry.name.removeprefix("media/")


def decoded(data: bytes) -> Manifest:
    """The manifest in these bytes.

    Raises:
        ArchiveError: it is none, is of a newer format, or names what no export has.
    """
    try:
        found = json.loads(data)
        _refuse_newer(found)
        manifest = _manifest(found)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise ArchiveError(f"{_NO_MANIFEST} ({type(error).__name__}: {error})") from error
    names = [entry.name for entry in manifest.files]
    if len(set(names)) < len(names):
        raise ArchiveError(f"{_NO_MANIFEST}: it names a file twice")
    return manifest


def _refuse_newer(found: dict[str, Any]) -> None:
    if _is(found["format"], int) > FORMAT:
        version = _is(found.get("causerie", ""), str)
        raise ArchiveError(f"It was exported by a newer Causerie ({version}): install that, or a newer one")


def _manifest(found: dict[str, Any]) -> Manifest:
    return Manifest(
        schema=_is(found["schema"], str),
        tables=tuple(_table(each) for each in _is(found["tables"], list)),
        media=tuple(_media(each) for each in _is(found["media"], list)),
        causerie=_is(found["causerie"], str),
        format=found["format"],
        feed_ids=_is(found.get("feed_ids", ""), str),
    )


def _table(found: dict[str, Any]) -> TableEntry:
    entry = _file(found["file"])
    next_id = found["next_id"]
    table = _is(found["table"], str)
    if entry.name != table_file(table):
        raise ArchiveError(f"{_NO_MANIFEST}: it has the table {table!r} in the file {entry.name!r}")
    return TableEntry(table, _count(found["rows"]), None if next_id is None else _count(next_id), entry)


def _media(found: dict[str, Any]) -> FileEntry:
    entry = _file(found)
    if not entry.name.startswith("media/") or digest_of(media_name(entry)) is None:
        raise ArchiveError(f"{_NO_MANIFEST}: {entry.name!r} is not what a picture is called")
    return entry


def _file(found: dict[str, Any]) -> FileEntry:
    return FileEntry(_is(found["name"], str), _count(found["bytes"]), _is(found["sha256"], str))


Found = TypeVar("Found")


def _is(value: Any, kind: type[Found]) -> Found:
    if type(value) is not kind:
        raise TypeError(f"{value!r:.40} is not of the type {kind.__name__}")
    return value


def _count(value: Any) -> int:
    if _is(value, int) < 0:
        raise ValueError(f"{value} is less than nothing")
    return int(value)
