"""The harness itself: that everybody is asked the same, and that wrong answers are found. Nothing here is timed."""

import asyncio
import dataclasses
import os
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from benchmarks import samples
from benchmarks.competitors import (
    CONSTANT,
    HANDWRITTEN,
    HANDWRITTEN_POSTGRESQL,
    OURS,
    OURS_POSTGRESQL,
    STRAWBERRY,
)
from benchmarks.contest import assembled
from benchmarks.equality import Different
from benchmarks.place import Place
from benchmarks.questions import FRONT_PAGE, LIST, ONE_POST, QUESTIONS
from server.fill import fill
from storage import open_database
from tests.tools import find

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the benchmarks need Linux")
ROWS: dict[str, Any] = {"users": 50, "categories": 9, "posts": 45, "comments": 2_500}


@pytest.fixture
def place(tmp_path: Path) -> Place:
    find("taskset")
    core = min(os.sched_getaffinity(0))
    return Place(tmp_path / "benchmarks", core, core)


async def _fill(url: str) -> None:
    database = await open_database(url)
    await fill(database, **ROWS)
    await database.close()


@pytest.fixture
def file(sqlite_url: str) -> Path:
    asyncio.run(_fill(sqlite_url))
    return Path(sqlite_url.removeprefix("sqlite://"))


def test_the_samples_vary_and_are_the_same_each_time(file: Path) -> None:
    taken = samples.samples(file)
    assert taken == samples.samples(file)
    assert len(taken[FRONT_PAGE]) == 3
    assert None in taken[LIST]
    assert len(set(taken[ONE_POST])) == len(taken[ONE_POST]) > 5


def test_those_on_sqlite_give_the_same_answers(place: Place, file: Path) -> None:
    competitors = [HANDWRITTEN, OURS, STRAWBERRY]
    with assembled(place, competitors, {"sqlite": str(file)}, 0, samples.samples(file)) as contest:
        for question in QUESTIONS:
            given = contest.servers[CONSTANT.key].answer(question, b"{}")
            requests = contest.requests(OURS.key, question).read_bytes().splitlines()
            assert given in [contest.servers[OURS.key].answer(question, request) for request in requests]


def test_those_on_postgresql_give_the_same_answers(place: Place, file: Path, postgresql_url: str) -> None:
    asyncio.run(_fill(postgresql_url))
    stores = {"postgresql": postgresql_url}
    competitors = [OURS_POSTGRESQL, HANDWRITTEN_POSTGRESQL]
    with assembled(place, competitors, stores, 0, samples.samples(file)) as contest:
        assert contest.sizes[LIST.key] > 10_000


def test_a_server_that_answers_otherwise_is_found(place: Place, file: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    other.write_bytes(file.read_bytes())
    with closing(sqlite3.connect(other)) as connection, connection:
        connection.execute("UPDATE posts SET title = 'something else'")
    impostor = dataclasses.replace(HANDWRITTEN, key="impostor", store="none")
    stores = {"sqlite": str(file), "none": str(other)}
    with (
        pytest.raises(Different, match=r"impostor, Front page: answer\.data\.posts\.nodes\[0\]\.title"),
        assembled(place, [OURS, impostor], stores, 0, samples.samples(file)),
    ):
        pass
