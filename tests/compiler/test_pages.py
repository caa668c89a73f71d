"""Pages against a model in Python: every page size with every cursor, in both directions."""

# ruff: noqa: UP031 - the braces are GraphQL's

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from compiler import RequestError
from models.fields import rfc3339
from tests.compiler import rows
from tests.compiler.asking import ANYBODY, STAFF, Library
from tests.compiler.rows import BOOKS, REVIEWS

Rows = list[dict[str, Any]]

PAGE = """
    nodes { id }
    edges { cursor node { id } }
    pageInfo { startCursor endCursor hasNextPage hasPreviousPage }
    totalCount
"""
BOOKS_OF_PASCAL = (
    """
    query ($orderBy: BookOrder!, $first: Int, $last: Int, $after: String, $before: String) {
        books(filter: {author: "author_2"}, orderBy: $orderBy, first: $first, last: $last,
            after: $after, before: $before) { %s }
    }
"""
    % PAGE
)
THE_SAME_IN_A_ROW = BOOKS_OF_PASCAL.replace(
    'books(filter: {author: "author_2"},', 'books: item(id: "author_2") { ... on Author { books('
).replace("totalCount", "totalCount } }")

ORDERS: dict[str, tuple[Callable[[dict[str, Any]], Any], bool]] = {
    "OLDEST": (lambda row: (row["printed_at"], row["id"]), False),
    "NEWEST": (lambda row: (row["printed_at"], row["id"]), True),
    "TITLE": (lambda row: (row["title"].encode(), row["id"]), False),
    "ID": (lambda row: row["id"], False),
}
CURSORS: dict[str, Callable[[dict[str, Any]], str]] = {
    "OLDEST": lambda row: f"printed_at:{rfc3339(row['printed_at'])}:{row['id']}",
    "NEWEST": lambda row: f"printed_at:{rfc3339(row['printed_at'])}:{row['id']}",
    "TITLE": lambda row: f"title:{row['title']}:{row['id']}",
    "ID": lambda row: f"id:{row['id']}",
}


def of_pascal(order: str) -> Rows:
    """All his books in order, as the staff sees them."""
    key, descending = ORDERS[order]
    return sorted((row for row in BOOKS if row["author_id"] == 2), key=key, reverse=descending)


def expected(order: str, listed: Rows, arguments: dict[str, Any]) -> dict[str, Any]:
    """The page that the specification of cursor connections describes."""
    cursors = [CURSORS[order](row) for row in listed]
    after, before = arguments["after"], arguments["before"]
    start = 0 if after is None else cursors.index(after) + 1
    end = len(listed) if before is None else cursors.index(before)
    window = list(range(start, end))
    if arguments["last"] is None:
        size = 20 if arguments["first"] is None else arguments["first"]
        page, cut_off_behind, cut_off_in_front = window[:size], len(window) > size, False
    else:
        size = arguments["last"]
        page, cut_off_behind, cut_off_in_front = (
            window[max(0, len(window) - size) :],
            False,
            len(window) > size,
        )
    nodes = [{"id": f"book_{listed[index]['id']}"} for index in page]
    return {
        "nodes": nodes,
        "edges": [{"cursor": cursors[i], "node": node} for i, node in zip(page, nodes, strict=True)],
        "pageInfo": {
            "startCursor": cursors[page[0]] if page else None,
            "endCursor": cursors[page[-1]] if page else None,
            "hasNextPage": cut_off_behind or before is not None,
            "hasPreviousPage": cut_off_in_front or after is not None,
        },
        "totalCount": len(listed),
    }


def every_page(order: str) -> Iterator[dict[str, Any]]:
    cursors = [None, *map(CURSORS[order], of_pascal(order))]
    sizes = [(None, None), *((n, None) for n in (0, 1, 3, 8, 100)), *((None, n) for n in (0, 1, 3, 8, 100))]
    for (first, last), after, before in itertools.product(sizes, cursors, cursors):
        yield {"first": first, "last": last, "after": after, "before": before}


