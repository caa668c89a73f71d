"""A blog of 100,000 posts over twenty years, made by SQLite itself."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

from resolvers.archive_months import keep_archive
from storage import open_database

POSTS, AUTHORS, CATEGORIES, TAGS = 100_000, 200, 24, 500
SCHEDULED = 50
"""Posts that come due later: the last ones."""
MINUTES_APART = 105
TIMEZONE = "Europe/Paris"
NUMBERS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})"
FORMAT = "'%Y-%m-%dT%H:%M:%S.000000Z'"
BEGIN = f"strftime({FORMAT}, 'now', '+2 days', '-' || (({POSTS} - i) * {MINUTES_APART}) || ' minutes')"
LATER = f"strftime({FORMAT}, 'now', '+9 days')"
MOMENT = f"CASE WHEN i > {POSTS - SCHEDULED} THEN {LATER} ELSE {BEGIN} END"
FILED = {
    "post_id": "id",
    "position": "0",
    "kind": "kind",
    "status": "status",
    "published_at": "published_at",
    "counted": "counted",
    "comment_count": "comment_count",
    "last_commented_at": "last_commented_at",
    "author_id": "author_id",
}
TABLES: dict[str, tuple[int, dict[str, str]]] = {
    "users": (
        AUTHORS,
        {
            "id": "i",
            "username": "'user' || i",
            "email": "'user' || i || '@example.org'",
            "name": "'User ' || i",
            "bio": "''",
            "role": "'AUTHOR'",
            "password_hash": "'!'",
            "created_at": BEGIN,
        },
    ),
    "categories": (
        CATEGORIES,
        {
            "id": "i",
            "slug": "'category' || i",
            "name": "'Category ' || i",
            "description": "''",
            "position": "i",
            "post_count": "0",
        },
    ),
    "tags": (
        TAGS,
        {"id": "i", "slug": "'tag' || i", "name": "'Tag ' || i", "key": "'tag ' || i", "post_count": "0"},
    ),
    "posts": (
        POSTS,
        {
            "id": "i",
            "slug": "'post' || i",
            "title": "'The title of post ' || i",
            "body": "printf('%01000d', i)",
            "body_html": "printf('%01500d', i)",
            "excerpt": "'What post ' || i || ' is about'",
            "language": "CASE WHEN i % 3 = 0 THEN 'fr' ELSE 'en' END",
            "status": "CASE WHEN i % 50 = 0 THEN 'DRAFT' ELSE 'PUBLISHED' END",
            "published_at": MOMENT,
            "created_at": BEGIN,
            "updated_at": BEGIN,
            "author_id": f"1 + i % {AUTHORS}",
            "category_id": f"1 + i % {CATEGORIES}",
            "comments_open": "true",
            "comment_count": "i % 50",
            "last_commented_at": BEGIN,
            "counted": f"i % 50 > 0 AND i <= {POSTS - SCHEDULED}",
        },
    ),
}


def make(path: Path) -> None:
    """Make the file anew."""
    for old in path.parent.glob(path.name + "*"):
        old.unlink()
    asyncio.run(_open(path, archive=False))
    with closing(sqlite3.connect(path)) as connection:
        for table, (count, columns) in TABLES.items():
            _insert(connection, table, columns, NUMBERS.format(count=count) + " SELECT {} FROM n")  # noqa: S608 - ours
        for table, of in (("post_categories", CATEGORIES), ("post_tags", TAGS)):
            column = "category_id" if of == CATEGORIES else "tag_id"
            _insert(connection, table, {**FILED, column: f"1 + id % {of}"}, "SELECT {} FROM posts")
        connection.commit()
    asyncio.run(_open(path, archive=True))


def _insert(connection: sqlite3.Connection, table: str, columns: dict[str, str], select: str) -> None:
    into = f"INSERT INTO {table} ({', '.join(columns)}) "
    connection.execute(into + select.format(", ".join(columns.values())))


async def _open(path: Path, *, archive: bool) -> None:
    database = await open_database(str(path))
    await database.migrate()
    if archive:
        await keep_archive(TIMEZONE)
    await database.close()
