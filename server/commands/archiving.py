"""`causerie export`, `backup` and `restore`: a site as files, and files as a site."""

import asyncio
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from media.places import store_at
from server.app import open_for
from server.commands.common import CommandError, DatabaseOption, out, refuse_missing, with_database
from server.commands.data import Bars
from server.config import policies
from server.config.environment import load_settings
from server.config.settings import Settings
from storage import Database
from storage.location import Dialect, locate
from transfer.archive.exporting import Exported, export_site
from transfer.archive.restoring import Restored, restore_site
from transfer.backup import postgresql, sqlite
from transfer.backup.kinds import BackupKind, kind_at
from transfer.wxr.export import Left, export_wxr
from transfer.wxr.head import Site

SHOWN = ("user", "post", "comment")
DIALECTS: dict[BackupKind, Dialect] = {BackupKind.SQLITE: "sqlite", BackupKind.POSTGRESQL: "postgresql"}
PRIVATE = "It holds e-mail addresses and hashes of passwords: keep it to yourself."


def export(
    place: Annotated[Path, typer.Argument(metavar="FOLDER|FILE", show_default=False)],
    *,
    database: DatabaseOption = None,
    wxr: Annotated[
        bool, typer.Option("--wxr", help="Write one file of WordPress' format, which most systems read.")
    ] = False,
) -> None:
    """Write all content to a folder or a ZIP file, which causerie restore reads on any database.

    The server may go on meanwhile. Sessions, throttles and the log of the feed are left out.
    """
    settings = load_settings(database=database)
    if wxr:
        _export_wxr(settings, place)
        return

    async def work(_: Database) -> Exported:
        with closing(Bars()) as bars:
            return await export_site(place, store_at(settings.media), bars.show)

    done = with_database(settings, work)
    out.print(f"{place}: {_counts(done.rows, done.pictures)}. {PRIVATE}")
    if done.missing:
        out.print(
            f"Not in {settings.media}, and so not in the export: {done.missing} picture files that rows name."
        )


def backup(
    file: Annotated[Path, typer.Argument(show_default=False)], *, database: DatabaseOption = None
) -> None:
    """Copy the database to a file, as it is now, while the server goes on. Pictures are not in it."""
    settings = load_settings(database=database)
    location = locate(settings.database)
    if location.dialect == "postgresql":
        postgresql.back_up(location.target, file)
    else:
        refuse_missing(settings)
        with closing(Bars()) as bars:
            sqlite.back_up(Path(location.target), file, bars.show)
    out.print(f"{file}: a backup of {location.shown}. {PRIVATE}")


def restore(
    file: Annotated[Path, typer.Argument(show_default=False)],
    *,
    replace: Annotated[
        bool, typer.Option("--replace", help="Put a backup in the place of a database that has content.")
    ] = False,
    database: DatabaseOption = None,
) -> None:
    """Make a site of what causerie export or backup has written; the server has to be stopped.

    An export goes into a new database, which is made, or one without any content.
    """
    settings = load_settings(database=database)
    kind = kind_at(file)
    if kind is BackupKind.EXPORT:
        done = _restore_export(settings, file)
        out.print(f"{_shown(settings)}: {_counts(done.rows, done.pictures)}. People sign in again.")
        return
    _refuse_other_kind(kind, file, settings)
    if kind is BackupKind.SQLITE:
        sqlite.restore(file, Path(locate(settings.database).target), replace=replace)
    else:
        asyncio.run(_restore_dump(settings, file, replace=replace))
    out.print(f"{_shown(settings)} is as it was when {file} was made.")


def _shown(settings: Settings) -> str:
    return locate(settings.database).shown


def _export_wxr(settings: Settings, file: Path) -> None:
    if not settings.site_url:
        raise CommandError("CAUSERIE_SITE_URL is not set: the file has to say where posts and pictures are.")
    known = policies.site(settings)
    site = Site(known.title, known.url, known.media_url, known.timezone)

    async def work(_: Database) -> Left:
        with closing(Bars()) as bars:
            return await export_wxr(file, site, bars.show)

    done = with_database(settings, work)
    out.print(
        f"{file}: {_counts({'posts': done.posts, 'comments': done.comments})}. It holds e-mail addresses."
    )
    for reason, number in done.left_out.items():
        out.print(f"Left out: {number:,} {reason}.")


def _counts(rows: dict[str, int], pictures: int | None = None) -> str:
    numbers = {kind: rows[f"{kind}s"] for kind in SHOWN if f"{kind}s" in rows}
    numbers |= {} if pictures is None else {"picture file": pictures}
    return ", ".join(f"{number:,} {kind}{'' if number == 1 else 's'}" for kind, number in numbers.items())


def _restore_export(settings: Settings, file: Path) -> Restored:
    async def work(opened: Database) -> Restored:
        await opened.migrate()
        with closing(Bars()) as bars:
            return await restore_site(file, store_at(settings.media), bars.show)

    return with_database(settings, work, migrated=False)


def _refuse_other_kind(kind: BackupKind, file: Path, settings: Settings) -> None:
    if locate(settings.database).dialect != DIALECTS[kind]:
        raise CommandError(
            f"{file} is {kind.value}, and {_shown(settings)} is none: restore it into one with --database, "
            "and move that with causerie export"
        )


async def _restore_dump(settings: Settings, file: Path, *, replace: bool) -> None:
    opened = await open_for(settings)
    try:
        await postgresql.refuse_in_use(opened, replace=replace)
    finally:
        await opened.close()
    postgresql.restore(file, locate(settings.database).target)
