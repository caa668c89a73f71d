"""Rows in another row's range, how many they are, and the row that comes next."""

from collections.abc import Callable
from typing import Any

import pytest

from compiler import RequestError
from tests.compiler.asking import ADA, ANYBODY, STAFF, Library
from tests.compiler.library import Visitor
from tests.compiler.rows import BOOKS, SEASONS

Row = dict[str, Any]

SEASONS_QUERY = """
    query ($filter: BookFilter, $first: Int, $offset: Int) { seasons(filter: $filter) { name bookCount
        books(first: $first, offset: $offset) { totalCount nodes { id } pageInfo { hasNextPage } }
        backwards: books(last: 2) { edges { cursor node { author { id } } } }
        byTitle: books(orderBy: TITLE) { nodes { id author { books(first: 1) { nodes { id } } } } }
    } }
"""
FILTERS: dict[str, tuple[Any, Callable[[Row], bool]]] = {
    "all": (None, lambda _: True),
    "author": ({"author": "author_2"}, lambda row: row["author_id"] == 2),
    "genre": ({"genre": "ESSAY"}, lambda row: row["genre"] == "ESSAY"),
    "pages": ({"pages": {"least": 300}}, lambda row: row["pages"] >= 300),
    "since": (
        {"printedFrom": "2020-03-01T02:00:00Z"},
        lambda row: row["printed_at"].isoformat() >= "2020-03-01T02:00:00",
    ),
    "none": ({"title": "no such title"}, lambda _: False),
}


def sees(visitor: Visitor, row: Row) -> bool:
    return visitor.staff or row["published"] or row["author_id"] == visitor.id


def printed(season: Row, visitor: Visitor, fits: Callable[[Row], bool]) -> list[Row]:
    """The books of a season, the oldest first."""
    then = [row for row in BOOKS if season["starts_at"] <= row["printed_at"] < season["ends_at"]]
    seen = [row for row in then if sees(visitor, row) and fits(row)]
    return sorted(seen, key=lambda row: (row["printed_at"], row["id"]))


@pytest.mark.parametrize("visitor", [ANYBODY, ADA, STAFF], ids=["anybody", "ada", "staff"])
@pytest.mark.parametrize("name", FILTERS)
async def test_rows_in_the_range_of_another(library: Library, name: str, visitor: Visitor) -> None:
    given, fits = FILTERS[name]
    answer = await library.ask(SEASONS_QUERY, visitor, filter=given, first=2, offset=1)
    assert len(library.database.statements) == 1
    expected = [(season, books) for season in reversed(SEASONS) if (books := printed(season, visitor, fits))]
    assert [season["name"] for season in answer["seasons"]] == [season["name"] for season, _ in expected]
    for season, (_, books) in zip(answer["seasons"], expected, strict=True):
        assert season["bookCount"] == season["books"]["totalCount"] == len(books)
        assert season["books"]["nodes"] == [{"id": f"book_{row['id']}"} for row in books[1:3]]
        assert season["books"]["pageInfo"] == {"hasNextPage": len(books) > 3}
        authors = [edge["node"]["author"]["id"] for edge in season["backwards"]["edges"]]
        assert authors == [f"author_{row['author_id']}" for row in books[-2:]]
        assert {row["id"] for row in season["byTitle"]["nodes"]} == {f"book_{row['id']}" for row in books}


async def test_all_that_is_listed_is_counted_once(library: Library) -> None:
    query = "{ seasons { bookCount } books { totalCount } }"
    answer = await library.ask(query, STAFF)
    assert sum(season["bookCount"] for season in answer["seasons"]) == answer["books"]["totalCount"] == 24


async def test_what_is_only_counted_if_there_is_anything(library: Library) -> None:
    query = "query ($pages: Int!) { seasons { bookCount ifThick(pages: $pages) } }"
    thickest = max(row["pages"] for row in BOOKS)
    for season in (await library.ask(query, STAFF, pages=thickest))["seasons"]:
        assert season["ifThick"] == season["bookCount"]
    for season in (await library.ask(query, STAFF, pages=thickest + 1))["seasons"]:
        assert season["ifThick"] == -1


async def test_a_listing_has_no_more_rows_than_it_may(library: Library) -> None:
    """The condition comes first: what it leaves out takes nobody's place."""
    names = [season["name"] for season in (await library.ask("{ seasons { name } }", STAFF))["seasons"]]
    assert names == ["Season 5", "Season 4", "Season 3", "Season 2"]


@pytest.mark.parametrize("visitor", [ANYBODY, ADA, STAFF], ids=["anybody", "ada", "staff"])
async def test_the_row_that_comes_next(library: Library, visitor: Visitor) -> None:
    query = "{ books(first: 100) { nodes { id next { id title author { name } } previous { id previous { id } } } } }"
    seen = sorted(
        (row for row in BOOKS if sees(visitor, row)), key=lambda row: (row["printed_at"], row["id"])
    )
    found = (await library.ask(query, visitor))["books"]["nodes"]
    assert len(library.database.statements) == 1
    assert [node["id"] for node in found] == [f"book_{row['id']}" for row in seen]
    for place, (node, row) in enumerate(zip(found, seen, strict=True)):
        later = [each for each in seen[place + 1 :] if each["genre"] == row["genre"] and row["published"]]
        assert (node["next"] and node["next"]["id"]) == (f"book_{later[0]['id']}" if later else None)
        before = [f"book_{each['id']}" for each in reversed(seen[:place])][:2]
        second = {"id": before[1]} if before[1:] else None
        assert node["previous"] == ({"id": before[0], "previous": second} if before else None)


async def test_neighbours_far_down(library: Library) -> None:
    """Deeper than SQLite's parser goes: the same rows by way of common table expressions."""
    depth = 9
    query = '{ book(id: "book_20") ' + "{ id previous " * depth + "{ id }" + " }" * depth + " }"
    node, ids = (await library.ask(query, STAFF))["book"], []
    while node:
        ids.append(node["id"])
        node = node.get("previous")
    ordered = sorted(BOOKS, key=lambda row: (row["printed_at"], row["id"]), reverse=True)
    start = [row["id"] for row in ordered].index(20)
    assert ids == [f"book_{row['id']}" for row in ordered[start : start + depth + 1]]


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("{ seasons { name } }", 4),
        ("{ seasons { bookCount } }", 8),
        ("{ seasons { a: bookCount b: bookCount } }", 12),
        ("{ seasons { books(first: 3) { nodes { next { id } } } } }", 28),
        ("{ book(id: 1) { next { previous { id } } } }", 3),
    ],
)
async def test_what_they_cost(library: Library, query: str, rows: int) -> None:
    await library.limited(rows=rows).ask(query)
    with pytest.raises(RequestError) as refusal:
        await library.limited(rows=rows - 1).answer(query)
    assert [error["extensions"]["limit"] for error in refusal.value.errors] == ["rows"]