@pytest.mark.parametrize("order", ORDERS)
async def test_every_page_of_a_list(library: Library, order: str) -> None:
    listed = of_pascal(order)
    assert len(listed) == 8
    for arguments in every_page(order):
        answer = await library.ask(BOOKS_OF_PASCAL, STAFF, orderBy=order, **arguments)
        assert answer["books"] == expected(order, listed, arguments), arguments


async def test_a_page_inside_a_row_is_the_same_page(library: Library) -> None:
    for arguments in itertools.islice(every_page("NEWEST"), 0, None, 7):
        answer = await library.ask(THE_SAME_IN_A_ROW, STAFF, orderBy="NEWEST", **arguments)
        assert answer["books"]["books"] == expected("NEWEST", of_pascal("NEWEST"), arguments), arguments


@pytest.mark.parametrize("first", [None, 0, 1, 5, 100])
@pytest.mark.parametrize("offset", [0, 1, 7, 8, 1000, 2**31 - 1])
async def test_numbered_pages(library: Library, first: int | None, offset: int) -> None:
    query = """
        query ($first: Int, $offset: Int) {
            books(filter: {author: "author_2"}, first: $first, offset: $offset)
            { nodes { id } pageInfo { hasNextPage hasPreviousPage } totalCount }
        }
    """
    size = 20 if first is None else first
    ids = [{"id": f"book_{row['id']}"} for row in of_pascal("OLDEST")]
    answer = await library.ask(query, STAFF, first=first, offset=offset)
    assert answer["books"] == {
        "nodes": ids[offset : offset + size],
        "pageInfo": {"hasNextPage": len(ids) > offset + size, "hasPreviousPage": offset > 0},
        "totalCount": 8,
    }


async def test_members_can_be_asked_for_one_by_one_and_under_other_names(library: Library) -> None:
    members = {
        "nodes { id }": [{"id": "book_3"}],
        "nodes { __typename }": [{"__typename": "Book"}],
        "edges { node { id } }": [{"node": {"id": "book_3"}}],
        "edges { cursor }": [{"cursor": CURSORS["OLDEST"](BOOKS[2])}],
        "edges { __typename c: cursor cursor }": [
            {
                "__typename": "BookEdge",
                "c": CURSORS["OLDEST"](BOOKS[2]),
                "cursor": CURSORS["OLDEST"](BOOKS[2]),
            }
        ],
        "totalCount": 7,
        "pageInfo { __typename }": {"__typename": "PageInfo"},
        "pageInfo { more: hasNextPage }": {"more": True},
        "pageInfo { hasPreviousPage }": {"hasPreviousPage": False},
        "pageInfo { endCursor }": {"endCursor": CURSORS["OLDEST"](BOOKS[2])},
        "__typename": "BookConnection",
    }
    cursor = CURSORS["OLDEST"](BOOKS[1])
    for member, value in members.items():
        query = """query ($after: String) { books(first: 1, after: $after, filter: {author: "author_1"}) { %s } }"""
        answer = await library.ask(query % member, after=cursor)
        assert answer == {"books": {member.split(" ")[0]: value}}, member


async def test_what_is_not_selected_is_not_read(library: Library) -> None:
    await library.ask("{ books { nodes { id } } }")
    await library.ask("{ books { totalCount } }")
    without, alone = library.database.statements
    assert "count(" not in without
    assert "SELECT 1" not in without
    assert "ORDER BY" not in alone


async def test_an_empty_list_has_empty_pages(library: Library) -> None:
    answer = await library.ask('{ books(filter: {author: "author_4"}) { %s } }' % PAGE)
    assert answer["books"] == {
        "nodes": [],
        "edges": [],
        "pageInfo": {"startCursor": None, "endCursor": None, "hasNextPage": False, "hasPreviousPage": False},
        "totalCount": 0,
    }


