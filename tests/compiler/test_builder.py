"""What each kind of declaration reads, wherever it is selected; one statement for a root field."""

from typing import Any

import pytest

from models.fields import rfc3339
from tests.compiler.asking import ADA, ANYBODY, STAFF, Library
from tests.compiler.rows import AUTHORS, BOOKS, REVIEWS

VISIBLE = [row for row in BOOKS if row["published"]]


def book(number: int) -> dict[str, Any]:
    return BOOKS[number - 1]


async def test_columns_and_keys(library: Library) -> None:
    fields = "id title genre pages weight published lent printedAt"
    answer = await library.ask("{ books(first: 100, orderBy: ID) { nodes { %s } } }" % fields, STAFF)  # noqa: UP031
    assert answer["books"]["nodes"] == [
        {
            "id": f"book_{row['id']}",
            "title": row["title"],
            "genre": row["genre"].name,
            "pages": row["pages"],
            "weight": row["weight"],
            "published": row["published"],
            "lent": row["lent"],
            "printedAt": rfc3339(row["printed_at"]),
        }
        for row in BOOKS
    ]


async def test_a_column_under_another_name(library: Library) -> None:
    answer = await library.ask("{ authors { called born } }")
    assert answer["authors"][0] == {"called": "Ada Lovelace", "born": 1815}


async def test_expressions(library: Library) -> None:
    query = '{ book(id: "book_3") { heading mine long fine ofAuthor } x: book(id: "book_1") { long } }'
    expected = {
        "book": {
            "heading": "The book: 100% \\ back / NOVEL",
            "mine": True,
            "long": True,
            "fine": True,
            "ofAuthor": 8,
        },
        "x": {"long": False},
    }
    assert await library.ask(query, ADA) == expected
    assert (await library.ask(query, ANYBODY))["book"]["mine"] is False


async def test_expressions_with_arguments(library: Library) -> None:
    query = """
        query ($pages: Int!, $word: String!, $genre: Genre) {
          books(first: 2, orderBy: ID) {
            nodes {
              compared(pages: $pages, genre: $genre, word: $word)
              never: compared(pages: 1000000)
              always: compared(pages: 0, word: "it's \\"o\\" \\\\ %s $1")
            }
          }
        }
    """
    for pages, word, genre in ((BOOKS[0]["pages"], "enough", None), (BOOKS[1]["pages"], "'x", "NOVEL")):
        answer = await library.ask(query, STAFF, pages=pages, word=word, genre=genre)
        assert answer["books"]["nodes"] == [
            {
                "compared": " ".join(
                    ("thick" if row["pages"] >= pages else "thin", word, *([genre] if genre else []))
                ),
                "never": "thin ?",
                "always": """thick it's "o" \\ %s $1""",
            }
            for row in BOOKS[:2]
        ]


async def test_rows_by_foreign_key(library: Library) -> None:
    query = "{ books(first: 100, orderBy: ID) { nodes { id author { id name } sequelOf { id sequelOf { id } } } } }"
    answer = await library.ask(query)

    def before(row: dict[str, Any]) -> dict[str, Any] | None:
        number = row["sequel_of_id"]
        return book(number) if number is not None and book(number)["published"] else None

    def named(row: dict[str, Any] | None) -> dict[str, Any] | None:
        return row and {"id": f"book_{row['id']}"}

    assert answer["books"]["nodes"] == [
        {
            "id": f"book_{row['id']}",
            "author": {"id": f"author_{row['author_id']}", "name": AUTHORS[row["author_id"] - 1]["name"]},
            "sequelOf": (former := before(row))
            and {**(named(former) or {}), "sequelOf": named(before(former))},
        }
        for row in VISIBLE
    ]


async def test_a_row_that_the_viewer_may_not_see_is_null(library: Library) -> None:
    query = '{ book(id: "book_7") { id } x: book(id: "book_10") { sequelOf { id } } }'
    assert book(10)["sequel_of_id"] == 7
    assert await library.ask(query, ANYBODY) == {"book": None, "x": {"sequelOf": None}}
    assert await library.ask(query, STAFF) == {"book": {"id": "book_7"}, "x": {"sequelOf": {"id": "book_7"}}}


