"""Limits come before work: each names itself, what was asked for, what is allowed, and the place."""

import inspect
import sys
from typing import Any

import pytest
from graphql import parse

from compiler import Limits, Request, RequestError
from compiler.limits import Measure, check_size
from tests.compiler.asking import Library


@pytest.mark.parametrize(
    ("limits", "query", "name", "asked"),
    [
        ({"depth": 4}, "query q {\n books { nodes { author { books { totalCount } } } } }", "depth", 5),
        ({"fields": 3}, "{ books { ...f ...f } } fragment f on BookConnection { a: totalCount }", None, None),
        (
            {"fields": 2},
            "{ books { ...f ...f } } fragment f on BookConnection { a: totalCount }",
            "fields",
            3,
        ),
        (
            {"aliases": 1},
            "{ a: books { ...f } } fragment f on BookConnection { a: totalCount }",
            "aliases",
            2,
        ),
        (
            {"directives": 2},
            "query @x { books @skip(if: false) { ... @include(if: true) { __typename } } }",
            "directives",
            3,
        ),
        (
            {"root_fields": 2},
            "{ a: me { id } ... { b: me { id } } ...f } fragment f on Query { c: me { id } }",
            "root_fields",
            3,
        ),
        ({"tokens": 6}, "{ books { a: totalCount } }", "tokens", 7),
        ({"nesting": 3}, "{ books { ...f } } fragment f on BookConnection { nodes { id } }", "nesting", 4),
        ({"nesting": 3}, "{ books { ... { ... { totalCount } } } }", "nesting", 4),
        ({"rows": 41}, "{ books { nodes { author { id } } } }", None, None),
        ({"rows": 39}, "{ books { nodes { author { id } } } }", "rows", 40),
    ],
)
async def test_each_limit(
    library: Library, limits: dict[str, int], query: str, name: str | None, asked: int | None
) -> None:
    limited = library.limited(**limits)
    if name is None:
        await limited.ask(query)
        return
    with pytest.raises(RequestError) as refusal:
        await limited.answer(query)
    errors = [error for error in refusal.value.errors if error["extensions"].get("limit") == name]
    (error,) = errors
    told = {"code": "LIMIT_EXCEEDED", "limit": name, "allowed": limits[name], "asked": asked}
    assert error["extensions"] == told | (
        {"lists": [{"path": "books", "rows": 20}]} if name == "rows" else {}
    )
    assert error["locations"] == [{"line": 1, "column": 25 if name == "tokens" else 1}]
    assert str(limits[name]) in error["message"]
    assert library.database.statements == []


async def test_several_limits_are_told_at_once(library: Library) -> None:
    with pytest.raises(RequestError) as refusal:
        library.limited(depth=1, fields=1, aliases=0).engine.prepare(Request("{ a: books { totalCount } }"))
    assert [error["message"] for error in refusal.value.errors] == [
        "This operation is 2 levels deep, the limit is 1",
        "This operation has 2 fields, the limit is 1",
        "This operation has 1 aliases, the limit is 0",
    ]


async def test_introspection_is_as_deep_as_it_likes(library: Library) -> None:
    query = "{ __schema { types { fields { type { ofType { ofType { ofType { name } } } } } } } }"
    await library.limited(depth=1).ask(query)


def chain(length: int, *, on: str = "Book", copies: int = 1) -> str:
    """Fragments that lead from one to the next."""
    links = [f"fragment f{n} on {on} {{ __typename {f'...f{n + 1} ' * copies} }}" for n in range(length)]
    return " ".join([*links, f"fragment f{length} on {on} {{ __typename }}"])


async def test_a_chain_of_fragments_within_the_limits(library: Library) -> None:
    answer = await library.ask("{ books(first: 1) { nodes { ...f0 } } } " + chain(200))
    assert answer == {"books": {"nodes": [{"__typename": "Book"}]}}


@pytest.mark.parametrize("length", [300, 1100])
@pytest.mark.parametrize("place", ["{ books { nodes { ...f0 } } }", "{ ...f0 }"])
async def test_long_chains_of_fragments_are_refused(library: Library, place: str, length: int) -> None:
    on = "Query" if place == "{ ...f0 }" else "Book"
    with pytest.raises(RequestError) as refusal:
        library.engine.prepare(Request(f"{place} {chain(length, on=on)}"))
    assert "nesting" in [error["extensions"]["limit"] for error in refusal.value.errors]


