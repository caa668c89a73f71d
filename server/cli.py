"""The command line. A failure is one line on standard error, saying what to do, and an exit code above 0."""

import os
import sys
import traceback
from collections.abc import Iterator
from importlib import metadata
from typing import Annotated

import typer

from media.errors import StoreUnavailable
from models.errors import DomainError, InvalidInput
from server.commands import archiving, checking, data, explaining, importing, jobs, media, serving, users
from server.commands.common import CommandError, help_without_command
from server.config.environment import SettingsError
from server.fill import NotEmpty
from server.process.listening import AddressError
from server.process.supervisor import SupervisorError
from storage import StorageError
from transfer.archive.errors import ArchiveError
from transfer.backup.errors import BackupError
from transfer.placing import PlaceTaken

INTERRUPTED = 130
PLAIN = {
    "Value error, ": "",
    "Input should be a valid integer, unable to parse string as an integer": "it must be a whole number",
    "Input should be greater than or equal to": "it must be at least",
    " (Possible options: --help)": "",
}
"""The libraries' words for those who type commands."""
EXPECTED = (
    AddressError,
    ArchiveError,
    BackupError,
    CommandError,
    DomainError,
    NotEmpty,
    PlaceTaken,
    SettingsError,
    StorageError,
    StoreUnavailable,
    SupervisorError,
)


def _start(
    context: typer.Context,
    *,
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    if version:
        print(f"causerie {metadata.version('causerie')}")  # noqa: T201
        raise typer.Exit
    help_without_command(context)


app = typer.Typer(
    callback=_start,
    invoke_without_command=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Causerie: a community blog and its live conversations behind one GraphQL endpoint.",
    epilog="Settings are environment variables that begin with CAUSERIE_: see docs/settings.md.",
)
app.command("serve")(serving.command)
app.command("migrate")(data.migrate)
app.command("check")(checking.check)
app.command("schema")(checking.print_schema)
app.add_typer(users.commands, name="user")
app.add_typer(jobs.commands, name="jobs")
app.add_typer(media.commands, name="media")
app.command("recount")(data.recount)
app.command("reindex")(data.reindex)
app.command("fill")(data.fill)
app.command("import")(importing.import_blog)
app.command("export")(archiving.export)
app.command("backup")(archiving.backup)
app.command("restore")(archiving.restore)
app.command("explain")(explaining.explain)


def main() -> None:
    """Run the command that the arguments name, and exit."""
    try:
        sys.exit(app(standalone_mode=False) or 0)
    except Exception as error:  # noqa: BLE001 - nobody who types a command should be shown a traceback
        lines, code = _told(error)
    except KeyboardInterrupt:
        lines, code = ["Interrupted."], INTERRUPTED
    for line in lines:
        print(line, file=sys.stderr)  # noqa: T201
    sys.exit(code)


def _told(error: Exception) -> tuple[list[str], int]:
    """What to say about a failure, and the exit code."""
    if isinstance(error, typer.TyperException):
        return [_usage(error)], error.exit_code
    if isinstance(error, typer.Abort):
        return ["Interrupted."], INTERRUPTED
    if isinstance(error, EXPECTED):
        return list(_reasons(error)), 1
    if isinstance(error, OSError):
        return [f"{error.filename or 'causerie'}: {error.strerror or error}"], 1
    if os.environ.get("CAUSERIE_LOG_LEVEL", "").lower() == "debug":
        return traceback.format_exception(error), 1
    reason = " ".join(str(error).split())
    return [f"Internal error ({type(error).__name__}: {reason}). CAUSERIE_LOG_LEVEL=debug shows where."], 1


def _usage(error: typer.TyperException) -> str:
    context: typer.Context | None = getattr(error, "ctx", None)
    path = context.command_path if context else "causerie"
    message = " ".join(error.format_message().split()).rstrip(".")
    for words, plain in PLAIN.items():
        message = message.replace(words, plain)
    return f"{path}: {message}. See {path} --help."


def _reasons(error: Exception) -> Iterator[str]:
    match error:
        case SettingsError():
            yield from error.problems
        case InvalidInput():
            for field, message in error.fields:
                yield f"--{field}: {message}"
        case _:
            yield " ".join(str(error).split())