async def test_listings_in_their_order_and_up_to_their_end(library: Library) -> None:
    answer = await library.ask('{ authors { id } book(id: "book_8") { sequels { id } } }', STAFF)
    assert answer == {
        "authors": [{"id": "author_1"}, {"id": "author_2"}, {"id": "author_3"}],  # at_most=3
        "book": {"sequels": [{"id": "book_11"}]},
    }


async def test_a_listing_without_rows_is_empty(library: Library) -> None:
    assert await library.ask('{ book(id: "book_1") { sequels { id } } }') == {"book": {"sequels": []}}


async def test_connections_inside_each_other(library: Library) -> None:
    query = """
        { authors { id books(first: 2) { totalCount nodes { id reviews(bestFirst: true, first: 2) {
            totalCount nodes { stars book { reviews(last: 1) { nodes { id } } } } } } } } }
    """
    answer = await library.ask(query)

    def reviews(number: int) -> list[dict[str, Any]]:
        return [row for row in REVIEWS if row["book_id"] == number and not row["hidden"]]

    def best(number: int) -> dict[str, Any]:
        found = sorted(reviews(number), key=lambda row: (-row["stars"], -row["id"]))
        last = [{"id": f"review_{row['id']}"} for row in reviews(number)[-1:]]
        nodes = [{"stars": row["stars"], "book": {"reviews": {"nodes": last}}} for row in found[:2]]
        return {"totalCount": len(found), "nodes": nodes}

    def books(number: int) -> dict[str, Any]:
        found = [row for row in VISIBLE if row["author_id"] == number]
        nodes = [{"id": f"book_{row['id']}", "reviews": best(row["id"])} for row in found[:2]]
        return {"totalCount": len(found), "nodes": nodes}

    assert answer["authors"] == [{"id": f"author_{number}", "books": books(number)} for number in (1, 2, 3)]
    assert len(library.database.statements) == 1


async def test_a_single_row_is_the_first_of_its_queryset(library: Library) -> None:
    query = "{ newestBook { id } poems: newestBook(genre: POEMS) { id } }"
    newest = max(VISIBLE, key=lambda row: (row["printed_at"], row["id"]))["id"]
    poems = max(
        (row for row in VISIBLE if row["genre"].name == "POEMS"),
        key=lambda row: (row["printed_at"], row["id"]),
    )["id"]
    assert await library.ask(query) == {
        "newestBook": {"id": f"book_{newest}"},
        "poems": {"id": f"book_{poems}"},
    }


async def test_a_row_found_through_a_backward_relation(library: Library) -> None:
    answer = await library.ask(
        '{ bookOfReview(review: "review_5") { id } x: bookOfReview(review: "x") { id } }'
    )
    assert answer == {"bookOfReview": {"id": f"book_{REVIEWS[4]['book_id']}"}, "x": None}


async def test_rows_of_any_type_by_their_ids(library: Library) -> None:
    ids = ["review_1", "book_7", "author_3", "book_1", "nothing_1", "review_6", "book_1", "author_99"]
    query = """
        query ($ids: [ID!]!, $id: ID!) {
            items(ids: $ids) { __typename id ... on Book { title } ... on Author { name } ...review }
            item(id: $id) { ...review }
        }
        fragment review on Review { stars book { id } }
    """
    review = {"stars": REVIEWS[0]["stars"], "book": {"id": f"book_{REVIEWS[0]['book_id']}"}}
    answer = await library.ask(query, ids=ids, id="review_1")
    assert answer == {
        "items": [
            {"__typename": "Review", "id": "review_1", **review},
            None,
            {"__typename": "Author", "id": "author_3", "name": "Christine de Pizan"},
            {"__typename": "Book", "id": "book_1", "title": book(1)["title"]},
            None,
            None,
            {"__typename": "Book", "id": "book_1", "title": book(1)["title"]},
            None,
        ],
        "item": review,
    }
    assert len(library.database.statements) == 2


@pytest.mark.parametrize(
    "id_",
    [
        "",
        "_",
        "book",
        "book_",
        "book_x",
        "book_-1",
        "book_ 1",
        "book_1 ",
        "book_٣",
        "BOOK_1",
        "book_01",
        "book_0",
        "book_" + "9" * 30,
    ],
)
async def test_what_is_no_global_id_names_nothing(library: Library, id_: str) -> None:
    answer = await library.ask("query ($i: ID!) { item(id: $i) { id } items(ids: [$i]) { id } }", i=id_)
    assert answer == {"item": None, "items": [None]}


