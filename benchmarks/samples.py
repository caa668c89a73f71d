"""Which rows are asked for: the same for everybody, taken from the rows, in an order that the seed decides."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from random import Random

from benchmarks.questions import FRONT_PAGE, LIST, ONE_POST, QUESTIONS, TINY, Question

PAGES = 50
"""How many pages of a list are asked for, the first one among them: deeper ones nobody reads."""

POSTS = 500
SEED = 1
LAST_OF_PAGES = {
    FRONT_PAGE: (
        20,
        "SELECT published_at, id FROM posts WHERE status = 'PUBLISHED' ORDER BY 1 DESC, 2 DESC LIMIT ?",
    ),
    LIST: (
        100,
        "SELECT created_at, id FROM comments WHERE status = 'APPROVED' ORDER BY 1 DESC, 2 DESC LIMIT ?",
    ),
}
CHOICES = {
    ONE_POST: "SELECT id FROM posts WHERE status = 'PUBLISHED' AND comment_count >= 20 ORDER BY id",
    TINY: "SELECT id FROM posts WHERE status = 'PUBLISHED' ORDER BY id",
}


@dataclass(frozen=True)
class Behind:
    """The page that begins behind this row; the first page has none."""

    moment: str
    id: int


Sample = Behind | int | None
"""A page, or the id of a post."""


def samples(path: Path) -> dict[Question, list[Sample]]:
    """For each question what its requests ask for, in turn, from the SQLite file at `path`."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        return {question: _samples(connection, question) for question in QUESTIONS}


def _samples(connection: sqlite3.Connection, question: Question) -> list[Sample]:
    random = Random(SEED)  # noqa: S311 - reproducible on purpose
    found: list[Sample]
    if question.kind == "page":
        size, statement = LAST_OF_PAGES[question]
        rows = connection.execute(statement, (size * (PAGES - 1),)).fetchall()
        found = [None, *(Behind(*row) for row in rows[size - 1 :: size])]
    else:
        ids = [row[0] for row in connection.execute(CHOICES[question])]
        found = list(random.sample(ids, min(POSTS, len(ids))))
    random.shuffle(found)
    return found
