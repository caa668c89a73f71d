"""`causerie migrate`, `recount`, `reindex` and `fill`: the rows as a whole."""

from contextlib import closing
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from models import Comment, Post
from resolvers import counters, search_index
from resolvers.archive_months import keep_archive
from server.commands.common import DatabaseOption, notes, out, with_database
from server.config.environment import load_settings
from server.fill import fill as fill_database
from storage import Database


def migrate(database: DatabaseOption = None) -> None:
    """Bring the database's tables up to date. Safe to run at any time."""
    settings = load_settings(database=database)
    applied = with_database(settings, lambda opened: opened.migrate(), migrated=False)
    for name in applied:
        out.print(f"applied {name}")
    if not applied:
        out.print("Nothing to do: the tables are up to date.")


def recount(database: DatabaseOption = None) -> None:
    """Repair what is shown of threads, and the stored counts of comments, replies and posts."""
    settings = load_settings(database=database)

    async def work(_: Database) -> dict[str, int]:
        await keep_archive(settings.site_timezone)
        return await counters.recount()

    repaired = with_database(settings, work)
    for kind, number in repaired.items():
        out.print(f"{kind}: {number or 'none'} repaired")


def reindex(database: DatabaseOption = None) -> None:
    """Write anew by which words posts and comments are found, while servers go on. Safe to stop and to begin again."""

    async def work(_: Database) -> None:
        await search_index.begin_anew()
        totals = {"posts": await Post.all().count(), "comments": await Comment.all().count()}
        done = dict.fromkeys(totals, 0)
        with closing(Bars()) as bars:
            async for portion in search_index.portions():
                done[portion.kind] += portion.rows
                bars.show(portion.kind, min(done[portion.kind], totals[portion.kind]), totals[portion.kind])
        for kind, number in done.items():
            out.print(f"{kind}: {number or 'none'} written")

    with_database(load_settings(database=database), work)


def fill(
    *,
    database: DatabaseOption = None,
    users: Annotated[int, typer.Option(min=1)] = 1_000,
    categories: Annotated[int, typer.Option(min=1)] = 24,
    posts: Annotated[int, typer.Option(min=0)] = 5_000,
    comments: Annotated[int, typer.Option(min=0)] = 100_000,
    seed: Annotated[int, typer.Option(help="The same seed makes the same rows.")] = 1,
) -> None:
    """Fill a database that has no content with many rows, to measure or to try things out; accounts may be there.

    Its tables are made, or brought up to date, as needed.
    """
    sizes = {"users": users, "categories": categories, "posts": posts, "comments": comments}

    async def work(opened: Database) -> None:
        await opened.migrate()
        with closing(Bars()) as bars:
            await fill_database(opened, **sizes, seed=seed, progress=bars.show)

    with_database(load_settings(database=database), work, migrated=False)


class Bars:
    """A progress bar for each kind of row; nothing is drawn before the first row is written."""

    def __init__(self) -> None:
        columns = (
            TextColumn("{task.description:<10}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
        )
        self._progress = Progress(*columns, console=notes)
        self._tasks: dict[str, TaskID] = {}

    def show(self, what: str, done: int, total: int) -> None:
        """So many of them are done; where there are none at all, nothing is shown."""
        if not total:
            return
        if not self._tasks:
            self._progress.start()
        if what not in self._tasks:
            self._tasks[what] = self._progress.add_task(what, total=total)
        self._progress.update(self._tasks[what], completed=done)

    def close(self) -> None:
        """Leave the bars as they are."""
        if self._tasks:
            self._progress.stop()
