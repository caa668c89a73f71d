"""Documents are parsed and validated once, kept within bounds, and name the operation that runs."""

# ruff: noqa: SLF001 - what is kept shows nowhere else

import gc
import weakref
from typing import Any

import pytest

from compiler import Request, RequestError
from compiler.document_cache import DocumentCache
from tests.compiler.asking import Library

TWO = "query a { authors { id } } query b { books { totalCount } }"


async def test_the_operation_that_is_named(library: Library) -> None:
    answer = await library.answer(TWO, operation_name="b")
    assert answer == {"data": {"books": {"totalCount": 21}}}
    operation = library.engine.prepare(Request(TWO, "a"))
    assert (operation.name, operation.kind) == ("a", "query")
    assert library.engine.prepare(Request("{ __typename }")).name is None


@pytest.mark.parametrize(
    ("query", "name", "message"),
    [
        (TWO, None, 'The document has several operations (a, b): pass "operationName"'),
        (TWO, "c", 'The document has no operation named "c"'),
        (TWO, "A", 'The document has no operation named "A"'),
        ("{ __typename }", "a", 'The document has no operation named "a"'),
        ("query a { __typename }", "", 'The document has no operation named ""'),
    ],
)
async def test_an_operation_that_cannot_be_told(
    library: Library, query: str, name: str | None, message: str
) -> None:
    with pytest.raises(RequestError) as refusal:
        await library.answer(query, operation_name=name)
    assert refusal.value.errors == [
        {"message": message, "extensions": {"code": "OPERATION_RESOLUTION_FAILURE"}}
    ]


async def test_a_document_of_fragments_alone_is_invalid(library: Library) -> None:
    with pytest.raises(RequestError) as refusal:
        await library.answer("fragment f on Book { id }")
    assert refusal.value.errors[0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("", "GRAPHQL_PARSE_FAILED"),
        ("{", "GRAPHQL_PARSE_FAILED"),
        ('{ books(title: "\ud800") { id } }', "GRAPHQL_PARSE_FAILED"),
        ("\0", "GRAPHQL_PARSE_FAILED"),
        ("{ nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ books }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ books(first: 1.5) { totalCount } }", "GRAPHQL_VALIDATION_FAILED"),
        (
            "{ books { ...f } } fragment f on BookConnection { ...g } fragment g on BookConnection { ...f }",
            "GRAPHQL_VALIDATION_FAILED",
        ),
        ("type Query { x: Int }", "GRAPHQL_VALIDATION_FAILED"),
        ("subscription { arrived { id } undeclared }", "GRAPHQL_VALIDATION_FAILED"),
    ],
)
async def test_a_bad_document_is_refused_every_time_in_the_same_words(
    library: Library, query: str, code: str
) -> None:
    refusals = []
    for _ in range(3):
        with pytest.raises(RequestError) as refusal:
            library.engine.prepare(Request(query))
        refusals.append(refusal.value)
    assert refusals[0].errors == refusals[1].errors == refusals[2].errors
    assert {error["extensions"]["code"] for error in refusals[0].errors} == {code}
    assert all(error["locations"] for error in refusals[0].errors)
    assert len({id(refusal) for refusal in refusals}) == 3  # each with its own traceback


async def test_whether_a_document_can_run_is_told_without_naming_an_operation(library: Library) -> None:
    documents = DocumentCache(library.engine._graphql, library.engine._limits)
    bad = ["{", "{ nothing }", TWO + " { me { id } }", "{ " + "a { " * 30 + "b" + " }" * 31, "{ books }"]
    assert [str(documents.refusal(text)) for text in (TWO, "{ __typename }")] == ["None"] * 2
    assert all(documents.refusal(text) for text in bad)


async def test_many_mistakes_are_not_all_told(library: Library) -> None:
    with pytest.raises(RequestError) as refusal:
        library.engine.prepare(Request("{ books { " + " ".join(f"x{n}" for n in range(100)) + " } }"))
    assert len(refusal.value.errors) == 21
    assert refusal.value.errors[-1]["message"].startswith("Too many validation errors")


async def test_the_same_text_is_prepared_once(library: Library) -> None:
    assert library.engine.prepare(Request(TWO, "a")) is library.engine.prepare(Request(TWO, "a"))


async def test_documents_are_kept_within_a_bound(library: Library) -> None:
    documents = DocumentCache(library.engine._graphql, library.engine._limits, capacity=50_000)
    first = weakref.ref(documents.operation("{ __typename }", None))
    for number in range(100):
        documents.operation(f"{{ x{number}: __typename }}", None)
    gc.collect()
    assert first() is None
    assert len(documents._known) < 50


def nested(levels: int, kind: type = list) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = {"pages": value} if kind is dict else [value]
    return value


