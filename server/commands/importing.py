"""`causerie import`: a blog moves in."""

import json
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import closing
from itertools import chain
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn, TimeElapsedColumn

from server.background.imported_pictures import keeping
from server.commands.common import CommandError, DatabaseOption, notes, out, with_database
from server.config import policies
from server.config.environment import load_settings
from server.config.settings import Settings
from storage import Database
from transfer.formats.detection import FORMATS, Export, find
from transfer.formats.records import Blog, FormatError, Options, Record
from transfer.formats.sources import Source
from transfer.formats.sources import sources as streams_of
from transfer.importing import Plan, Report, import_records
from transfer.importing.cleaning import usable_base
from transfer.importing.sources import UnknownSource, source_name

FOLDER = typer.Option(
    metavar="FOLDER", exists=True, file_okay=False, help="The old blog's uploads, with its pictures."
)


def import_blog(
    *,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", exists=True, help="An export: a file, a ZIP of it, or a folder.")
    ],
    database: DatabaseOption = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would come over, and write nothing.")
    ] = False,
    media: Annotated[Path | None, FOLDER] = None,
    fetch_pictures: Annotated[
        bool,
        typer.Option(
            "--fetch-pictures", help="Let the server fetch posts' pictures from the old blog, as jobs."
        ),
    ] = False,
    format_name: Annotated[
        str | None,
        typer.Option("--format", metavar="NAME", help="What the file is, where that is not seen by itself."),
    ] = None,
    timezone: Annotated[
        str, typer.Option(metavar="ZONE", help="That of dates without one, such as Europe/Paris.")
    ] = "UTC",
    url: Annotated[
        str, typer.Option(metavar="URL", help="The old blog's address, where the file lacks it.")
    ] = "",
    source: Annotated[
        str | None, typer.Option(metavar="NAME", help="What to know the blog by, when it is imported again.")
    ] = None,
    pending: Annotated[
        bool, typer.Option("--pending", help="Let comments wait for approval whose file does not tell.")
    ] = False,
    report: Annotated[
        Path | None,
        typer.Option(metavar="FILE", dir_okay=False, help="Write the whole account there, as JSON."),
    ] = None,
    repair: Annotated[
        bool, typer.Option("--repair", help="Mend letters that were garbled on their way.")
    ] = False,
) -> None:
    """Bring a blog over from another system: posts, pages, comments, people, categories, tags, old addresses.

    It can be done again, and on a site that is running: what has come over once is not written twice.
    """
    settings = load_settings(database=database)
    export = _export(file, format_name)
    options = Options(timezone=_zone(timezone), url=_address(url), pending=pending)
    if report is not None and not report.resolve().parent.is_dir():
        raise CommandError(f"--report: there is no folder {report.parent}.")

    async def work(_: Database) -> Report:
        blog, records = _begun(export.read(options))
        plan = Plan(
            source=await source_name(export.format.name, blog or Blog(url=options.url), source),
            policy=policies.policy(settings),
            dry_run=dry_run,
            media=media,
            fetch=fetch_pictures,
            repair=repair,
        )
        keep = keeping(settings)
        with closing(ImportBar(export.sources)) as bar:
            return await import_records(records, plan, keep=keep, progress=bar.show)

    _tell(_done(settings, work), report)


def _done(settings: Settings, work: Callable[[Database], Awaitable[Report]]) -> Report:
    try:
        return with_database(settings, work)
    except (FormatError, UnknownSource) as error:
        raise CommandError(str(error)) from None


def _export(file: Path, format_name: str | None) -> Export:
    try:
        return find(file) if format_name is None else _named(file, format_name)
    except FormatError as error:
        raise CommandError(str(error)) from None


def _named(file: Path, name: str) -> Export:
    """The file as an export of that format, whatever it looks like."""
    known = {each.name: each for each in FORMATS}
    if name not in known:
        raise CommandError(f"--format is one of {', '.join(sorted(known))}.")
    return Export(known[name], tuple(streams_of(file)))


def _zone(name: str) -> str:
    try:
        return ZoneInfo(name).key
    except (ValueError, OSError, KeyError):
        raise CommandError(
            f"--timezone {name} is no time zone: see the IANA names, such as Europe/Paris."
        ) from None


def _address(url: str) -> str:
    if url and not usable_base(url):
        raise CommandError("--url is the whole address of the old blog, such as https://blog.example.")
    return url.rstrip("/")


def _begun(records: Iterator[Record]) -> tuple[Blog | None, Iterable[Record]]:
    """What the file says of the blog, which comes first, and all records."""
    first = next(records, None)
    return (first if isinstance(first, Blog) else None), chain(() if first is None else (first,), records)


def _tell(report: Report, file: Path | None) -> None:
    if file is not None:
        file.write_text(json.dumps(report.as_json(), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    for line in report.lines():
        out.print(line, markup=False)
    if report.dry_run:
        notes.print("Nothing was written: this was a dry run.")


class ImportBar:
    """How far the file has been read, and how many records have been dealt with."""

    def __init__(self, of: tuple[Source, ...]) -> None:
        columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
        self._progress = Progress(*columns, console=notes)
        self._sources = of
        self._task: TaskID | None = None

    def show(self, done: int) -> None:
        """So many records have been dealt with."""
        if self._task is None:
            self._progress.start()
            self._task = self._progress.add_task("", total=sum(source.size for source in self._sources))
        read = sum(source.position for source in self._sources)
        self._progress.update(self._task, completed=read, description=f"{done:,} records")

    def close(self) -> None:
        """Leave the bar as it is."""
        if self._task is not None:
            self._progress.stop()
