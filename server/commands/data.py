"""`causerie migrate`, `recount` and `fill`: the rows as a whole."""

from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from resolvers import counters
from server.commands.common import DatabaseOption, notes, out, settings_for, with_database
from server.fill import fill as fill_database
from storage import Database


def migrate(database: DatabaseOption = None) -> None:
    """Bring the database's tables up to date. Safe to run at any time."""
    settings = settings_for(database=database)
    applied = with_database(settings, lambda opened: opened.migrate(), migrated=False)
    for name in applied:
        out.print(f"applied {name}")
    if not applied:
        out.print("Nothing to do: the tables are up to date.")


def recount(database: DatabaseOption = None) -> None:
    """Repair the stored counts of comments, replies and posts."""
    repaired = with_database(settings_for(database=database), lambda _: counters.recount())
    for kind, number in repaired.items():
        out.print(f"{kind}: {number or 'none'} repaired")


def fill(
    *,
    database: DatabaseOption = None,
    users: Annotated[int, typer.Option(min=1)] = 1_000,
    categories: Annotated[int, typer.Option(min=1)] = 24,
    posts: Annotated[int, typer.Option(min=0)] = 5_000,
    comments: Annotated[int, typer.Option(min=0)] = 100_000,
    seed: Annotated[int, typer.Option(help="The same seed makes the same rows.")] = 1,
) -> None:
    """Fill an empty database with many rows, to measure or to try things out."""
    columns = (TextColumn("{task.description:<10}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())

    async def work(opened: Database) -> None:
        if opened.dialect == "sqlite":
            await opened.migrate()
        with Progress(*columns, console=notes) as bars:
            tasks: dict[str, TaskID] = {}

            def progress(what: str, done: int, total: int) -> None:
                if what not in tasks:
                    tasks[what] = bars.add_task(what, total=total)
                bars.update(tasks[what], completed=done)

            await fill_database(
                opened,
                users=users,
                categories=categories,
                posts=posts,
                comments=comments,
                seed=seed,
                progress=progress,
            )

    with_database(settings_for(database=database), work, migrated=False)
