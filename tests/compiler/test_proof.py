"""The proof that is asked for when a database is opened."""

import json
import sqlite3
from contextlib import closing

import pytest

from compiler import proof
from compiler.dialects import Sqlite
from compiler.texts import Json


def answer() -> tuple[str, str]:
    statement, expected = proof()
    with closing(sqlite3.connect(":memory:")) as connection:
        return connection.execute(statement).fetchone()[0], expected


def test_it_holds_on_this_library() -> None:
    found, expected = answer()
    assert found == expected
    assert json.loads(found)[0]["many"] == [{"id": 3, "one": {"id": 4}}]


def test_it_fails_where_a_subquery_hands_on_a_string(monkeypatch: pytest.MonkeyPatch) -> None:
    """As it would if what comes out of a subquery were left to what SQLite still knows of it."""

    def fetched(_: Sqlite, sql: str, *, never_null: bool = False) -> Json:
        return Json(f"{sql}||''" if never_null else f"({sql})||''")

    monkeypatch.setattr(Sqlite, "fetched", fetched)
    found, expected = answer()
    assert found != expected
    assert isinstance(json.loads(found)[0]["many"], str)
