"""`causerie explain`: which SQL an operation becomes, and how much it can answer."""

import sys
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer

from auth.viewer import Viewer, now
from compiler import Request, RequestError
from models import Role
from server.app import build_engine
from server.commands.common import CommandError, DatabaseOption, out, with_database
from server.config import policies
from server.config.environment import load_settings
from server.config.settings import Settings
from storage import Database

STDIN = "-"


def explain(
    file: Annotated[str, typer.Argument(metavar="FILE.graphql", help="The document; - for standard input.")],
    variables: Annotated[str, typer.Option(metavar="JSON", help="The operation's variables.")] = "{}",
    operation: Annotated[
        str | None, typer.Option(metavar="NAME", help="Which operation, if there are several.")
    ] = None,
    role: Annotated[
        Role | None,
        typer.Option("--as", case_sensitive=False, help="The role of whoever asks. Default: anonymous."),
    ] = None,
    database: DatabaseOption = None,
) -> None:
    """Show the SQL statement of each root field, and the most rows that the operation asks for."""
    settings = load_settings(database=database)
    text = sys.stdin.read() if file == STDIN else Path(file).read_text(encoding="utf-8")
    request = Request(text, operation, _variables(variables), None)
    viewer = Viewer(None if role is None else 1, role, now())
    with_database(settings, lambda opened: _explain(settings, opened, request, viewer))


def _variables(text: str) -> dict[str, Any]:
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise CommandError(f"--variables is not JSON: {error}.") from None
    if not isinstance(value, dict):
        raise CommandError('--variables must be an object, such as {"first": 5}.')
    return value


def _told(error: dict[str, Any]) -> str:
    """An error in the words of this command: its options, and where in the file."""
    match error["extensions"]["code"]:
        case "OPERATION_RESOLUTION_FAILURE":
            return f"{error['message']}".replace('pass "operationName"', "choose one with --operation")
        case "BAD_USER_INPUT":
            return f"{error['message'].rstrip('.')}. See --variables."
    places = [
        f" (line {place['line']}, column {place['column']})" for place in error.get("locations", ())[:1]
    ]
    return f"{error['message'].rstrip('.')}{''.join(places)}."


async def _explain(settings: Settings, database: Database, request: Request, viewer: Viewer) -> None:
    engine = build_engine(settings, database, policies.policy(settings))
    try:
        operation = engine.prepare(request)
        cost = engine.cost(operation, request.variables)
        plans = engine.explain(operation, request.variables, viewer)
    except RequestError as error:
        raise CommandError(" ".join(map(_told, error.errors))) from None
    out.print(f"{operation.kind} {operation.name or ''}".strip(), markup=False, style="bold")
    rows = cost.pop("rows")
    out.print(f"asks for at most {rows['asked']:,} rows (the limit is {rows['allowed']:,})")
    out.print(
        ", ".join(
            f"{name.replace('_', ' ')} {each['asked']:,} of {each['allowed']:,}"
            for name, each in cost.items()
        )
    )
    for key, plan in plans.items():
        out.print(f"\n{key}", markup=False, style="bold")
        out.print("not a compiled read" if plan is None else plan.sql, markup=False)
