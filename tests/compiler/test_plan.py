"""Computed fields: Python over all rows of an answer, called once for each place in the selection."""

from typing import Any

import pytest

from models.fields import rfc3339
from tests.compiler.asking import STAFF, Library
from tests.compiler.library import batches
from tests.compiler.rows import BOOKS


def shelf(row: dict[str, Any]) -> str | None:
    return None if row["lent"] else f"{row['id']}, {rfc3339(row['printed_at'])}, {row['weight']}"


async def test_one_call_for_all_rows(library: Library) -> None:
    answer = await library.ask("{ books(first: 100, orderBy: ID) { nodes { shelf id } } }", STAFF)
    assert answer["books"]["nodes"] == [{"shelf": shelf(row), "id": f"book_{row['id']}"} for row in BOOKS]
    assert list(answer["books"]["nodes"][0]) == ["shelf", "id"]
    ((name, given),) = batches
    assert name == "shelf"
    assert given == [
        {
            "id": row["id"],
            "lent": row["lent"],
            "printed_at": rfc3339(row["printed_at"]),
            "weight": row["weight"],
        }
        for row in BOOKS
    ]
    assert len(library.database.statements) == 1


async def test_one_call_for_each_place_and_alias(library: Library) -> None:
    query = """
        {
            authors { initials same: initials books(first: 2) { edges { node { ...b author { initials } } } } }
            book(id: "book_2") { ...b author { initials } }
        }
        fragment b on Book { s: shelf ...on Book { s: shelf alike } }
    """
    answer = await library.ask(query, STAFF)
    first, second = answer["authors"][0]["books"]["edges"]
    assert first["node"]["s"] == shelf(BOOKS[2])
    assert second["node"]["s"] == shelf(BOOKS[5])
    assert first["node"]["author"] == {"initials": "AL"}
    assert answer["authors"][2]["same"] == "CdP"
    assert answer["book"] == {
        "s": shelf(BOOKS[1]),
        "alike": ["NOVEL", "ESSAY"],
        "author": {"initials": "CdP"},
    }
    calls = [(name, len(rows)) for name, rows in batches]
    assert sorted(calls) == [
        ("alike", 1),
        ("alike", 6),
        ("initials", 1),
        ("initials", 3),
        ("initials", 3),
        ("initials", 6),
        ("shelf", 1),
        ("shelf", 6),
    ]


async def test_rows_behind_null_are_left_out(library: Library) -> None:
    answer = await library.ask("{ books(first: 100, orderBy: ID) { nodes { sequelOf { alike } } } }", STAFF)
    assert answer["books"]["nodes"] == [
        {
            "sequelOf": row["sequel_of_id"]
            and {
                "alike": [
                    g
                    for g in ("NOVEL", "ESSAY", "POEMS")
                    if g != BOOKS[row["sequel_of_id"] - 1]["genre"].name
                ]
            }
        }
        for row in BOOKS
    ]
    assert [len(rows) for _, rows in batches] == [sum(row["sequel_of_id"] is not None for row in BOOKS)]


@pytest.mark.parametrize(
    "query", ['{ book(id: "x") { shelf } }', '{ books(filter: {title: "x"}) { nodes { shelf } } }']
)
async def test_no_rows_no_call(library: Library, query: str) -> None:
    await library.ask(query)
    assert batches == []


async def test_several_types_in_one_list_each_get_their_own_rows(library: Library) -> None:
    query = """
        { items(ids: ["book_2", "review_2", "author_1", "x", "book_3", "review_1"]) {
            ... on Book { b: shelf v: title } ... on Review { s: shelf v: text } ... on Author { v: initials } } }
    """
    answer = await library.ask(query)
    assert answer["items"] == [
        {"b": shelf(BOOKS[1]), "v": BOOKS[1]["title"]},
        {"s": "**", "v": "Review 2"},
        {"v": "AL"},
        None,
        {"b": shelf(BOOKS[2]), "v": BOOKS[2]["title"]},
        {"s": "*", "v": "Review 1"},
    ]
    assert sorted((name, len(rows)) for name, rows in batches) == [
        ("initials", 1),
        ("shelf", 2),
        ("stars", 2),
    ]


async def test_computed_inside_an_ordinary_field(library: Library) -> None:
    answer = await library.ask("{ desk { onTop { shelf title } bell } }")
    assert answer["desk"] == {"onTop": {"shelf": shelf(BOOKS[4]), "title": BOOKS[4]["title"]}, "bell": "ding"}


@pytest.mark.parametrize("field", ["nothing", "tooFew"])
async def test_a_batch_that_breaks_its_promise_is_an_error_of_its_root_field(
    library: Library, field: str
) -> None:
    answer = await library.answer('{ book(id: "book_1") { %s } authors { id } }' % field)  # noqa: UP031
    assert answer["data"] == {"book": None, "authors": [{"id": f"author_{n}"} for n in (1, 2, 3)]}
    assert answer["errors"] == [
        {
            "message": "masked",
            "locations": [{"line": 1, "column": 3}],
            "path": ["book"],
            "extensions": {"code": "ContractError"},
        }
    ]
