import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from storage.sqlite.placeholders import NamedPlaceholders, connection_class, unnumbered
from tests.databases import opened


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:", factory=NamedPlaceholders)) as connection:
        yield connection


@pytest.mark.parametrize(
    ("sql", "parameters", "answer"),
    [
        ("SELECT ?1, ?2", ("a", "b"), ("a", "b")),
        ("SELECT ?2, ?1", ("a", "b"), ("b", "a")),
        ("SELECT ?1, ?2, ?1", ("a", "b"), ("a", "b", "a")),
        ("SELECT ?2", ("a", "b"), ("b",)),
        ("SELECT ?1 LIMIT ?2+0", ("a", 1), ("a",)),
        ("SELECT '?1', 'it''s ?2', ?1 AS \"?3\"", ("a",), ("?1", "it's ?2", "a")),
        ("SELECT ?, ?", ("a", "b"), ("a", "b")),
        ("SELECT '?1'", (), ("?1",)),
        ("SELECT " + ", ".join(f"?{n}" for n in range(1, 13)), tuple(range(12)), tuple(range(12))),
        ("SELECT ?1 GROUP BY ?1", ("a",), ("a",)),
    ],
)
def test_every_statement_means_what_it_meant(
    connection: sqlite3.Connection, sql: str, parameters: tuple[object, ...], answer: tuple[object, ...]
) -> None:
    with closing(sqlite3.connect(":memory:")) as plain:
        assert plain.execute(sql, parameters).fetchone() == answer
    assert connection.execute(sql, parameters).fetchone() == answer
    assert "?1" not in unnumbered(sql)[0].replace("'?1'", "")


def test_values_are_bound_by_position_wherever_they_can_be() -> None:
    assert unnumbered("SELECT ?1, '?9', ?2") == ("SELECT ?, '?9', ?", None)
    assert unnumbered("SELECT ?2, ?1") == ("SELECT :2, :1", ("1", "2"))


@pytest.mark.parametrize(
    ("version", "warns"),
    [
        ((3, 11, 9), False),
        ((3, 12, 0), True),
        ((3, 12, 3), True),
        ((3, 12, 4), False),
        ((3, 13, 0), False),
        ((3, 14, 2), False),
    ],
)
def test_only_pythons_that_warn_pay_for_it(version: tuple[int, ...], warns: bool) -> None:
    assert (connection_class(version) is NamedPlaceholders) is warns


async def test_a_whole_database_works_so(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.sqlite.connection.connection_class", lambda: NamedPlaceholders)
    async with opened(sqlite_url) as database:
        assert await database.fetch_text("SELECT ?2 || ?1", ["a", "b"]) == "ba"
        for _ in range(9):  # until it is quick
            assert await database.fetch_text("SELECT ?1 || ?1", ["a"]) == "aa"
        assert await database.migrated()
