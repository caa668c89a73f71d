"""A site becomes an archive: every row of every table that is content, at one moment, and every picture."""

import json
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from media.names import digest_of, names_of
from media.store import MediaStore
from resolvers import feed_ids
from storage import Snapshot, dialect, execute, snapshot
from storage.migration import applied
from transfer.archive.manifest import (
    NAME,
    FileEntry,
    Manifest,
    TableEntry,
    media_file,
    table_file,
)
from transfer.archive.tables import ORDER_OF_BYTES, Table, tables
from transfer.archive.writing import Target, new_archive

Progress = Callable[[str, int, int], None]
encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@dataclass(frozen=True, slots=True)
class Exported:
    """What has been exported: the rows of each table, how many files of pictures, and how many are not there."""

    rows: dict[str, int]
    pictures: int
    missing: int


async def export_site(
    path: Path,
    media: MediaStore | None,
    progress: Progress = lambda _what, _done, _total: None,
) -> Exported:
    """Write the open database, as it is now, and its pictures to a ZIP file or a folder.

    Raises:
        PlaceTaken: something is there already.
        StoreUnavailable: the pictures cannot be read.
    """
    with new_archive(path) as target:
        async with snapshot() as view:
            known = tables()
            entries = [await _table(table, view, target, progress) for table in known]
            schema = (await applied())[-1]
            files, missing = await _media(view, media, target, progress)
            ids = await feed_ids.stored() or ""
        manifest = Manifest(schema, tuple(entries), tuple(files), feed_ids=ids)
        with target.file(NAME) as file:
            file.write(manifest.encoded())
    return Exported({entry.table: entry.rows for entry in entries}, len(files), missing)


async def _table(table: Table, view: Snapshot, target: Target, progress: Progress) -> TableEntry:
    (counted,) = await execute(f'SELECT count(*) AS rows FROM "{table.name}"')  # noqa: S608 - a name of ours
    total, done = counted["rows"], 0
    with target.file(table_file(table.name)) as file:
        progress(table.name, done, total)
        async for page in view.pages(table.select):
            file.write(b"".join(_lines(table, page)))
            done += len(page)
            progress(table.name, done, total)
        entry = file.entry()
    return TableEntry(table.name, done, await _next_id(table) if table.counted else None, entry)


def _lines(table: Table, page: Any) -> Iterator[bytes]:
    shown = [(column.name, column.kind.dump) for column in table.columns]
    for row in page:
        values = {
            name: None if value is None else dump(value)
            for (name, dump), value in zip(shown, row, strict=True)
        }
        yield f"{encode(values)}\n".encode()


async def _next_id(table: Table) -> int:
    """The key of the next row, so that those of rows that are gone are given to no other in the restored site."""
    if dialect() == "sqlite":
        rows = await execute("SELECT seq + 1 AS next FROM sqlite_sequence WHERE name = ?", [table.name])
        return rows[0]["next"] if rows else 1
    (found,) = await execute(f"SELECT pg_get_serial_sequence('{table.name}', '{table.key}') AS name")
    (row,) = await execute(f"SELECT last_value + is_called::int AS next FROM {found['name']}")  # noqa: S608 - its own
    return int(row["next"])


async def _media(
    view: Snapshot, media: MediaStore | None, target: Target, progress: Progress
) -> tuple[list[FileEntry], int]:
    """Every file of every picture that a row names, and how many are not there."""
    files: list[FileEntry] = []
    missing = 0
    async for name in _named(view):
        entry = None if media is None else await _picture(name, media, target)
        if entry is None:
            missing += 1
        else:
            files.append(entry)
            progress("pictures", len(files), len(files))
    return files, missing


async def _named(view: Snapshot) -> AsyncIterator[str]:
    """What the files of all pictures are called, each once, in order."""
    order = f"digest{ORDER_OF_BYTES[dialect()]}"
    sql = f"SELECT digest, max(width) AS width FROM images GROUP BY digest ORDER BY {order}"  # noqa: S608 - ours
    async for page in view.pages(sql):
        for row in page:
            for name in sorted(names_of(row["digest"], row["width"])):
                yield name


async def _picture(name: str, media: MediaStore, target: Target) -> FileEntry | None:
    found = None if digest_of(name) is None else await media.read(name)
    if found is None:
        return None
    try:
        with target.file(media_file(name), packed=False) as file:
            async for piece in found.pieces:
                file.write(piece)
            return file.entry()
    finally:
        await found.close()
