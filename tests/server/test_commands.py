"""The command line: what it does, and how it says what is wrong."""

import asyncio
import json
import os
from asyncio import to_thread
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from server.app import create_app, open_for
from server.cli import app
from server.config.settings import Settings
from storage import DatabaseUnavailable
from tests import factories
from tests.databases import opened
from tests.postgresql import Server
from tests.redis import Redis
from tests.server.running import ROOT, command, is_one_line

PASSWORD = "a long walk home\n"
COMMANDS = [
    "serve",
    "migrate",
    "check",
    "schema",
    "user",
    "jobs",
    "media",
    "recount",
    "fill",
    "import",
    "export",
    "backup",
    "restore",
    "explain",
]


def test_help_lists_every_command() -> None:
    shown = command("--help")
    assert shown.returncode == 0
    assert all(name in shown.stdout for name in COMMANDS)
    assert command().stdout == shown.stdout


@pytest.mark.parametrize(
    "name",
    [
        *COMMANDS,
        *("user create", "user role", "user password", "user confirm", "user list"),
        "media sweep",
        *("jobs list", "jobs retry", "jobs drop", "jobs run"),
    ],
)
def test_every_command_explains_itself(name: str) -> None:
    shown = CliRunner().invoke(app, [*name.split(), "--help"])
    assert shown.exit_code == 0
    assert "Usage:" in shown.stdout


def test_pictures_are_swept(sqlite_url: str, tmp_path: Path) -> None:
    left = tmp_path / "ab" / f"{'ab' * 32}.webp"
    left.parent.mkdir()
    left.write_bytes(b"of nobody's")
    os.utime(left, (0, 0))
    sweep = ("media", "sweep", "--database", sqlite_url)
    counted = command(*sweep, "--dry-run", media=tmp_path)
    assert counted.stdout.splitlines() == ["pictures: none to delete", "files: 1 to delete"]
    swept = command(*sweep, media=tmp_path)
    assert swept.stdout.splitlines() == ["pictures: none deleted", "files: 1 deleted"]
    assert not left.exists()


BLOG = str(ROOT / "tests/transfer/formats/samples/by-hand-disqus.xml")
WRONG: dict[str, tuple[list[str], dict[str, str], str]] = {
    "an unknown command": (["dance"], {}, "dance"),
    "an unknown option": (["serve", "--loud"], {}, "--loud"),
    "a port that is no number": (["serve", "--port", "http"], {}, "--port"),
    "a port out of range": (["serve", "--port", "70000"], {}, "CAUSERIE_PORT"),
    "no worker": (["serve", "--workers", "0"], {}, "CAUSERIE_WORKERS"),
    "a bad setting": (["check"], {"limit_depth": "deep"}, "CAUSERIE_LIMIT_DEPTH"),
    "a database of another kind": (["check", "--database", "mysql://host/db"], {}, "CAUSERIE_DATABASE"),
    "a file where none can be": (["migrate", "--database", "/nowhere/at/all.db"], {}, "/nowhere/at/all.db"),
    "a database that does not exist": (
        ["recount", "--database", "/tmp/none-of-ours.db"],
        {},
        "causerie migrate",
    ),
    "a server that is not there": (
        ["check", "--database", "postgresql://ada:secret@127.0.0.1:9/blog"],
        {},
        "postgresql://127.0.0.1:9/blog",
    ),
    "an address that is not ours": (["serve", "--host", "192.0.2.1", "--port", "0"], {}, "192.0.2.1"),
    "a missing file": (["explain", "missing.graphql"], {}, "missing.graphql"),
    "variables that are no JSON": (["explain", "-", "--variables", "{"], {}, "--variables"),
    "an account without a name": (["user", "create", "--email", "a@example.org"], {}, "--username"),
    "an unknown role": (["user", "role", "--username", "ada", "--role", "queen"], {}, "--role"),
    "an old blog's address without its scheme": (["import", BLOG, "--url", "blog.example"], {}, "--url"),
    "an account of an import in no folder": (["import", BLOG, "--report", "/nowhere/x"], {}, "/nowhere"),
    "a negative number": (["fill", "--comments", "-1"], {}, "--comments"),
}


@pytest.mark.parametrize(("arguments", "settings", "named"), WRONG.values(), ids=WRONG)
def test_a_failure_is_one_line_that_names_what_is_wrong(
    arguments: list[str], settings: dict[str, str], named: str, tmp_path: Path
) -> None:
    settings = {"database": str(tmp_path / "blog.db")} | settings
    ended = command(*arguments, apart="serve" in arguments, **settings)
    assert ended.returncode != 0
    assert is_one_line(ended.stderr), ended.stderr
    assert named in ended.stderr
    assert "secret" not in ended.stderr


