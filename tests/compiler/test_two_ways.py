"""The fast path, waiting or not, and the fallback, graphql-core's executor: byte for byte the same."""

# ruff: noqa: SLF001 - a request does not choose its way

import json
from random import Random
from typing import Any

import pytest

import schema
from auth.viewer import Viewer
from compiler import Engine, Request, RequestError, Response
from compiler.planner import Execution
from resolvers.policy import Policy
from storage import Database
from tests.compiler.asking import ADA, ANYBODY, STAFF, Context, Library, describe
from tests.compiler.library import Visitor
from tests.schema import blog, reference
from tests.schema.queries import Queries

Outcome = tuple[str, bytes]


def is_fast(engine: Engine, query: str, variables: dict[str, Any], viewer: Any) -> bool:
    operation = engine.prepare(Request(query))
    values = operation.coerce(engine._graphql, variables)
    return bool(engine._direct_reads.fields(Execution(operation, values, viewer)))


async def ordinarily(engine: Engine, query: str, variables: dict[str, Any], context: Any) -> Response:
    """As `Engine.execute`, but never the fast way."""
    operation = engine.prepare(Request(query))
    execution = Execution(operation, operation.coerce(engine._graphql, variables), context.viewer)
    return await engine._fallback.execute(execution, context)


async def outcome(running: Any) -> Outcome:
    try:
        answer = await running
    except RequestError as refusal:
        return "refused", json.dumps(refusal.errors).encode()
    decoded = json.loads(answer.body)
    assert answer.errors is ("errors" in decoded)
    return "answered", answer.body


async def both_ways(
    engine: Engine, query: str, variables: dict[str, Any], viewer: Any, extensions: Any = None
) -> Outcome:
    """What both answer."""
    operation = engine.prepare(Request(query))
    fast = await outcome(engine.execute(operation, variables, Context(viewer, dict(extensions or {}))))
    if fast[0] == "refused":
        return fast
    other = await outcome(ordinarily(engine, query, variables, Context(viewer, dict(extensions or {}))))
    if not (_is_null(fast) and _is_null(other) and query in SEVERAL):
        assert fast == other, (query, variables)
    at_once = engine.execute_nowait(operation, variables, viewer)
    if at_once is not None and not extensions:
        assert (fast[0], at_once.errors, at_once.body) == ("answered", False, fast[1]), (query, variables)
    return fast


def _is_null(outcome: Outcome) -> bool:
    """Whether an error took the whole answer: which of several is told, graphql-core leaves to chance."""
    return json.loads(outcome[1])["data"] is None


FAST = [
    "{ __typename }",
    "{ a: __typename b: __typename me { id } }",
    "{ books { totalCount nodes { id title genre weight lent printedAt } } }",
    '{ book(id: "book_1") { id } certainBook(id: "book_2") { title } authors { id } }',
    '{ book(id: "book_999") { id } me { id } }',
    '{ items(ids: ["book_1", "author_1", "review_3", "x"]) { __typename id ... on Book { title shelf } } }',
    "{ authors { initials books(first: 2) { nodes { shelf alike reviews { nodes { shelf } } } } } }",
    "{ books(first: 3) { edges { cursor node { heading mine } } pageInfo { hasNextPage endCursor } } }",
    "query ($b: Boolean = true) { me @skip(if: $b) { id } authors @include(if: $b) { id } __typename }",
    "query ($g: Genre) { newestBook(genre: $g) { id genre } }",
    "{ a: authors { id } ...f } fragment f on Query { a: authors { name } b: me { name } }",
]
FAILING = [
    '{ book(id: "book_1") { broken } }',
    '{ x: book(id: "book_1") { broken } authors { id } y: book(id: "book_2") { broken } }',
    '{ authors { id } certainBook(id: "book_1") { broken } }',
    '{ certainBook(id: "none") { id } }',
    '{ a: certainBook(id: "none") { id } b: authors { id } c: book(id: "book_1") { broken } }',
    '{ c: book(id: "book_1") { broken } a: certainBook(id: "none") { id } }',
    '{ a: certainBook(id: "none") { id } b: certainBook(id: "book_1") { broken } }',
    '{ book(id: "book_1") { nothing } authors { id } }',
    '{ book(id: "book_1") { tooFew } }',
    "{ books(first: 2) { nodes { nothing } } __typename }",
]
SEVERAL = [
    '{ a: certainBook(id: "none") { id } b: authors { id } c: book(id: "book_1") { broken } }',
    '{ c: book(id: "book_1") { broken } a: certainBook(id: "none") { id } }',
    '{ a: certainBook(id: "none") { id } b: certainBook(id: "book_1") { broken } }',
    '{ desk { onTop { broken } } book(id: "book_2") { broken } certainBook(id: "none") { id } }',
]
"""Those in which more than one field fails and one of them takes everything."""
ORDINARY = [
    "{ desk { bell } }",
    '{ desk { bell lamp onTop { id shelf } } book(id: "book_1") { id } __typename }',
    "{ __schema { queryType { name } } authors { id } }",
    '{ authors { id } __type(name: "Book") { name } x: books { totalCount } }',
    '{ desk { onTop { broken } } book(id: "book_2") { broken } certainBook(id: "none") { id } }',
]


