"""Which SQLite these tests run on."""

import os
import sqlite3

from storage import Database
from storage.sqlite.fitness import OLDEST_VERSION
from tests.libraries import NAMED


async def test_the_library_is_the_one_that_was_asked_for(sqlite_database: Database) -> None:
    found = await sqlite_database.fetch_text("SELECT sqlite_version()", [])
    assert found == os.environ.get(NAMED, sqlite3.sqlite_version)
    assert sqlite3.sqlite_version_info >= OLDEST_VERSION