def test_migrate_makes_the_tables_once(tmp_path: Path) -> None:
    path = str(tmp_path / "blog.db")
    first, second = command("migrate", "--database", path), command("migrate", "--database", path)
    assert (first.returncode, second.returncode) == (0, 0)
    assert "applied 0001_initial" in first.stdout
    assert "up to date" in second.stdout


def test_check_goes_through_everything(database_url: str) -> None:
    ended = command("check", "--database", database_url)
    assert ended.returncode == 0
    passed = [line.split()[1] for line in ended.stdout.splitlines()]
    woken = [] if database_url.startswith("sqlite") else ["being"]
    assert passed == ["settings", "database", "tables", *woken, "schema"]


def test_check_tries_the_way_of_wake_ups(sqlite_url: str, redis_server: Redis) -> None:
    here = ("check", "--database", sqlite_url)
    assert "being woken by redis://" in command(*here, wakeup=redis_server.url).stdout
    ended = command(*here, wakeup=redis_server.url_of("nobody", "secret"))
    assert ended.returncode == 1
    assert is_one_line(ended.stderr)
    assert "does not work: invalid username-password pair" in ended.stderr
    assert "secret" not in ended.stderr


def test_check_stops_at_what_is_missing(tmp_path: Path) -> None:
    (tmp_path / "empty.db").touch()
    ended = command("check", "--database", str(tmp_path / "empty.db"))
    assert ended.returncode == 1
    assert "causerie migrate" in ended.stderr


def test_check_makes_no_database(tmp_path: Path) -> None:
    ended = command("check", "--database", str(tmp_path / "misspelt.db"))
    assert ended.returncode == 1
    assert "misspelt.db does not exist: run causerie migrate" in ended.stderr
    assert list(tmp_path.iterdir()) == []


def test_schema_prints_what_is_kept_in_the_repository() -> None:
    assert command("schema").stdout == (ROOT / "schema" / "schema.graphql").read_text(encoding="utf-8")


def test_an_account_is_created_changed_and_listed(database_url: str) -> None:
    account = ["--username", "Ada", "--database", database_url]
    made = command(
        "user", "create", *account, "--email", "Ada@example.org", "--password-stdin", stdin=PASSWORD
    )
    assert (made.returncode, made.stdout) == (0, "Created ada (ada@example.org), reader.\n")
    assert command("user", "role", *account, "--role", "moderator").stdout == "ada is moderator now.\n"
    changed = command("user", "password", *account, "--password-stdin", stdin="another walk home\n")
    assert changed.stdout == "ada has a new password.\n"
    listed = command("user", "list", "--database", database_url)
    assert listed.stdout.split() == ["ada", "moderator", "ada@example.org"]


async def test_an_address_is_vouched_for(database_url: str) -> None:
    async with opened(database_url):
        await factories.user(username="ada", email="ada@example.org")
        for _ in range(2):
            await factories.comment(author=await factories.guest(guest_email="ada@example.org"))
    confirm = ("user", "confirm", "--database", database_url, "--username")
    confirmed = "ada@example.org is confirmed as the address of ada"
    first, again, nobody = [await to_thread(command, *confirm, name) for name in ("Ada", "ada", "ben")]
    assert first.stdout == f"{confirmed}: 2 guests who gave it are this account now.\n"
    assert again.stdout == f"{confirmed}.\n"
    assert (nobody.returncode, nobody.stderr) == (1, "There is no user called ben.\n")


def test_an_account_that_cannot_be_is_refused_field_by_field(sqlite_url: str) -> None:
    ended = command(
        *["user", "create", "--username", "a b", "--email", "nowhere", "--password-stdin"],
        *["--database", sqlite_url],
        stdin="short\n",
    )
    assert ended.returncode == 1
    assert {line.split(":")[0] for line in ended.stderr.splitlines()} == {
        "--username",
        "--email",
        "--password",
    }


def test_a_password_is_not_asked_for_without_a_terminal(sqlite_url: str) -> None:
    account = ["--username", "ada", "--email", "ada@example.org", "--database", sqlite_url]
    ended = command("user", "create", *account)
    assert ended.returncode == 1
    assert "--password-stdin" in ended.stderr


def test_somebody_unknown_cannot_be_changed(sqlite_url: str) -> None:
    ended = command("user", "role", "--username", "nobody", "--role", "author", "--database", sqlite_url)
    assert (ended.returncode, ended.stderr) == (1, "There is no user called nobody.\n")