@pytest.mark.parametrize("visitor", [ANYBODY, ADA, STAFF], ids=["anybody", "ada", "staff"])
@pytest.mark.parametrize("query", [*FAST, *FAILING])
async def test_what_needs_nothing_but_statements(library: Library, query: str, visitor: Visitor) -> None:
    assert is_fast(library.engine, query, {}, visitor)
    kind, body = await both_ways(library.engine, query, {}, visitor)
    assert kind == "answered"
    assert ("errors" in json.loads(body)) is (query in FAILING)
    operation = library.engine.prepare(Request(query))
    at_once = library.engine.execute_nowait(operation, {}, visitor)
    assert (at_once is None) or query not in FAILING
    await both_ways(library.engine, query, {}, visitor, {"note": {"a": [1]}})


@pytest.mark.parametrize("query", ORDINARY)
async def test_root_fields_of_both_kinds_in_one_operation(library: Library, query: str) -> None:
    assert not is_fast(library.engine, query, {}, ANYBODY)
    kind, _ = await both_ways(library.engine, query, {}, ANYBODY)
    assert kind == "answered"


@pytest.mark.parametrize("beside", ["desk { bell }", "__schema { queryType { name } }"])
@pytest.mark.parametrize("query", [each for each in (*FAST, *FAILING) if each not in SEVERAL])
async def test_a_field_answers_the_same_beside_an_ordinary_one(
    library: Library, query: str, beside: str
) -> None:
    """The fallback through `Engine.execute` itself: one more field, at the end, and nothing else."""
    opened = query.replace("{", "{ ", 1)
    at = opened.index("} fragment") if "} fragment" in opened else len(opened) - 1
    mixed = f"{opened[:at]} {beside} {opened[at:]}"
    assert not is_fast(library.engine, mixed, {}, ANYBODY)
    alone = json.loads((await both_ways(library.engine, query, {}, ANYBODY))[1])
    together = json.loads((await both_ways(library.engine, mixed, {}, ANYBODY))[1])
    if together["data"] is not None:
        del together["data"][beside.split(maxsplit=1)[0]]
    for answer in (alone, together):
        for error in answer.get("errors", ()):
            del error["locations"]
    assert alone == together


BAD = [
    ("books(first: $n) { totalCount }", {"n": -1}),
    ("books(first: $n) { totalCount }", {"n": 101}),
    ("books(first: $n, last: 1) { totalCount }", {"n": 1}),
    ("authors { books(first: $n) { totalCount } }", {"n": 101}),
    ("books(after: $s) { totalCount }", {"s": "nonsense"}),
    ("books(offset: $n) { totalCount }", {"n": -1}),
    ("items(ids: $ids) { id }", {"ids": ["book_1"] * 101}),
    ("books(filter: {title: $s}) { totalCount }", {"s": "a\0b"}),
    ("me @skip(if: $b) { id }", {"b": None}),
]


@pytest.mark.parametrize(("field", "variables"), BAD, ids=range(len(BAD)))
async def test_what_cannot_be_is_refused_on_both_ways_in_the_same_words(
    library: Library, field: str, variables: dict[str, Any]
) -> None:
    kinds = {"n": "Int", "s": "String", "ids": "[ID!]!", "b": "Boolean = true"}
    declared = ", ".join(f"${name}: {kinds[name]}" for name in variables)
    refusals = []
    for beside in ("authors { id }", "desk { bell }"):
        query = f"query ({declared}) {{ x: {field} {beside} }}"
        refusals.append(await both_ways(library.engine, query, variables, ANYBODY))
    assert refusals[0][0] == "refused"
    assert refusals[0] == refusals[1]


@pytest.fixture
async def filled(database: Database) -> tuple[Database, blog.Blog]:
    return database, await blog.fill()


async def test_queries_by_chance(filled: tuple[Database, blog.Blog]) -> None:
    database, rows = filled
    engine = Engine(
        schema.build(), database, placeholders=schema.PLACEHOLDERS, describe=describe, policy=Policy()
    )
    queries = Queries(reference.build(), rows, Random("two ways"))
    viewers: list[Viewer] = [rows.viewer(name) for name in ("", *{str(user.username) for user in rows.users})]
    fast, answered, at_once = 0, 0, 0
    for number in range(150):
        query, variables = queries.make()
        viewer = viewers[number % len(viewers)]
        try:
            engine.prepare(Request(query))
            fast += is_fast(engine, query, variables, viewer)
        except RequestError:  # more than the limits allow
            continue
        kind, body = await both_ways(engine, query, variables, viewer)
        answered += kind == "answered"
        at_once += engine.execute_nowait(engine.prepare(Request(query)), variables, viewer) is not None
        queries.learn(json.loads(body).get("data") if kind == "answered" else None)
    assert answered > 100
    assert fast > 50
    assert at_once > 25 if database.dialect == "sqlite" else at_once == 0