UNUSABLE: list[tuple[str, str, Any]] = [
    ("Int", "books(first: $v) { totalCount }", 10**5000),
    ("Int", "books(first: $v) { totalCount }", 2**31),
    ("Int", "books(first: $v) { totalCount }", "1"),
    ("Int", "books(first: $v) { totalCount }", True),
    ("Int", "books(first: $v) { totalCount }", 1.5),
    ("ID!", "item(id: $v) { id }", 10**5000),
    ("ID!", "item(id: $v) { id }", None),
    ("ID!", "item(id: $v) { id }", ["book_1"]),
    ("[ID!]!", "items(ids: $v) { id }", [None]),
    ("[ID!]!", "items(ids: $v) { id }", ["book_1"] * 101),
    ("[ID!]!", "items(ids: $v) { id }", nested(900)),
    ("Float", "books(filter: {heavierThan: $v}) { totalCount }", 10**5000),
    ("Float", "books(filter: {heavierThan: $v}) { totalCount }", float("nan")),
    ("Float", "books(filter: {heavierThan: $v}) { totalCount }", float("inf")),
    ("String", "books(filter: {title: $v}) { totalCount }", nested(900)),
    ("String", "books(filter: {title: $v}) { totalCount }", "\ud800"),
    ("String", "books(filter: {title: $v}) { totalCount }", "a\0b"),
    ("BookFilter", "books(filter: $v) { totalCount }", {"title": "\udfff"}),
    ("BookFilter", "books(filter: $v) { totalCount }", nested(900, dict)),
    ("BookFilter", "books(filter: $v) { totalCount }", {"nothing": 1}),
    ("BookFilter", "books(filter: $v) { totalCount }", {"\ud800": 1}),
    ("BookFilter", "books(filter: $v) { totalCount }", {"genre": "COMICS"}),
    ("BookFilter", "books(filter: $v) { totalCount }", {"printedFrom": "yesterday"}),
    ("BookFilter", "books(filter: $v) { totalCount }", {"printedFrom": "2020-01-01T00:00:00"}),
    ("BookFilter", "books(filter: $v) { totalCount }", {"printedFrom": 0}),
    ("BookOrder = TITLE", "books(orderBy: $v) { totalCount }", None),
    ("BookOrder = TITLE", "authors { books(orderBy: $v) { totalCount } }", None),
    ("Boolean = true", "books @include(if: $v) { totalCount }", None),
    ("Boolean = true", "books { totalCount @skip(if: $v) }", None),
    ("Boolean = true", "desk { bell @skip(if: $v) }", None),
    ('ID = "x"', "items(ids: [$v]) { id }", None),
]


@pytest.mark.parametrize("case", range(len(UNUSABLE)))
async def test_values_that_cannot_be_used_are_refused(library: Library, case: int) -> None:
    declared, used, value = UNUSABLE[case]
    with pytest.raises(RequestError) as refusal:
        await library.answer(f"query ($v: {declared}) {{ {used} }}", {"v": value})
    assert {error["extensions"]["code"] for error in refusal.value.errors} == {"BAD_USER_INPUT"}
    assert library.database.statements == []


@pytest.mark.parametrize("id_", ["book_\ud800", "\ud800_1", "\0_1", "book_\0", "\udfff"])
async def test_an_id_that_no_row_can_have_finds_nothing(library: Library, id_: str) -> None:
    query = 'query ($i: ID!) { item(id: $i) { id } items(ids: [$i, "book_1"]) { id } }'
    assert await library.ask(query, i=id_) == {"item": None, "items": [None, {"id": "book_1"}]}


async def test_variables_that_no_operation_declares_do_not_matter(library: Library) -> None:
    variables = {"x": "\ud800", "\ud800": 10**5000, "y": nested(900)}
    assert await library.answer("{ me { id } }", variables) == {"data": {"me": None}}
    assert await library.answer("query ($first: Int) { books(first: $first) { totalCount } }", variables)


async def test_numbers_of_thousands_of_digits_in_a_document(library: Library) -> None:
    digits = "9" * 5000
    with pytest.raises(RequestError) as refusal:
        await library.answer(f"{{ books(first: {digits}) {{ totalCount }} }}")
    assert refusal.value.errors[0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
    answer = await library.ask(
        f"{{ item(id: {digits}) {{ id }} books(filter: {{heavierThan: {digits}}}) {{ totalCount }} }}"
    )
    assert answer == {"item": None, "books": {"totalCount": 0}}


async def test_an_int_is_as_good_as_a_text_for_an_id(library: Library) -> None:
    assert await library.ask("query ($i: ID!) { item(id: $i) { id } x: item(id: 5) { id } }", i=5) == {
        "item": None,
        "x": None,
    }
