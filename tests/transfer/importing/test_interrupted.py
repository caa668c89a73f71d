"""An import that ends early leaves whole portions, and the next one makes of them what one alone would have made."""

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from models import Comment, ImportedRow, Post
from storage import Database
from tests.databases import opened
from tests.server.running import ROOT
from tests.transfer.importing.blogs import PLAN, dump, imported, small_blog
from transfer.formats.records import Record
from transfer.importing import import_records

ENTRIES = 500
ENTRY = """AUTHOR: ada
TITLE: Post {number}
BASENAME: post_{number}
STATUS: Publish
DATE: 03/15/2010 08:30:00 PM
CATEGORY: Kitchen
-----
BODY:
<p>The body of {number}.</p>
-----
COMMENT:
AUTHOR: Zoé
EMAIL: zoe{guest}@reader.example
DATE: 03/16/2010 08:30:00 PM
Comment on {number}
-----
--------
"""


class Cut(Exception):
    """The file cannot be read any further."""


def cut_after(some: list[Record], number: int) -> Iterator[Record]:
    yield from some[:number]
    raise Cut


@pytest.mark.usefixtures("database")
async def test_what_is_cut_off_anywhere_is_whole_after_the_next_time(database: Database) -> None:
    blog = small_blog()
    parent, child = 6, 7
    blog[parent], blog[child] = blog[child], blog[parent]
    for number in range(len(blog)):
        with pytest.raises(Cut):
            await import_records(cut_after(blog, number), PLAN, at_once=1)
        assert not await Comment.filter(status="APPROVED", parent_id=None, body="Comment 2").exists()
    await imported(blog, at_once=1)
    told = await dump()
    assert not await ImportedRow.filter(kind__in=["reply", "above", "unsettled", "feed"]).exists()
    assert await Comment.all().order_by("id").values_list("depth", "status", "reply_count") == [
        *((1, "APPROVED", 1), (0, "APPROVED", 1), (2, "APPROVED", 0), (0, "PENDING", 0))
    ]
    assert (await Post.get(title="Post 1")).comment_count == 3
    await imported(blog)
    assert await dump() == told


async def test_killed_and_done_again_it_is_as_if_it_had_never_been(sqlite_url: str, tmp_path: Path) -> None:
    export = tmp_path / "export.txt"
    export.write_text("".join(ENTRY.format(number=number, guest=number % 50) for number in range(ENTRIES)))
    killed, alone = tmp_path / "causerie.db", tmp_path / "alone.db"
    alone.write_bytes(killed.read_bytes())
    importing = start(export, killed)
    while importing.poll() is None and not count(killed, "posts"):
        time.sleep(0.01)  # noqa: ASYNC251 - nothing else happens in this test
    assert importing.poll() is None
    importing.send_signal(signal.SIGKILL)
    importing.wait()
    await asyncio.to_thread(lambda: [start(export, each).wait(60) for each in (killed, alone)])
    assert count(killed, "comments") == count(alone, "comments") == ENTRIES
    dumps = []
    for path in (killed, alone):
        async with opened(f"sqlite://{path}"):
            dumps.append(
                {
                    table: [{**row, "created_at": None} for row in rows]
                    for table, rows in (await dump()).items()
                }
            )
    assert dumps[0] == dumps[1]


def start(export: Path, database: Path) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "server", "import", str(export), "--database", f"sqlite://{database}"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def count(path: Path, table: str) -> int:
    with closing(sqlite3.connect(path, timeout=30)) as connection:
        number: int = connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
        return number