async def test_ids_in_a_literal_beside_variables(library: Library) -> None:
    query = """
        query ($i: ID!) {
            items(ids: ["author_1", $i]) { id } none: items(ids: []) { id } one: items(ids: "book_2") { id }
        }
    """
    answer = await library.ask(query, i="book_1")
    assert answer == {"items": [{"id": "author_1"}, {"id": "book_1"}], "none": [], "one": [{"id": "book_2"}]}


async def test_an_interface_shows_no_row_that_does_not_have_it(library: Library) -> None:
    answer = await library.ask('{ item(id: "book_1") { ... on Review { text } ... on Item { id } } }')
    assert answer == {"item": {"id": "book_1"}}


async def test_filters_by_every_kind_of_value(library: Library) -> None:
    query = "query ($f: BookFilter) { books(filter: $f, first: 100, orderBy: ID) { nodes { id } } }"
    cases: list[tuple[dict[str, Any], Any]] = [
        ({}, lambda _: True),
        ({"author": "author_2"}, lambda row: row["author_id"] == 2),
        ({"genre": "POEMS"}, lambda row: row["genre"].name == "POEMS"),
        ({"lent": True}, lambda row: row["lent"] is True),
        ({"lent": False}, lambda row: row["lent"] is False),
        ({"lent": None}, lambda _: True),
        ({"pages": {"least": 200}}, lambda row: row["pages"] >= 200),
        ({"pages": {"most": 200}}, lambda row: row["pages"] <= 200),
        ({"pages": {"least": 100, "most": 200}}, lambda row: 100 <= row["pages"] <= 200),
        ({"pages": {"least": None, "most": None}}, lambda _: True),
        ({"pages": {}}, lambda _: True),
        ({"pages": None, "title": "日本 🎎"}, lambda row: row["title"] == "日本 🎎"),
        (
            {"printedFrom": rfc3339(book(9)["printed_at"])},
            lambda row: row["printed_at"] >= book(9)["printed_at"],
        ),
        ({"printedFrom": "0001-01-01T00:00:00Z"}, lambda _: True),
        ({"printedFrom": "9999-12-31T23:59:59.999999Z"}, lambda _: False),
        ({"heavierThan": 1.5}, lambda row: row["weight"] is not None and row["weight"] > 1.5),
        ({"heavierThan": 1}, lambda row: row["weight"] is not None and row["weight"] > 1),
        ({"author": "author_2", "genre": "ESSAY", "lent": True}, lambda row: row["genre"].name == "ESSAY"),
    ]
    for given, fits in cases:
        answer = await library.ask(query, STAFF, f=given)
        assert answer["books"]["nodes"] == [{"id": f"book_{row['id']}"} for row in BOOKS if fits(row)], given


async def test_the_viewer_decides_what_is_read(library: Library) -> None:
    query = "{ books { totalCount } reviews { totalCount } me { id books { totalCount } } }"
    reviews = [row for row in REVIEWS if not row["hidden"] and book(row["book_id"])["published"]]
    assert await library.ask(query, ANYBODY) == {
        "books": {"totalCount": len(VISIBLE)},
        "reviews": {"totalCount": len(reviews)},
        "me": None,
    }
    own = [row for row in BOOKS if row["published"] or row["author_id"] == 1]
    assert await library.ask(query, ADA) == {
        "books": {"totalCount": len(own)},
        "reviews": {"totalCount": len(reviews)},
        "me": {"id": "author_1", "books": {"totalCount": 8}},
    }
    assert await library.ask(query, STAFF) == {
        "books": {"totalCount": 24},
        "reviews": {"totalCount": 40},
        "me": None,
    }


async def test_a_selection_of_nothing_is_an_object_of_nothing(library: Library) -> None:
    answer = await library.ask(
        '{ authors { } books(first: 2) { nodes { } pageInfo { } } me { } item(id: "book_1") { } }'
    )
    assert answer == {
        "authors": [{}, {}, {}],
        "books": {"nodes": [{}, {}], "pageInfo": {}},
        "me": None,
        "item": {},
    }