def test_fill_fills_and_recount_finds_nothing_to_repair(database_url: str) -> None:
    sizes = ["--users", "10", "--categories", "4", "--posts", "20", "--comments", "100"]
    assert command("fill", *sizes, "--database", database_url).returncode == 0
    recounted = command("recount", "--database", database_url)
    assert recounted.stdout.splitlines() == [
        f"{kind}: none repaired"
        for kind in ("comments", "posts", "linkbacks", "filings", "categories", "tags", "archive")
    ]
    again = command("fill", *sizes, "--database", database_url)
    assert again.returncode == 1
    assert is_one_line(again.stderr)


def test_fill_makes_the_tables(tmp_path: Path, postgresql_server: Server) -> None:
    sizes = ["--users", "2", "--categories", "1", "--posts", "2", "--comments", "2"]
    url = postgresql_server.create_database()
    for database in (str(tmp_path / "new.db"), url):
        assert command("fill", *sizes, "--database", database).returncode == 0
        assert "Nothing to do" in command("migrate", "--database", database).stdout
    postgresql_server.drop_database(url)


def test_explain_shows_the_statement_and_the_most_rows(database_url: str) -> None:
    document = "query Front($n: Int!) { posts(first: $n) { nodes { title author { name } } } site { title } }"
    arguments = ["explain", "-", "--variables", json.dumps({"n": 7}), "--as", "author"]
    ended = command(*arguments, "--database", database_url, stdin=document)
    assert ended.returncode == 0
    assert ended.stdout.startswith("query Front\nasks for at most ")
    assert ended.stdout.count("SELECT") > 1


@pytest.mark.parametrize(
    ("document", "told"),
    [
        ("{\n  posts {", "Syntax Error: Expected Name, found <EOF> (line 2, column 10).\n"),
        (
            "query a { site { title } } query b { site { url } }",
            "The document has several operations (a, b): choose one with --operation\n",
        ),
        (
            "query ($n: Int!) { posts(first: $n) { totalCount } }",
            (
                "Variable '$n' has invalid value: Expected a value of non-null type 'Int!' to be provided. "
                "See --variables.\n"
            ),
        ),
    ],
)
def test_explain_speaks_of_its_own_options(sqlite_url: str, document: str, told: str) -> None:
    ended = command("explain", "-", "--database", sqlite_url, stdin=document)
    assert (ended.returncode, ended.stderr) == (1, told)


def test_the_version_is_told() -> None:
    assert command("--version").stdout == f"causerie {metadata.version('causerie')}\n"


def test_a_misspelt_setting_is_mentioned_by_check(sqlite_url: str) -> None:
    ended = command("check", "--database", sqlite_url, prot="1")
    assert (ended.returncode, ended.stderr.splitlines()[0]) == (
        0,
        "CAUSERIE_PROT is no setting. Did you mean CAUSERIE_PORT?",
    )


def test_a_list_of_nobody_says_how_to_make_somebody(sqlite_url: str) -> None:
    ended = command("user", "list", "--database", sqlite_url)
    assert (ended.returncode, ended.stdout) == (0, "")
    assert "causerie user create" in ended.stderr


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (
            ["user", "role", "--username", "ada", "--role", "queen"],
            (
                "causerie user role: Invalid value for '--role': 'queen' is not one of 'reader', 'author', "
                "'moderator', 'admin'. See causerie user role --help."
            ),
        ),
        (
            ["serve", "--port", "http"],
            "causerie serve: Invalid value for '--port': it must be a whole number. See causerie serve --help.",
        ),
        (
            ["fill", "--users", "0"],
            "causerie fill: Invalid value for '--users': it must be at least 1. See causerie fill --help.",
        ),
    ],
)
def test_a_wrong_value_is_told_in_plain_words(arguments: list[str], told: str) -> None:
    assert command(*arguments).stderr == told + "\n"


def test_explain_refuses_what_the_server_would_refuse(sqlite_url: str) -> None:
    ended = command("explain", "-", "--database", sqlite_url, stdin="{ nothing }")
    assert ended.returncode == 1
    assert is_one_line(ended.stderr)
    assert "nothing" in ended.stderr


def test_check_and_serve_ask_the_database_for_a_proof(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.app.proof", lambda: ("SELECT 'a'", "b"))
    given: dict[str, Any] = {"database": sqlite_url}
    for opening in (open_for(Settings(**given)), _started(Settings(**given))):
        with pytest.raises(
            DatabaseUnavailable, match="would give wrong answers: it makes a of what has to be b"
        ):
            asyncio.run(opening)


async def _started(settings: Settings) -> None:
    async with create_app(settings).running():
        pass
