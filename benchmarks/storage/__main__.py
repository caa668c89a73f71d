"""Print the figures. The file, and the PostgreSQL database, hold what `causerie fill` makes."""

import argparse
import asyncio
from pathlib import Path

from benchmarks.storage.asked import statements
from benchmarks.storage.figures import say
from benchmarks.storage.postgresql import postgresql
from benchmarks.storage.readers import hop, parallel
from benchmarks.storage.sqlite import after_foreign_commits, preparing, sqlite_settings


def main() -> None:
    """Print everything."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.storage", description=__doc__)
    parser.add_argument("file", type=Path, help="an SQLite database that causerie fill has filled")
    parser.add_argument("--postgresql", metavar="URL", help="the same rows on PostgreSQL")
    given = parser.parse_args()
    asked = asyncio.run(statements(str(given.file)))
    say({title: f"{len(sql):,} characters of SQL" for title, (sql, _) in asked.items()})
    preparing(given.file, asked)
    sqlite_settings(given.file, asked)
    after_foreign_commits(given.file, asked)
    asyncio.run(hop(given.file, asked))
    asyncio.run(parallel(given.file, asked))
    if given.postgresql:
        asyncio.run(postgresql(given.postgresql, asyncio.run(statements(given.postgresql))))


if __name__ == "__main__":
    main()
