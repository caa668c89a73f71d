"""`causerie check` and `causerie schema`: is everything in order, and what does the API look like."""

import os
from typing import Annotated

import typer

import schema
import web
from live.bus.reconnecting import BusConnectionLost, ReconnectingBus
from server.app import build_engine
from server.background.wakeup_bus import bus_of
from server.commands.common import (
    CommandError,
    DatabaseOption,
    notes,
    out,
    refuse_missing,
    with_database,
)
from server.config import policies
from server.config.environment import load_settings, unknown_settings
from server.config.settings import Settings
from server.config.trusted_documents import refuse_unfit
from storage import Database, StorageError


def check(database: DatabaseOption = None) -> None:
    """Check the settings, the database, its tables, wake-ups and the schema, one after the other."""
    settings = load_settings(database=database)
    for sentence in unknown_settings(os.environ):
        notes.print(sentence, markup=False)
    _passed("settings")
    refuse_missing(settings)
    with_database(settings, lambda opened: _check(settings, opened), migrated=False)
    if settings.graphiql and not (web.BUILT / "graphiql.js").exists():
        notes.print("Scripts are not built yet (GraphiQL, the embed, live pages): make web")


async def _check(settings: Settings, database: Database) -> None:
    _passed(f"database {database.location.shown}")
    if not await database.migrated():
        raise CommandError(f"{database.location.shown} has not been migrated: run causerie migrate.")
    _passed("tables")
    bus = bus_of(settings, database)
    if isinstance(bus, ReconnectingBus):
        await _check_line(bus)
    build_engine(settings, database, policies.policy(settings))
    _passed("schema")
    if settings.trusted_documents:
        refuse_unfit(settings)
        _passed("trusted documents")


async def _check_line(bus: ReconnectingBus) -> None:
    try:
        await bus.check()
    except (BusConnectionLost, StorageError) as error:
        raise CommandError(f"{bus.what} does not work: {error}.") from None
    _passed(f"{bus.what[0].lower()}{bus.what[1:]}")


def _passed(what: str) -> None:
    out.print(f"[green]✓[/] {what}")


def print_schema(
    *,
    write: Annotated[
        bool, typer.Option("--write", help="Write schema/schema.graphql instead of printing.")
    ] = False,
) -> None:
    """Print the API's schema in GraphQL's own language."""
    if write:
        schema.SDL_FILE.write_text(schema.sdl(), encoding="utf-8")
        out.print(f"Wrote {schema.SDL_FILE}", markup=False)
    else:
        out.file.write(schema.sdl())