async def test_a_list_that_only_goes_forwards(library: Library) -> None:
    answer = await library.ask("{ reviews(first: 2) { nodes { id stars } } }")
    best = sorted(
        (
            (row["stars"], row["id"])
            for row in REVIEWS
            if not row["hidden"] and BOOKS[row["book_id"] - 1]["published"]
        ),
        reverse=True,
    )
    assert answer["reviews"]["nodes"] == [{"id": f"review_{id_}", "stars": stars} for stars, id_ in best[:2]]
    with pytest.raises(RequestError, match="Unknown argument 'last'"):
        await library.ask("{ reviews(last: 2) { totalCount } }")


async def test_pages_stay_put_while_rows_come_and_go(own_library: Library) -> None:
    query = """
        query ($after: String) {
            books(first: 4, after: $after) { nodes { id } pageInfo { endCursor hasNextPage hasPreviousPage } }
        }
    """
    first = (await own_library.ask(query, STAFF))["books"]
    assert [node["id"] for node in first["nodes"]] == ["book_1", "book_2", "book_3", "book_4"]

    await rows.Book.create(**{**BOOKS[0], "id": 100, "sequel_of_id": None})  # among those already seen
    await rows.Book.create(**{**BOOKS[4], "id": 101, "sequel_of_id": None})  # among those to come
    await rows.Review.filter(book_id__in=(3, 4)).delete()
    await rows.Book.filter(id__in=(3, 4)).delete()  # the cursor's own row
    second = (await own_library.ask(query, STAFF, after=first["pageInfo"]["endCursor"]))["books"]
    assert [node["id"] for node in second["nodes"]] == ["book_5", "book_101", "book_6", "book_7"]
    assert second["pageInfo"]["hasPreviousPage"] is True

    await rows.Review.all().delete()
    await rows.Book.filter(printed_at__lte=BOOKS[2]["printed_at"]).delete()
    nothing_before = (await own_library.ask(query, STAFF, after=first["pageInfo"]["endCursor"]))["books"]
    assert nothing_before["pageInfo"]["hasPreviousPage"] is False


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("first: -1", '"first" must be from 0 to 100, not -1'),
        ("first: 101", '"first" must be from 0 to 100, not 101'),
        ("last: -1", '"last" must be from 0 to 100, not -1'),
        ("last: 101", '"last" must be from 0 to 100, not 101'),
        ("offset: -1", '"offset" must not be negative, it is -1'),
        ("first: 1, last: 1", 'Pass "first" or "last", not both'),
        (
            'offset: 1, after: "x"',
            '"offset" is for numbered pages: pass it with "first" alone, without cursors',
        ),
        (
            'offset: 1, before: "x"',
            '"offset" is for numbered pages: pass it with "first" alone, without cursors',
        ),
        ("offset: 1, last: 1", '"offset" is for numbered pages: pass it with "first" alone, without cursors'),
    ],
)
@pytest.mark.parametrize(
    "place", ["{\n books(%s) { totalCount } }", "{\n authors { books(%s) { nodes { id } } } }"]
)
async def test_bad_arguments_are_refused_with_their_place(
    library: Library, place: str, arguments: str, message: str
) -> None:
    with pytest.raises(RequestError) as refusal:
        await library.answer(place % arguments)
    (error,) = refusal.value.errors
    assert error["message"] == message
    assert error["locations"] == [{"line": 2, "column": place.index("books") - place.index("\n")}]
    assert error["extensions"] == {"code": "BAD_USER_INPUT"}
    assert library.database.statements == []


@pytest.mark.parametrize(
    "nothing", ["first: null", "last: null, first: 3", "after: null, before: null", "offset: null"]
)
async def test_null_is_as_good_as_nothing(library: Library, nothing: str) -> None:
    answer = await library.ask("{ books(%s) { totalCount } }" % nothing, ANYBODY)
    assert answer == {"books": {"totalCount": 21}}
