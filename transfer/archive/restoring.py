"""An archive becomes a site: all of it, or nothing.

Every file is checked against the manifest before anything is written. Pictures come first, since those that no row
names are in nobody's way, and then all rows in one transaction.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tortoise.exceptions import IntegrityError, OperationalError

from live.feed import event_log
from media.store import MediaStore
from resolvers import feed_ids, search_index
from resolvers.archive_months import recount_archive
from storage import dialect, execute, unit_of_work
from storage.migration import known
from transfer.archive.errors import ArchiveError
from transfer.archive.filling import Filling, fill_table
from transfer.archive.manifest import Manifest, TableEntry, media_name
from transfer.archive.reading import Archive, opened_archive
from transfer.archive.tables import Table, tables

Progress = Callable[[str, int, int], None]
LARGEST_PICTURE_BYTES = 256 * 2**20


class NotEmpty(ArchiveError):
    """The site has content already."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What has been restored: the rows of each table, and how many files of pictures."""

    rows: dict[str, int]
    pictures: int


async def restore_site(
    path: Path,
    media: MediaStore | None,
    progress: Progress = lambda _what, _done, _total: None,
) -> Restored:
    """Fill the open database, which is migrated and has no content, from an archive.

    Followers of the feed are told to begin anew. Nobody is signed in.

    Raises:
        ArchiveError: the archive is broken, or newer than this Causerie, or the site is not empty.
        StoreUnavailable: the pictures cannot be kept.
    """
    with opened_archive(path) as archive:
        manifest = archive.manifest()
        _refuse_unknown(manifest)
        await _refuse_unless_empty()
        _check(archive, manifest, progress)
        await _keep_pictures(archive, manifest, media, progress)
        filling = Filling(progress)
        try:
            await _fill(archive, manifest, filling)
        except asyncio.CancelledError:
            filling.given_up = True
            raise
        except (IntegrityError, OperationalError) as error:
            raise ArchiveError(f"{path}: the database refuses what is in it: {error}") from error
    pictures = len(manifest.media) if media is not None else 0
    return Restored({entry.table: entry.rows for entry in manifest.tables}, pictures)


def _refuse_unknown(manifest: Manifest) -> None:
    if manifest.schema not in known():
        raise ArchiveError(
            f"It was exported by a newer Causerie ({manifest.causerie}, tables {manifest.schema}): install that, "
            "or a newer one"
        )
    names = {table.name for table in tables()}
    if strange := [entry.table for entry in manifest.tables if entry.table not in names]:
        raise ArchiveError(f"It has tables that Causerie does not: {', '.join(strange)}")


async def _refuse_unless_empty() -> None:
    for table in tables():
        if await execute(f'SELECT 1 FROM "{table.name}" LIMIT 1'):  # noqa: S608 - a name of ours
            raise NotEmpty(
                f"The site has rows already ({table.name}): name a new database with --database, which this makes"
            )


def _check(archive: Archive, manifest: Manifest, progress: Progress) -> None:
    """Read every file to its end, so that nothing has to be undone for one that is broken."""
    for entry in manifest.media:
        if entry.bytes > LARGEST_PICTURE_BYTES:
            raise archive.wrong(entry)
    total, done = sum(entry.bytes for entry in manifest.files), 0
    for entry in manifest.files:
        for piece in archive.pieces(entry):
            done += len(piece)
            progress("checking", done, total)


async def _keep_pictures(
    archive: Archive, manifest: Manifest, media: MediaStore | None, progress: Progress
) -> None:
    if media is None:
        return
    for done, entry in enumerate(manifest.media, 1):
        await media.put(media_name(entry), b"".join(archive.pieces(entry)))
        progress("pictures", done, len(manifest.media))


@unit_of_work
async def _fill(archive: Archive, manifest: Manifest, filling: Filling) -> None:
    await _refuse_unless_empty()
    entries = {entry.table: entry for entry in manifest.tables}
    for table in tables():
        if table.name in entries:
            await fill_table(table, archive, entries[table.name], filling)
    await filling.fill_in()
    if manifest.feed_ids:
        await feed_ids.keep(manifest.feed_ids)
    for table in tables():
        if table.counted and table.name in entries:
            await _go_on_counting(table, entries[table.name], filling.last_ids.get(table.name, 0))
    await recount_archive()
    await search_index.index_everything()
    if dialect() == "postgresql":
        await execute("ANALYZE")  # or the planner takes so many rows for a few
    await event_log.begin_anew()


async def _go_on_counting(table: Table, entry: TableEntry, last_id: int) -> None:
    """Let the next row have the key that it would have had in the exported site."""
    next_id = max(entry.next_id or 1, last_id + 1)
    if dialect() == "postgresql":
        await execute(
            f"SELECT setval(pg_get_serial_sequence('{table.name}', '{table.key}'), $1, false)",
            [next_id],
        )
    elif next_id > 1:
        await execute("DELETE FROM sqlite_sequence WHERE name = ?", [table.name])
        await execute("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", [table.name, next_id - 1])
