"""`causerie import`: what it says, and what it refuses."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.server.running import command, is_one_line

ENTRY = """AUTHOR: ada
TITLE: Soup
STATUS: Publish
DATE: 03/15/2010 08:30:00 PM
CATEGORY: Kitchen
-----
BODY:
<p>Un potage dâ€™hiver.</p>
-----
COMMENT:
AUTHOR: Zoe
EMAIL: zoe@reader.example
DATE: 03/16/2010 08:30:00 PM
Good.
-----
--------
"""


@pytest.fixture
def export(tmp_path: Path) -> Path:
    path = tmp_path / "export.txt"
    path.write_text(ENTRY, encoding="utf-8")
    return path


def asked(url: str, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(url.removeprefix("sqlite://"))) as connection:
        return connection.execute(sql).fetchall()


def test_a_blog_comes_over_and_its_account_is_written(export: Path, sqlite_url: str, tmp_path: Path) -> None:
    options = ["--timezone", "Europe/Paris", "--repair", "--report", str(tmp_path / "report.json")]
    told = command("import", str(export), "--database", sqlite_url, *options)
    assert (told.returncode, "post: 1 read, 1 written" in told.stdout.splitlines()) == (0, True)
    report = json.loads((tmp_path / "report.json").read_text())
    assert report["kinds"]["comment"]["written"] == report["kinds"]["comment"]["read"] == 1
    assert asked(sqlite_url, "SELECT published_at, body FROM posts") == [
        ("2010-03-15T19:30:00.000000Z", "<p>Un potage d’hiver.</p>")
    ]


def test_a_dry_run_leaves_the_site_as_it_is(export: Path, sqlite_url: str) -> None:
    told = command("import", str(export), "--database", sqlite_url, "--dry-run")
    assert "comment: 1 read, 1 written" in told.stdout.splitlines()
    assert "dry run" in told.stderr
    assert asked(sqlite_url, "SELECT count(*) FROM posts") == [(0,)]


def test_a_second_blog_that_does_not_say_which_it_is_is_asked_for_its_name(
    export: Path, sqlite_url: str
) -> None:
    first = command("import", str(export), "--database", sqlite_url, "--source", "movabletype carnets")
    assert first.returncode == 0
    told = command("import", str(export), "--database", sqlite_url)
    assert told.returncode == 1
    assert is_one_line(told.stderr)
    assert "--source" in told.stderr
    assert "movabletype carnets" in told.stderr


@pytest.mark.parametrize(
    ("options", "word"),
    [
        (["--timezone", "Paris"], "--timezone"),
        (["--format", "word"], "--format"),
        (["--media", "/nowhere"], "--media"),
    ],
)
def test_what_makes_no_sense_is_refused(export: Path, sqlite_url: str, options: list[str], word: str) -> None:
    told = command("import", str(export), "--database", sqlite_url, *options)
    assert told.returncode > 0
    assert is_one_line(told.stderr)
    assert word in told.stderr


def test_a_file_that_is_no_export_is_refused(tmp_path: Path, sqlite_url: str) -> None:
    (tmp_path / "letter.txt").write_text("Dear Ada,")
    told = command("import", str(tmp_path / "letter.txt"), "--database", sqlite_url)
    assert told.returncode == 1
    assert "letter.txt is no export that we know" in told.stderr
