"""What is broken, forged or cut off is refused, and nothing has been changed then."""

import asyncio
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from media.folder import Folder
from models import Comment, CommentDecision
from storage import Database
from tests import factories
from tests.databases import opened
from tests.transfer.archive.content import DIGEST, a_site_with_everything, files, is_empty
from transfer.archive import reading
from transfer.archive.errors import ArchiveError
from transfer.archive.exporting import export_site
from transfer.archive.restoring import restore_site

Site = Callable[[], Path]


@pytest.fixture(scope="module")
def exported(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an export, as it should be."""
    folder = tmp_path_factory.mktemp("exported")
    shutil.copyfile(sqlite_template, folder / "source.db")

    async def export() -> None:
        async with opened(str(folder / "source.db")):
            media = Folder(folder / "media")
            await a_site_with_everything(media)
            await export_site(folder / "site", media)
            await export_site(folder / "site.zip", media)

    asyncio.run(export())
    return folder


@pytest.fixture
def site(exported: Path, tmp_path: Path) -> Path:
    """A copy of the export that may be harmed."""
    place = tmp_path / "site"
    for name in files(exported / "site"):
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_bytes((exported / "site" / name).read_bytes())
    return place


def change_manifest(site: Path, change: Callable[[dict[str, Any]], object]) -> None:
    path = site / "manifest.json"
    manifest = json.loads(path.read_text())
    change(manifest)
    path.write_text(json.dumps(manifest))


def forge(site: Path, table: str, change: Callable[[list[dict[str, Any]]], object]) -> None:
    """Change a table's rows so that the manifest does not tell."""
    path = site / f"tables/{table}.ndjson"
    rows = [json.loads(line) for line in path.read_text().split("\n") if line]
    change(rows)
    data = "".join(f"{json.dumps(row)}\n" for row in rows).encode()
    path.write_bytes(data)

    def agree(manifest: dict[str, Any]) -> None:
        (entry,) = (each for each in manifest["tables"] if each["table"] == table)
        entry["rows"] = len(rows)
        entry["file"] |= {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}

    change_manifest(site, agree)


def damage(site: Path, name: str, end: bytes = b"#") -> None:
    path = site / name
    data = path.read_bytes()
    path.write_bytes(data[:-2] + end + data[-1:])


def renamed(site: Path, name: str) -> None:
    change_manifest(site, lambda manifest: manifest["media"][0].update(name=name))


BROKEN: dict[str, tuple[Callable[[Path], object], str]] = {
    "another table": (
        lambda site: damage(site, "tables/comments.ndjson"),
        "comments.ndjson is not what was exp",
    ),
    "another picture": (
        lambda site: damage(site, f"media/ab/{DIGEST}.webp"),
        "webp is not what was exported",
    ),
    "cut off": (
        lambda site: os.truncate(site / "tables/users.ndjson", 90),
        "users.ndjson is not what was exp",
    ),
    "longer": (lambda site: damage(site, "tables/tags.ndjson", b"}\n{}"), "tags.ndjson is not what"),
    "a table missing": (lambda site: (site / "tables/posts.ndjson").unlink(), "posts.ndjson is missing"),
    "no manifest": (lambda site: (site / "manifest.json").unlink(), "manifest.json is missing"),
    "not JSON": (lambda site: (site / "manifest.json").write_text("{"), "not one that causerie export"),
    "a list": (lambda site: (site / "manifest.json").write_text("[]"), "not one that causerie export"),
    "deep": (lambda site: (site / "manifest.json").write_text("[" * 5_000), "not one that causerie export"),
    "twice": (
        lambda site: change_manifest(site, lambda it: it["media"].append(it["media"][0])),
        "a file twice",
    ),
    "a newer format": (
        lambda site: change_manifest(site, lambda it: it.update(format=2)),
        "by a newer Causerie",
    ),
    "newer tables": (
        lambda site: change_manifest(site, lambda it: it.update(schema="9999_x")),
        "by a newer Caus",
    ),
    "upwards": (lambda site: renamed(site, "media/../../secret.webp"), "is not what a picture is called"),
    "absolute": (lambda site: renamed(site, "/etc/passwd"), "is not what a picture is called"),
    "another room": (
        lambda site: change_manifest(site, lambda it: it["tables"][0]["file"].update(name="tables/../x")),
        "in the file 'tables/../x'",
    ),
    "a table of ours": (
        lambda site: change_manifest(
            site,
            lambda it: it["tables"][0].update(
                table="sessions", file={"name": "tables/sessions.ndjson", "bytes": 0, "sha256": ""}
            ),
        ),
        "tables that Causerie does not: sessions",
    ),
    "fewer rows": (
        lambda site: change_manifest(site, lambda it: it["tables"][1].update(rows=7)),
        "should have 7",
    ),
    "nobody's comment": (
        lambda site: forge(site, "comments", lambda rows: rows[0].update(post_id=999)),
        "refuses what",
    ),
    "nobody's picture": (
        lambda site: forge(site, "users", lambda rows: rows[0].update(avatar_id=99)),
        "refuses what",
    ),
    "its own future": (
        lambda site: forge(site, "comments", lambda rows: rows[0].update(parent_id=99)),
        "refuses",
    ),
    "the same twice": (
        lambda site: forge(site, "tags", lambda rows: rows.append({**rows[0], "id": 9})),
        "refuses",
    ),
    "another column": (
        lambda site: forge(site, "tags", lambda rows: rows[0].update(x=1)),
        "has what the table has n",
    ),
    "a column missing": (
        lambda site: forge(site, "tags", lambda rows: rows[0].pop("slug")),
        "line 1 .* has no slug",
    ),
    "null": (lambda site: forge(site, "tags", lambda rows: rows[0].update(slug=None)), "its slug is no text"),
    "a number": (
        lambda site: forge(site, "tags", lambda rows: rows[0].update(id=2**63)),
        "its id is no number",
    ),
    "no boolean": (
        lambda site: forge(site, "posts", lambda rows: rows[0].update(pinned=1)),
        "pinned is neither",
    ),
    "no moment": (
        lambda site: forge(
            site, "posts", lambda rows: rows[0].update(created_at="2026-02-30T12:00:00.000000Z")
        ),
        "created_at is a moment that there is not",
    ),
    "no status": (
        lambda site: forge(site, "posts", lambda rows: rows[0].update(status="GONE")),
        "is none of DRAFT",
    ),
}


@pytest.mark.parametrize("kind", BROKEN)
async def test_a_broken_archive_changes_nothing(
    kind: str, site: Path, sqlite_database: Database, tmp_path: Path
) -> None:
    assert sqlite_database
    harm, message = BROKEN[kind]
    harm(site)
    with pytest.raises(ArchiveError, match=message):
        await restore_site(site, Folder(tmp_path / "media"))
    assert await is_empty()


async def test_what_postgresql_refuses_changes_nothing(
    site: Path, postgresql_database: Database, tmp_path: Path
) -> None:
    assert postgresql_database
    forge(site, "comments", lambda rows: rows[-1].update(post_id=999))
    with pytest.raises(ArchiveError, match="refuses what is in it"):
        await restore_site(site, Folder(tmp_path / "media"))
    assert await is_empty()


async def test_a_zip_that_is_cut_off_or_damaged_changes_nothing(
    exported: Path, sqlite_database: Database, tmp_path: Path
) -> None:
    assert sqlite_database
    data = (exported / "site.zip").read_bytes()
    at = data.index(b"tables/comments.ndjson") + 60
    for harmed, message in (
        (data[: len(data) // 2], "no whole ZIP file"),
        (
            data[:at] + bytes(byte ^ 0xFF for byte in data[at : at + 40]) + data[at + 40 :],
            "comments.ndjson is damaged",
        ),
        (b"PK\x03\x04", "no whole ZIP file"),
    ):
        (tmp_path / "site.zip").write_bytes(harmed)
        with pytest.raises(ArchiveError, match=message):
            await restore_site(tmp_path / "site.zip", None)
    assert await is_empty()


async def test_what_grows_beyond_measure_is_refused_before_it_does(
    site: Path, sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert sqlite_database
    monkeypatch.setattr(reading, "ALWAYS_UNPACKED_BYTES", 2**20)
    forge(site, "tags", lambda rows: rows[0].update(name="n" * 2**21))
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name in files(site):
            archive.write(site / name, name)
    with pytest.raises(ArchiveError, match="would grow to"):
        await restore_site(tmp_path / "bomb.zip", None)
    assert await is_empty()


async def test_an_older_export_has_what_its_columns_were_given(site: Path, sqlite_database: Database) -> None:
    assert sqlite_database
    forge(site, "comments", lambda rows: [row.pop("decision") for row in rows])
    change_manifest(site, lambda manifest: manifest.update(schema="0004_events_of_moves"))
    await restore_site(site, None)
    assert {comment.decision for comment in await Comment.all()} == {CommentDecision.APPROVED}


KILLED = """
import asyncio, os, signal, sys
from pathlib import Path
from storage import open_database
from transfer.archive.restoring import restore_site

def kill(what, done, total):
    if what == sys.argv[3] and done == total:
        os.kill(os.getpid(), signal.SIGKILL)

async def main():
    await open_database(sys.argv[1])
    await restore_site(Path(sys.argv[2]), None, kill)

asyncio.run(main())
"""


@pytest.mark.parametrize("at", ["checking", "post_tags"])
async def test_a_restore_that_is_killed_leaves_nothing_and_can_be_done_again(
    at: str, exported: Path, database_url: str, tmp_path: Path
) -> None:
    command = [sys.executable, "-c", KILLED, database_url, str(exported / "site.zip"), at]
    killed = subprocess.run(command, check=False, timeout=60)  # noqa: ASYNC221 - nothing else runs
    assert killed.returncode == -signal.SIGKILL
    async with opened(database_url):
        assert await is_empty()
        await restore_site(exported / "site.zip", Folder(tmp_path / "media"))
        await export_site(tmp_path / "again.zip", Folder(tmp_path / "media"))
    assert (tmp_path / "again.zip").read_bytes() == (exported / "site.zip").read_bytes()


async def test_giving_up_half_way_leaves_nothing(exported: Path, sqlite_url: str) -> None:
    def give_up(what: str, _done: int, _total: int) -> None:
        if what == "comments":
            task.cancel()

    async with opened(sqlite_url):
        task = asyncio.create_task(restore_site(exported / "site.zip", None, give_up))
        with pytest.raises(asyncio.CancelledError):
            await task
    async with opened(sqlite_url):
        assert await is_empty()
        await factories.user()
