"""Lists that are read from rows which lead to others, and the first row that several querysets have."""

import itertools
from typing import Any

import pytest

from compiler import ContractError
from tests.compiler.asking import ANYBODY, STAFF, Library
from tests.compiler.rows import AUTHORS, BOOKS, RECOMMENDATIONS

Rows = list[dict[str, Any]]
PAGE = """
    nodes { id title }
    edges { cursor node { id pages author { name } } }
    pageInfo { startCursor endCursor hasNextPage hasPreviousPage }
    totalCount
"""
BOOK = {row["id"]: row for row in BOOKS}
AUTHOR = {row["id"]: row for row in AUTHORS}


def of_author(id_: int, least: int = 0) -> Rows:
    """What they recommend, the best first."""
    own = [row for row in RECOMMENDATIONS if row["author_id"] == id_ and row["rank"] >= least]
    return sorted(own, key=lambda row: (row["rank"], row["book_id"]), reverse=True)


def cursor(row: dict[str, Any]) -> str:
    return f"rank:{row['rank']}:{row['book_id']}"


def node(row: dict[str, Any]) -> dict[str, Any]:
    return {"id": f"book_{row['book_id']}", "title": BOOK[row["book_id"]]["title"]}


def edge(row: dict[str, Any]) -> dict[str, Any]:
    book = BOOK[row["book_id"]]
    of = {"id": f"book_{book['id']}", "pages": book["pages"]}
    return {"cursor": cursor(row), "node": {**of, "author": {"name": AUTHOR[book["author_id"]]["name"]}}}


async def test_pages_forwards_and_backwards(library: Library) -> None:
    query = """query ($first: Int, $after: String, $last: Int, $before: String) { item(id: "author_2") {
        ... on Author { recommends(first: $first, after: $after, last: $last, before: $before) { PAGE } } } }"""
    listed = of_author(2)
    assert len(listed) == 6
    for start, size, backwards in itertools.product([None, 0, 2, 5], [0, 1, 3, 6], [False, True]):
        at = None if start is None else cursor(listed[start])
        if backwards:
            window = listed if start is None else listed[:start]
            shown = window[max(0, len(window) - size) :]
        else:
            window = listed if start is None else listed[start + 1 :]
            shown = window[:size]
        given: dict[str, Any] = {"last": size, "before": at} if backwards else {"first": size, "after": at}
        answer = await library.ask(query.replace("PAGE", PAGE), **given)
        further, behind = len(window) > size, start is not None
        assert answer["item"]["recommends"] == {
            "nodes": [node(row) for row in shown],
            "edges": [edge(row) for row in shown],
            "pageInfo": {
                "startCursor": cursor(shown[0]) if shown else None,
                "endCursor": cursor(shown[-1]) if shown else None,
                "hasNextPage": behind if backwards else further,
                "hasPreviousPage": further if backwards else behind,
            },
            "totalCount": 6,
        }, given


async def test_a_list_keeps_its_order_whichever_way_the_database_joins(library: Library) -> None:
    query = "{ books(first: 100, orderBy: ID) { nodes { id recommendedBy { name } } } }"
    answer = await library.ask(query, STAFF)
    assert len(answer["books"]["nodes"]) == 24
    for book in answer["books"]["nodes"]:
        praise = [row for row in RECOMMENDATIONS if f"book_{row['book_id']}" == book["id"]]
        praise.sort(key=lambda row: (row["rank"], row["author_id"]))
        assert book["recommendedBy"] == [{"name": AUTHOR[row["author_id"]]["name"]} for row in praise]


async def test_several_levels_are_one_statement(library: Library) -> None:
    query = """{ authors { name recommends(first: 2, least: 2) { totalCount nodes { title recommendedBy {
        name recommends(first: 1) { edges { node { title author { recommends(first: 1) { nodes { id } } } } } }
    } } } } }"""
    answer = await library.ask(query)
    assert len(library.database.statements) == 1
    for author in answer["authors"]:
        id_ = next(row["id"] for row in AUTHORS if row["name"] == author["name"])
        listed = of_author(id_, least=2)
        assert author["recommends"]["totalCount"] == len(listed)
        titles = [book["title"] for book in author["recommends"]["nodes"]]
        assert titles == [BOOK[row["book_id"]]["title"] for row in listed[:2]]
        for book in author["recommends"]["nodes"]:
            assert author["name"] in [each["name"] for each in book["recommendedBy"]]
            for each in book["recommendedBy"]:
                of = next(row["id"] for row in AUTHORS if row["name"] == each["name"])
                best = of_author(of)[0]
                inner = each["recommends"]["edges"][0]["node"]
                assert inner["title"] == BOOK[best["book_id"]]["title"]
                writer = of_author(BOOK[best["book_id"]]["author_id"])[0]
                assert inner["author"]["recommends"]["nodes"] == [{"id": f"book_{writer['book_id']}"}]


async def test_a_field_may_list_either_rows(library: Library) -> None:
    query = "query ($rank: Int) { recommended(rank: $rank, first: 100) { edges { cursor node { id } } totalCount } }"
    ids = sorted(row["book_id"] for row in RECOMMENDATIONS if row["rank"] == 3)
    found = (await library.ask(query, rank=3))["recommended"]
    assert [each["node"]["id"] for each in found["edges"]] == [f"book_{id_}" for id_ in ids]
    assert [each["cursor"] for each in found["edges"]] == [f"book_id:{id_}" for id_ in ids]
    assert found["totalCount"] == len(ids)
    everything = (await library.ask(query, STAFF, rank=None))["recommended"]
    assert [each["cursor"] for each in everything["edges"]] == [f"id:{id_}" for id_ in range(1, 25)]


async def test_the_order_of_rows_that_lead_to_others_ends_with_where_they_lead(library: Library) -> None:
    with pytest.raises(ContractError, match="'book_id', in one direction"):
        await library.answer("{ recommended(rank: 1, bestFirst: true) { nodes { id } } }")


CALLED = "query ($name: String!) { called(name: $name) { __typename id ... on Book { title pages } } }"


async def test_the_first_row_that_there_is(library: Library) -> None:
    one = await library.ask(CALLED, name="Ada Lovelace")
    assert one == {"called": {"__typename": "Author", "id": "author_1"}}
    two = await library.ask(CALLED, ANYBODY, name="100% \\ back")
    newest = max(row["id"] for row in BOOKS if row["title"] == "100% \\ back" and row["published"])
    pages = BOOK[newest]["pages"]
    assert two["called"] == {
        "__typename": "Book",
        "id": f"book_{newest}",
        "title": "100% \\ back",
        "pages": pages,
    }
    assert (await library.ask(CALLED, STAFF, name="Review 7"))["called"]["id"] == "review_7"
    assert await library.ask(CALLED, name="nothing") == {"called": None}
    assert len(library.database.statements) == 4


async def test_what_nobody_sees_leaves_room_for_the_next(library: Library) -> None:
    hidden = next(row for row in BOOKS if not row["published"] and row["title"])
    titled = [row for row in BOOKS if row["title"] == hidden["title"]]
    assert len(titled) > 1
    query = CALLED.replace("... on Book { title pages }", "... on Book { recommendedBy { name } }")
    seen = (await library.ask(query, name=hidden["title"]))["called"]
    assert seen["id"] == f"book_{max(row['id'] for row in titled if row['published'])}"
    whole = (await library.ask(query, STAFF, name=hidden["title"]))["called"]
    assert whole["id"] == f"book_{max(row['id'] for row in titled)}"
