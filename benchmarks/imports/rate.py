"""How many comments are imported in a second, beside sqlite3's `executemany` of the very rows that this made.

`python -m benchmarks.imports.rate 100000` imports so many comments, from their records to settled threads, and then
writes the rows of all tables anew into a second file with the same indexes, by a single transaction of plain sqlite3.
"""

import asyncio
import gc
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from storage import open_database
from transfer.formats.records import Author, Blog, Category, Comment, Guest, Post, Record
from transfer.importing import Plan, import_records

COMMENTS_A_POST = 20
GUESTS = 2_000
REPLIES_IN_A_HUNDRED = 45
BEGIN = datetime(2008, 1, 1, tzinfo=UTC)
WORDS = [
    *(
        "canal",
        "écluse",
        "l’aube",
        "péniche",
        "berge",
        "où",
        "déjà",
        "loin",
        "rivière",
        "chemin",
        "encre",
        "papier",
    ),
    *("carnet", "lumière", "pluie", "été"),
]
TARGET = 0.5
ROUNDS = 3


def blog(comments: int, seed: int = 1) -> Iterator[Record]:
    """A blog with so many comments, each of some lines of HTML, as a stream."""
    random = Random(seed)  # noqa: S311 - it is content, not a secret
    yield Blog(title="Carnets", url="https://carnets.example", language="fr")
    yield Author(key="a", name="Anne", username="anne", email="anne@example.org")
    yield Category(key="c", name="Carnets", slug="carnets")
    for number in range(comments):
        place = number % COMMENTS_A_POST
        if place == 0:
            at = BEGIN + timedelta(minutes=random.randrange(5_000_000))
            yield _post(number // COMMENTS_A_POST, at, random)
        yield _comment(number, place, at, random)


def _post(number: int, at: datetime, random: Random) -> Post:
    body = "".join(f"<p>{_sentence(random)} <em>{_sentence(random)}</em></p>" for _ in range(4))
    return Post(
        key=f"p{number}", title=f"Carnet {number}", body=body, author="a", categories=("c",), published_at=at
    )


def _comment(number: int, place: int, at: datetime, random: Random) -> Comment:
    answers = place > 0 and random.randrange(100) < REPLIES_IN_A_HUNDRED
    guest = random.randrange(GUESTS)
    return Comment(
        key=str(number),
        post=f"p{number // COMMENTS_A_POST}",
        author=Guest(name=f"Lecteur {guest}", email=f"lecteur{guest}@example.org"),
        body=f'{_sentence(random)}\n<a href="https://example.org/{number}">{_sentence(random)}</a> &amp; all.',
        parent=str(number - random.randrange(1, place + 1)) if answers else None,
        created_at=at + timedelta(hours=random.randrange(1, 200), minutes=place),
    )


def _sentence(random: Random) -> str:
    return " ".join(random.choices(WORDS, k=9)) + "."


async def imported(path: Path, comments: int) -> float:
    """Import them into a new file; the seconds that it took."""
    database = await open_database(str(path))
    try:
        await database.migrate()
        records = list(blog(comments))
        gc.freeze()  # all records at once are the benchmark's, not the import's
        begun = time.perf_counter()
        await import_records(records, Plan(source="benchmark"))
        return time.perf_counter() - begun
    finally:
        await database.close()


def written(of: Path, path: Path) -> float:
    """Write what the import has written into a migrated file by plain sqlite3; the seconds that it took."""
    with (
        closing(sqlite3.connect(of)) as source,
        closing(sqlite3.connect(path, isolation_level=None)) as target,
    ):
        for setting in ("journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON"):
            target.execute(f"PRAGMA {setting}").close()
        tables = [
            "users",
            "categories",
            "posts",
            "post_slugs",
            "post_categories",
            "comments",
            "imported_rows",
            "search_documents",
        ]
        rows = {table: source.execute(f"SELECT * FROM {table}").fetchall() for table in tables}  # noqa: S608 - ours
        begun = time.perf_counter()
        target.execute("BEGIN")
        for table, some in rows.items():
            places = ", ".join("?" * len(some[0]))
            target.executemany(f"INSERT INTO {table} VALUES ({places})", some)  # noqa: S608 - a name of ours
        target.execute("COMMIT")
        return time.perf_counter() - begun


async def _migrated(path: Path) -> None:
    database = await open_database(str(path))
    await database.migrate()
    await database.close()


def compared(comments: int) -> float:
    """Do both, and say how they compare; the part of the plain rate that the import has."""
    with tempfile.TemporaryDirectory() as folder:
        ours, plain = Path(folder, "ours.db"), Path(folder, "plain.db")
        took = asyncio.run(imported(ours, comments))
        asyncio.run(_migrated(plain))
        least = written(ours, plain)
    print(f"{comments:,} comments: imported in {took:.2f} s, {comments / took:,.0f} a second")  # noqa: T201
    print(f"  executemany of the same rows: {least:.2f} s; the import has {least / took:.2f} of its rate")  # noqa: T201
    return least / took


def main(comments: int) -> None:
    """Compare some times, one after the other, and say what is in the middle."""
    middle = statistics.median(compared(comments) for _ in range(ROUNDS))
    print(f"In the middle: {middle:.2f}; the target is {TARGET}.")  # noqa: T201


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
