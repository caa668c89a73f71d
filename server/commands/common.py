"""What commands share: options, output, and a database that is opened, believed and closed again."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, TypeVar

import typer
from rich.console import Console

from server.app import open_for
from server.config.settings import Settings
from storage import Database, DatabaseUnavailable
from storage.location import locate

Result = TypeVar("Result")
out = Console(highlight=False, soft_wrap=True)
"""Standard output, for what a command was asked for."""
notes = Console(highlight=False, soft_wrap=True, stderr=True)
"""Standard error, for what is said beside it."""

DatabaseOption = Annotated[
    str | None,
    typer.Option(
        "--database",
        metavar="URL",
        help="A file, sqlite:///path or postgresql://user:password@host/name. Default: CAUSERIE_DATABASE, "
        "or causerie.db in this folder.",
        show_default=False,
    ),
]


class CommandError(Exception):
    """A command cannot do what it was asked; the message says what to do instead."""


def help_without_command(context: typer.Context) -> None:
    """Show what there is when nothing was asked for."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


def refuse_missing(settings: Settings) -> None:
    """SQLite would make a file of any name: only those who mean to may."""
    location = locate(settings.database)
    if location.dialect == "sqlite" and not Path(location.target).exists():
        raise CommandError(f"{location.shown} does not exist: run causerie migrate to make it.")


def with_database(
    settings: Settings, work: Callable[[Database], Awaitable[Result]], *, migrated: bool = True
) -> Result:
    """Do some work on the database; unless `migrated` is False, only on one that has all its tables."""
    if migrated:
        refuse_missing(settings)

    async def run() -> Result:
        database = await open_for(settings)
        try:
            if migrated and not await database.migrated():
                raise DatabaseUnavailable(
                    f"{database.location.shown} has not been migrated: run causerie migrate first."
                )
            return await work(database)
        finally:
            await database.close()

    return asyncio.run(run())
