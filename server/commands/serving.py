"""`causerie serve`."""

import os
from typing import Annotated

import structlog
import typer

import web
from server.app import make_ready
from server.commands.common import DatabaseOption, out, settings_for, with_database
from server.demo import PASSWORD, SignIn, install_demo
from server.logs import start_logging
from server.serve import listen, serve
from server.settings import Settings, unknown_settings
from storage import Database
from storage.location import locate

EVERYWHERE = ("0.0.0.0", "::", "")  # noqa: S104 - recognised, not chosen


def command(
    host: Annotated[
        str | None, typer.Option(help="The address to listen on. Default: 127.0.0.1.", show_default=False)
    ] = None,
    port: Annotated[
        int | None, typer.Option(help="The port; 0 for any free one. Default: 8000.", show_default=False)
    ] = None,
    database: DatabaseOption = None,
    workers: Annotated[
        int | None, typer.Option(help="Processes; only 1 for now.", show_default=False)
    ] = None,
    *,
    demo: Annotated[bool, typer.Option("--demo", help="Fill an empty database with a sample blog.")] = False,
) -> None:
    """Serve the blog: GraphQL over HTTP and websockets, and GraphiQL for browsers, at /graphql.

    A SQLite database is made and migrated as needed. A PostgreSQL database must have been migrated.
    """
    settings = settings_for(host=host, port=port, database=database, workers=workers)
    start_logging(settings.log_format, settings.log_level)
    for sentence in unknown_settings(os.environ):
        structlog.get_logger("causerie").warning(sentence)
    listener = listen(settings.host, settings.port)
    settings = settings.model_copy(update={"port": listener.getsockname()[1]})
    sign_ins = with_database(settings, lambda opened: _prepare(opened, demo=demo), migrated=False)
    serve(settings, listener, lambda: _welcome(settings, sign_ins))


async def _prepare(database: Database, *, demo: bool) -> list[SignIn]:
    await make_ready(database)
    return await install_demo(database) if demo else []


def _welcome(settings: Settings, sign_ins: list[SignIn]) -> None:
    host = "localhost" if settings.host in EVERYWHERE else settings.host
    address = settings.model_copy(update={"host": host, "site_url": ""}).own_url
    lines = [
        f"[bold]Causerie[/] serves {locate(settings.database).shown}",
        "",
        f"  GraphQL   {address}/graphql" + (" (in a browser: GraphiQL)" if settings.graphiql else ""),
        f"  Live      {address.replace('http', 'ws', 1)}/graphql (graphql-transport-ws)",
    ]
    if settings.graphiql and not (web.BUILT / "graphiql.js").exists():
        lines.append("  GraphiQL is not built yet: make web")
    if sign_ins:
        lines += ["", f'  Sign in with the password "{PASSWORD}" as', ""]
        lines += [f"    {sign_in.email:<30} {sign_in.role.lower()}" for sign_in in sign_ins]
    lines += ["", "  Ctrl-C stops it."]
    out.print("\n".join(lines), style=None)
    out.file.flush()
