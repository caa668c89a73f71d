"""`causerie user …`: accounts, for whoever runs the site."""

import sys
from typing import Annotated

import typer

from auth import accounts, sessions
from auth.names import normal_email, normal_username
from auth.viewer import now
from models import Role, User
from resolvers import claiming
from server.commands.common import (
    CommandError,
    DatabaseOption,
    help_without_command,
    notes,
    out,
    with_database,
)
from server.config import policies
from server.config.environment import load_settings
from storage import Database, unit_of_work

commands = typer.Typer(
    callback=help_without_command,
    invoke_without_command=True,
    help="Create accounts, change their roles and passwords.",
)

Username = Annotated[
    str, typer.Option(help="The account's name in addresses, such as ada.", show_default=False)
]
RoleOption = Annotated[
    Role,
    typer.Option(case_sensitive=False, help="What the account may do. Default: reader.", show_default=False),
]
PasswordStdin = Annotated[
    bool, typer.Option("--password-stdin", help="Read the password from standard input instead of asking.")
]


@commands.command("create")
def create(
    username: Username,
    email: Annotated[str, typer.Option(help="To sign in with.", show_default=False)],
    name: Annotated[
        str | None, typer.Option(help="As readers see it. Default: the username.", show_default=False)
    ] = None,
    role: RoleOption = Role.READER,
    *,
    password_stdin: PasswordStdin = False,
    database: DatabaseOption = None,
) -> None:
    """Create an account. The password is asked for."""
    settings = load_settings(database=database)
    password = read_password(from_stdin=password_stdin)

    async def work(_: Database) -> None:
        await accounts.create_account(
            policies.auth_policy(settings).hashing,
            email=email,
            username=username,
            password=password,
            name=name,
            role=role,
            now=now(),
        )

    with_database(settings, work)
    out.print(f"Created {normal_username(username)} ({normal_email(email)}), {role.lower()}.", markup=False)


@commands.command("role")
def change_role(
    username: Username,
    role: Annotated[Role, typer.Option(case_sensitive=False, help="The new role.", show_default=False)],
    database: DatabaseOption = None,
) -> None:
    """Change what an account may do. Its sessions end, so that none keeps the old rights."""

    async def work(_: Database) -> None:
        user = await _find(username)
        await _set_role(user, role)

    with_database(load_settings(database=database), work)
    out.print(f"{normal_username(username)} is {role.lower()} now.", markup=False)


@commands.command("password")
def change_password(
    username: Username, *, password_stdin: PasswordStdin = False, database: DatabaseOption = None
) -> None:
    """Set a new password, for somebody who has lost theirs. Their sessions end."""
    settings = load_settings(database=database)
    password = read_password(from_stdin=password_stdin)

    async def work(_: Database) -> None:
        user = await _find(username)
        await accounts.set_password(policies.auth_policy(settings).hashing, user.id, password)

    with_database(settings, work)
    out.print(f"{normal_username(username)} has a new password.", markup=False)


@commands.command("confirm")
def confirm(username: Username, database: DatabaseOption = None) -> None:
    """Vouch that the account's e-mail address is its owner's: what guests wrote who gave it becomes the account's."""

    async def work(_: Database) -> tuple[User, int]:
        user = await _find(username)
        return user, await claiming.confirm_email(user.id, now())

    user, guests = with_database(load_settings(database=database), work)
    who = "1 guest who gave it is" if guests == 1 else f"{guests} guests who gave it are"
    claimed = f": {who} this account now" if guests else ""
    out.print(f"{user.email} is confirmed as the address of {user.username}{claimed}.", markup=False)


@commands.command("list")
def list_users(database: DatabaseOption = None) -> None:
    """List the accounts that may more than readers."""

    async def work(_: Database) -> list[User]:
        return await User.exclude(role=Role.READER).order_by("username")

    found = with_database(load_settings(database=database), work)
    if not found:
        notes.print(
            "There is none yet: causerie user create makes one, causerie user role promotes a reader."
        )
    for user in found:
        out.print(f"{user.username:<30} {user.role.lower():<10} {user.email}", markup=False)


def read_password(*, from_stdin: bool) -> str:
    """From standard input, or typed twice and unseen at a terminal."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise CommandError("There is no terminal to ask for the password: use --password-stdin.")
    password: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    return password


async def _find(username: str) -> User:
    user = await User.get_or_none(username=normal_username(username))
    if user is None:
        raise CommandError(f"There is no user called {normal_username(username)}.")
    return user


@unit_of_work
async def _set_role(user: User, role: Role) -> None:
    await User.filter(id=user.id).update(role=role)
    await sessions.revoke_all(user.id)
