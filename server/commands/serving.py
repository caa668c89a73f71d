"""`causerie serve`."""

import os
import socket
from functools import partial
from typing import Annotated

import structlog
import typer

import web
from runtime.open_files import raise_limit
from server.app import make_ready
from server.commands.common import DatabaseOption, notes, out, with_database
from server.config import policies
from server.config.environment import load_settings, unknown_settings
from server.config.settings import Settings
from server.config.trusted_documents import refuse_unfit
from server.demo import PASSWORD, SignIn, install_demo
from server.logs import start_logging
from server.process.isolated import run_in_child
from server.process.listening import activated, listen
from server.process.supervisor import Supervisor
from server.process.worker import inherit, work, work_anew
from storage import Database
from storage.location import locate

LEEWAY_SECONDS = 10.0
"""Seconds in which a worker has ended after it has stopped waiting for clients, on however busy a machine."""
EVERYWHERE = ("0.0.0.0", "::", "")  # noqa: S104 - recognised, not chosen

DEVELOPERS = ("http://localhost:*", "http://127.0.0.1:*")
"""Origins whose pages may use a sample blog: those of a front end that is being written beside it."""


def command(
    host: Annotated[
        str | None, typer.Option(help="The address to listen on. Default: 127.0.0.1.", show_default=False)
    ] = None,
    port: Annotated[
        int | None, typer.Option(help="The port; 0 for any free one. Default: 8000.", show_default=False)
    ] = None,
    database: DatabaseOption = None,
    workers: Annotated[
        int | None, typer.Option(help="How many processes serve. Default: 1.", show_default=False)
    ] = None,
    inherited: Annotated[str | None, typer.Option("--inherit", hidden=True)] = None,
    *,
    demo: Annotated[bool, typer.Option("--demo", help="Fill an empty database with a sample blog.")] = False,
) -> None:
    """Serve the blog: its pages for readers; GraphQL over HTTP and websockets, and GraphiQL, at /graphql.

    A SQLite database is made and migrated as needed. A PostgreSQL database must have been migrated.
    """
    settings = load_settings(host=host, port=port, database=database, workers=workers)
    if demo and not settings.cors_origins:
        settings = settings.model_copy(update={"cors_origins": DEVELOPERS})
    start_logging(settings.log_format, settings.log_level)
    for sentence in unknown_settings(os.environ):
        structlog.get_logger("causerie").warning(sentence)
    refuse_unfit(settings)  # before anything is opened
    if inherited is not None:
        listener, line = inherit(inherited)
        work(_listening(settings, listener), listener, line)
        return
    raise_limit()
    left = activated()
    if left is not None:
        settings = settings.model_copy(update={"host": left.getsockname()[0]})
    listener = left or listen(settings.host, settings.port)
    settings = _listening(settings, listener)

    def prepare() -> list[SignIn]:
        sign_ins = with_database(
            settings, lambda opened: _prepare(settings, opened, demo=demo), migrated=False
        )
        if demo and not sign_ins:
            name = locate(settings.database).shown
            notes.print(f"{name} is another blog already: the sample blog is left out.", markup=False)
        return sign_ins

    welcome = partial(_welcome, settings, run_in_child(prepare))
    _supervisor(settings, listener).run(welcome)


def _listening(settings: Settings, listener: socket.socket) -> Settings:
    """The settings with the port that was found."""
    return settings.model_copy(update={"port": listener.getsockname()[1]})


def _supervisor(settings: Settings, listener: socket.socket) -> Supervisor:
    return Supervisor(
        settings.workers,
        listener,
        partial(work, settings, listener),
        partial(work_anew, settings.host, listener),
        settings.drain + LEEWAY_SECONDS,
    )


async def _prepare(settings: Settings, database: Database, *, demo: bool) -> list[SignIn]:
    await make_ready(database)
    return await install_demo(database, policies.auth_policy(settings).hashing) if demo else []


def _welcome(settings: Settings, sign_ins: list[SignIn]) -> None:
    host = "localhost" if settings.host in EVERYWHERE else settings.host
    address = settings.model_copy(update={"host": host, "site_url": ""}).own_url
    lines = [
        f"[bold]Causerie[/] serves {locate(settings.database).shown}",
        "",
        *([f"  The blog  {address}/"] if settings.site else []),
        f"  GraphQL   {address}/graphql" + (" (in a browser: GraphiQL)" if settings.graphiql else ""),
        f"  Live      {address.replace('http', 'ws', 1)}/graphql (graphql-transport-ws)",
    ]
    if settings.graphiql and not (web.BUILT / "graphiql.js").exists():
        lines.append("  Scripts are not built yet (GraphiQL, the embed, live pages): make web")
    if sign_ins:
        lines += ["", f'  Sign in with the password "{PASSWORD}" as', ""]
        lines += [f"    {sign_in.email:<30} {sign_in.role.lower()}" for sign_in in sign_ins]
    lines += ["", "  Ctrl-C stops it."]
    out.print("\n".join(lines), style=None)
    out.file.flush()
