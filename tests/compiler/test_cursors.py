"""Cursors are opaque, and what is none is refused with its place; nothing in one can harm a database."""

from typing import Any

import pytest

from compiler import RequestError
from tests.compiler.asking import Library

QUERY = """query ($orderBy: BookOrder!, $after: String, $before: String) {
    books(orderBy: $orderBy, after: $after, before: $before) { MEMBERS }
}"""

NO_CURSORS = {
    "OLDEST": [
        "",
        ":",
        "::",
        "x",
        "printed_at",
        "printed_at:",
        "printed_at:2020-01-01T00:00:00Z",
        "printed_at:2020-01-01T00:00:00Z:",
        "printed_at:2020-01-01T00:00:00Z:x",
        "printed_at:2020-01-01T00:00:00Z:1.5",
        "printed_at:2020-01-01T00:00:00Z:9223372036854775808",
        "printed_at:2020-01-01T00:00:00Z:-9223372036854775809",
        "printed_at:2020-01-01T00:00:00Z:" + "9" * 5000,
        "printed_at:2020-01-01T00:00:00:1",
        "printed_at:2020-13-01T00:00:00Z:1",
        "printed_at:0001-01-01T00:00:00+23:59:1",
        "printed_at:9999-12-31T23:59:59-23:59:1",
        "printed_at:yesterday:1",
        "printed_at:\ud800:1",
        "printed_at:\0:1",
        "title:Émile:1",
        "id:1",
        "PRINTED_AT:2020-01-01T00:00:00Z:1",
    ],
    "TITLE": ["title:1", "title:x", "title:\0:1", "title:\ud800:1", "title", "id:1", "printed_at:x:1"],
    "ID": ["1", "id", "id:", "id:x", "id:1:1", "title:x:1", "id:\ud800"],
}


@pytest.mark.parametrize("argument", ["after", "before"])
@pytest.mark.parametrize("members", ["nodes { id }", "totalCount"])
@pytest.mark.parametrize("order", NO_CURSORS)
async def test_what_is_no_cursor_of_the_list(
    library: Library, order: str, members: str, argument: str
) -> None:
    for text in NO_CURSORS[order]:
        with pytest.raises(RequestError) as refusal:
            await library.answer(QUERY.replace("MEMBERS", members), {"orderBy": order, argument: text})
        (error,) = refusal.value.errors
        what = (
            f'The value of "{argument}" is no cursor of this list: pass a cursor that a page of it returned'
        )
        assert error == {
            "message": what,
            "locations": [{"line": 2, "column": 5}],
            "extensions": {"code": "BAD_USER_INPUT"},
        }, text
    assert library.database.statements == []


@pytest.mark.parametrize(
    ("order", "cursor"),
    [
        ("OLDEST", "printed_at:1970-01-01T00:00:00.000000Z:0"),
        ("OLDEST", "printed_at:0001-01-01T00:00:00.000000Z:-9223372036854775807"),
        ("TITLE", "title::-1"),
        ("TITLE", "title::::-1"),
        ("TITLE", "title:'; DROP TABLE books; --:5"),
        ("ID", "id:0"),
        ("ID", "id:9223372036854775807"),
    ],
)
async def test_a_place_where_no_row_stands_is_a_place(library: Library, order: str, cursor: str) -> None:
    query = QUERY.replace("MEMBERS", "nodes { id }")
    behind = (await library.ask(query, orderBy=order, after=cursor))["books"]["nodes"]
    before = (await library.ask(query, orderBy=order, before=cursor))["books"]["nodes"]
    everything = (await library.ask(query, orderBy=order))["books"]["nodes"]
    assert (before + behind)[:20] == everything


async def test_a_cursor_in_a_literal(library: Library) -> None:
    cursor = (await library.ask("{ books(first: 3) { pageInfo { endCursor } } }"))["books"]["pageInfo"][
        "endCursor"
    ]
    answer = await library.ask(f'{{ books(first: 1, after: "{cursor}") {{ nodes {{ id }} }} }}')
    assert answer == {"books": {"nodes": [{"id": "book_4"}]}}


async def test_one_variable_in_several_lists(library: Library) -> None:
    query = """
        query ($after: String) {
            authors { books(after: $after, first: 1) { nodes { id } } }
            books(after: $after, first: 1) { nodes { id } }
        }
    """
    cursor = (await library.ask("{ books(first: 3) { pageInfo { endCursor } } }"))["books"]["pageInfo"][
        "endCursor"
    ]
    answer: Any = await library.ask(query, after=cursor)
    assert [author["books"]["nodes"][0]["id"] for author in answer["authors"]] == [
        "book_6",
        "book_4",
        "book_5",
    ]
    assert answer["books"]["nodes"] == [{"id": "book_4"}]