async def test_no_fragment_is_walked_twice(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two spreads of the next one in each of 60 fragments are 2**60 ways through the document."""
    measured: list[object] = []
    measure = Measure._set  # noqa: SLF001 - counted here

    def note(self: Measure, node: Any) -> Any:
        measured.append(node)
        return measure(self, node)

    monkeypatch.setattr(Measure, "_set", note)
    with pytest.raises(RequestError) as refusal:
        library.engine.prepare(Request("{ books { nodes { ...f0 } } } " + chain(60, copies=2)))
    (fields,) = [e["extensions"] for e in refusal.value.errors if e["extensions"]["limit"] == "fields"]
    assert fields["asked"] == 2**53 - 1  # what JSON can say of 2 + 2**61 - 1
    assert len(measured) < 200


def test_a_chain_as_long_as_it_may_be_needs_little_of_the_stack() -> None:
    document = parse("{ books { nodes { ...f0 } } } " + chain(240))
    measured: list[list[str]] = []
    depth = len(inspect.stack())
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(depth + 60)
    try:
        measured.append([error.message for error in check_size(document, Limits())])
    finally:
        sys.setrecursionlimit(limit)
    assert measured == [[]]


async def test_validation_gives_up_on_what_is_made_to_keep_it_busy(library: Library) -> None:
    fragments = " ".join(f"fragment f{n} on Book {{ id title author {{ id }} }}" for n in range(300))
    spreads = " ".join(f"...f{n}" for n in range(300))
    unlike = "... on Book { x: title } ... on Review { x: text }"
    with pytest.raises(RequestError) as refusal:
        library.engine.prepare(
            Request(f"{{ books {{ nodes {{ {spreads} }} }} item(id: 1) {{ {unlike} }} }} {fragments}")
        )
    assert [error["message"] for error in refusal.value.errors] == [
        "This document is too intricate to be validated."
    ]


async def test_rows_of_repeated_fragments_are_counted_once_each(library: Library) -> None:
    links = [
        f"fragment f{n} on Book {{ a{n}: author {{ id }} sequelOf {{ ...f{n + 1} }} ...f{n + 1} }}"
        for n in range(10)
    ]
    query = "{ books(first: 1) { nodes { ...f0 } } } " + " ".join(links) + " fragment f10 on Book { id }"
    with pytest.raises(RequestError) as refusal:
        await library.limited(rows=10, fields=2**20, aliases=2**20).answer(query)
    assert refusal.value.errors[0]["extensions"]["asked"] == 1 * (1 + 2 * (2**10 - 1))


@pytest.mark.parametrize("length", [1, 2, 50, 1100])
async def test_fragments_that_lead_back_to_themselves_are_refused(library: Library, length: int) -> None:
    links = [f"fragment f{n} on Book {{ id ...f{(n + 1) % length} }}" for n in range(length)]
    with pytest.raises(RequestError) as refusal:
        library.engine.prepare(Request("{ books { nodes { ...f0 } } } " + " ".join(links)))
    code = refusal.value.errors[0]["extensions"]["code"]
    assert code == ("LIMIT_EXCEEDED" if length > 250 else "GRAPHQL_VALIDATION_FAILED")


@pytest.mark.parametrize(
    "query",
    [
        "{a" * 3000 + "}" * 3000,
        "{ books { nodes { " + "author { books { nodes { " * 90 + "id" + "} } } " * 90 + "} } }",
        "{ books(first: " + "[" * 3000 + "]" * 3000 + ") { totalCount } }",
        "{ books(filter: " + "{pages: " * 2000 + "1" + "}" * 2000 + ") { totalCount } }",
        "query ($x: " + "[" * 3000 + "Int" + "]" * 3000 + ") { books { totalCount } }",
        "{ books { " + "... { " * 2000 + "totalCount" + "}" * 2000 + "} }",
        "{ books { "
        + "... { " * 125
        + "...f"
        + "}" * 125
        + "} } fragment f on BookConnection {"
        + "... { " * 125
        + "totalCount"
        + "}" * 125
        + "}",
    ],
)
async def test_deep_documents_are_refused(library: Library, query: str) -> None:
    with pytest.raises(RequestError) as refusal:
        await library.answer(query)
    assert "nesting" in [error["extensions"]["limit"] for error in refusal.value.errors]


async def test_the_deepest_that_is_allowed_works(library: Library) -> None:
    inline = "... { " * 122
    query = (
        "{ books(first: 1) { "
        + inline
        + "...f"
        + " }" * 122
        + " } } fragment f on BookConnection { "
        + inline
    )
    answer = await library.ask(query + "nodes { id }" + " }" * 122 + " }")
    assert answer == {"books": {"nodes": [{"id": "book_1"}]}}


@pytest.mark.parametrize(
    ("query", "variables", "rows"),
    [
        ("{ __typename }", {}, 0),
        ("{ desk { bell } }", {}, 0),
        ("{ me { id } }", {}, 1),
        ("{ books { totalCount } }", {}, 20),
        ("{ books(first: 100) { totalCount } }", {}, 20),
        ("{ books(first: 0) { a: totalCount b: totalCount } }", {}, 40),
        ("{ books(first: 7) { totalCount nodes { id } } }", {}, 27),
        ("{ books(first: 0) { nodes { author { id } } } }", {}, 1),
        ("{ books(first: 0) { __typename } }", {}, 1),
        ("{ books(first: 7) { pageInfo { hasNextPage hasPreviousPage } } }", {}, 2),
        ("{ books(first: 7) { pageInfo { hasNextPage endCursor } } }", {}, 8),
        ("{ books(first: 7) { ...f } } fragment f on BookConnection { totalCount nodes { id } }", {}, 27),
        ("{ books(first: 5) { nodes { reviews(first: 0) { nodes { id } } } } }", {}, 5 + 5),
        ("{ books(first: 5) { nodes { reviews(first: 0) { totalCount } } } }", {}, 5 + 5 * 20),
        ('{ items(ids: ["x"]) { ... on Author { books(first: 1) { totalCount } } } }', {}, 100 + 2000),
        ("{ books(first: 7) { nodes { id } edges { node { author { id } } } } }", {}, 14),
        ("{ books(last: 7) { nodes { reviews(first: 3) { nodes { id } } } } }", {}, 7 + 21),
        ("query ($n: Int) { books(first: $n) { nodes { id } } }", {"n": 9}, 9),
        ("query ($n: Int) { books(first: $n) { nodes { id } } }", {"n": None}, 20),
        ("query ($n: Int) { books(first: $n) { nodes { id } } }", {}, 20),
        ("query ($n: Int = 4) { books(first: $n) { nodes { id } } }", {}, 4),
        ("query ($n: Int) { books(first: $n) { nodes { id } } }", {"n": 2**31 - 1}, 100),
        ("query ($n: Int) { books(first: $n) { nodes { id } } }", {"n": -5}, 1),
        ("{ books(first: 2147483647) { nodes { id } } }", {}, 100),
        ("{ books(first: null) { nodes { id } } }", {}, 20),
        ('{ item(id: "x") { id ... on Book { author { id } } } }', {}, 2),
        ('{ items(ids: ["x"]) { ... on Book { author { id } } ... on Review { book { id } } } }', {}, 300),
        ("query ($b: Boolean!) { books @skip(if: $b) { nodes { id } } }", {"b": True}, 0),
        ("query ($b: Boolean!) { books { nodes { author @include(if: $b) { id } } } }", {"b": True}, 40),
        (
            "query ($b: Boolean!) { books { nodes { ...f @include(if: $b) } } } fragment f on Book { author { id } }",
            {"b": False},
            20,
        ),
        ("{ desk { onTop { author { id } } } }", {}, 1),
    ],
)
async def test_the_row_bound(library: Library, query: str, variables: dict[str, int], rows: int) -> None:
    assert library.engine.count_rows(library.engine.prepare(Request(query)), variables) == rows


ADVICE: list[tuple[str, str, list[dict[str, Any]]]] = [
    (
        "{ books(first: 9) { nodes { author { books { nodes { reviews { nodes { id } } } } } } } }",
        ": give `first` on books.nodes.author.books.nodes.reviews",
        [{"path": "books.nodes.author.books.nodes.reviews", "rows": 9 * 20 * 20}],
    ),
    (
        "{ books(first: 5) { nodes { a: reviews { nodes { id } } reviews { totalCount } } } }",
        ": give `first` on books.nodes.a",
        [{"path": "books.nodes.a", "rows": 100}],
    ),
    (
        (
            "{ a: books { nodes { ...F } } b: books(first: 3) { nodes { ...F } } } "
            "fragment F on Book { author { books { nodes { ... on Book { id } } } } }"
        ),
        ": give `first` on a.nodes.author.books and b.nodes.author.books",
        [{"path": "a.nodes.author.books", "rows": 400}, {"path": "b.nodes.author.books", "rows": 60}],
    ),
    (
        "{ books(first: 9) { nodes { reviews(last: 100) { nodes { id } } } } }",
        ": ask for smaller pages of books.nodes.reviews",
        [{"path": "books.nodes.reviews", "rows": 900}],
    ),
    (
        'query ($n: Int) { items(ids: ["x"]) { ... on Author { books(first: $n) { nodes { id } } } } }',
        ": give `first` on items.books",
        [{"path": "items.books", "rows": 2000}],
    ),
    (
        (
            "{ a: books { ...F } b: books(first: 3) { ...F } } "
            "fragment F on BookConnection { ... { totalCount edges { node { id } } } }"
        ),
        ": give `first` on a",
        [{"path": "a", "rows": 20}],
    ),
    ('{ items(ids: ["x"]) { id } }', "", []),
]


@pytest.mark.parametrize("case", range(len(ADVICE)))
async def test_too_many_rows_are_refused_with_advice(library: Library, case: int) -> None:
    query, advice, lists = ADVICE[case]
    with pytest.raises(RequestError) as refusal:
        await library.limited(rows=10).answer(query)
    (error,) = refusal.value.errors
    assert error["message"].endswith(f"the limit is 10{advice}")
    assert error["extensions"]["lists"] == lists


async def test_advice_on_what_has_been_left_out_is_not_given(library: Library) -> None:
    query = "query ($b: Boolean!) { books { nodes { id reviews @include(if: $b) { totalCount } } } }"
    with pytest.raises(RequestError) as refusal:
        await library.limited(rows=10).answer(query, {"b": False})
    assert refusal.value.errors[0]["extensions"]["lists"] == [{"path": "books", "rows": 20}]


def test_limits_that_nobody_sets() -> None:
    assert Limits() == Limits(
        tokens=10_000,
        nesting=250,
        depth=20,
        fields=2_000,
        aliases=500,
        directives=200,
        root_fields=20,
        rows=50_000,
    )
