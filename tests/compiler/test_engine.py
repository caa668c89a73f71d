"""From a request to the bytes of its answer: errors in their places, mutations, subscriptions."""

import asyncio
import json
from collections.abc import Hashable
from typing import Any

import pytest

from compiler import ContractError, Request, RequestError, Subscription
from storage import open_database
from tests.compiler.asking import ADA, ANYBODY, STAFF, Context, Library
from tests.compiler.library import Visitor
from tests.compiler.rows import BEGINNING, Book, join_tortoise


def masked(code: str, path: list[str | int], column: int) -> dict[str, Any]:
    return {
        "message": "masked",
        "locations": [{"line": 1, "column": column}],
        "path": path,
        "extensions": {"code": code},
    }


async def test_an_error_in_the_database_is_the_error_of_its_root_field(library: Library) -> None:
    answer = await library.answer('{ x: book(id: "book_1") { broken } authors { id } }')
    assert answer == {
        "errors": [masked("OperationalError", ["x"], 3)],
        "data": {"x": None, "authors": [{"id": f"author_{n}"} for n in (1, 2, 3)]},
    }


async def test_an_error_where_null_is_not_allowed_takes_the_whole_answer(library: Library) -> None:
    answer = await library.answer('{ authors { id } certainBook(id: "book_1") { broken } }')
    assert answer == {"errors": [masked("OperationalError", ["certainBook"], 18)], "data": None}
    answer = await library.answer('{ authors { id } certainBook(id: "x") { id } }')
    assert answer == {"errors": [masked("TypeError", ["certainBook"], 18)], "data": None}


async def test_every_error_is_told(library: Library) -> None:
    answer = await library.answer('{ a: book(id: "book_1") { broken } b: book(id: "book_1") { broken } }')
    assert [error["path"] for error in answer["errors"]] == [["a"], ["b"]]
    assert answer["data"] == {"a": None, "b": None}


async def test_errors_of_ordinary_and_embedded_fields(library: Library) -> None:
    answer = await library.answer('{ desk { lamp bell onTop { broken } } x: book(id: "book_1") { broken } }')
    assert answer["data"] == {"desk": {"lamp": None, "bell": "ding", "onTop": None}, "x": None}
    assert sorted(answer["errors"], key=lambda error: error["path"]) == [
        masked("RuntimeError", ["desk", "lamp"], 10),
        masked("OperationalError", ["desk", "onTop"], 20),
        masked("OperationalError", ["x"], 39),
    ]


async def test_a_read_that_takes_too_long(library_url: str) -> None:
    database = await open_database(library_url, statement_timeout=0.2)
    try:
        join_tortoise()
        answer = await Library(database).answer('{ book(id: "book_1") { slow } authors { id } }')
    finally:
        await database.close()
    assert answer["errors"] == [masked("StatementTimeout", ["book"], 3)]
    assert answer["data"]["authors"]


async def test_extensions_of_the_context_are_in_the_answer(library: Library) -> None:
    operation = library.engine.prepare(Request("{ me { id } }"))
    answer = await library.engine.execute(operation, None, Context(ADA, {"note": [1]}))
    assert json.loads(answer.body) == {"data": {"me": {"id": "author_1"}}, "extensions": {"note": [1]}}


@pytest.mark.parametrize(
    "query", ["{ books { nodes { title } } }", '{ desk { bell } x: item(id: "book_1") { id } }']
)
async def test_an_answer_is_the_data_in_utf_8(library: Library, query: str) -> None:
    answer = await library.engine.execute(library.engine.prepare(Request(query)), None, Context(ANYBODY))
    decoded = json.loads(answer.body.decode())
    assert answer.body.startswith(b'{"data":{')
    assert list(decoded) == ["data"]


async def test_a_mutation_reads_its_row_back(own_library: Library) -> None:
    query = """
        mutation ($id: ID!, $title: String!) {
            first: renameBook(id: $id, title: "before") { ... on Book { title heading } }
            renameBook(id: $id, title: $title) {
                __typename ... on Book { id title alike reviews(first: 1) { totalCount } } ... on Refused { reason }
            }
        }
    """
    answer = await own_library.ask(query, id="book_3", title="L'«après»")
    assert answer == {
        "first": {"title": "before", "heading": "The book: before / NOVEL"},
        "renameBook": {
            "__typename": "Book",
            "id": "book_3",
            "title": "L'«après»",
            "alike": ["ESSAY", "POEMS"],
            "reviews": {"totalCount": 0},
        },
    }
    assert len(own_library.database.statements) == 2
    assert (await Book.get(id=3)).title == "L'«après»"
    assert await own_library.ask(query, id="book_3", title="") | {"first": None} == {
        "first": None,
        "renameBook": {"__typename": "Refused", "reason": "It needs a title."},
    }


async def test_a_mutation_with_bad_arguments_changes_nothing(own_library: Library) -> None:
    rename = (
        'mutation ($b: Boolean = true) { renameBook(id: "book_3", title: "x") { ... on Book { MEMBER } } }'
    )
    for bad in ("first: -1", 'after: "x"', "first: 1, last: 1"):
        with pytest.raises(RequestError):
            await own_library.answer(rename.replace("MEMBER", f"pages reviews({bad}) {{ totalCount }}"))
    with pytest.raises(RequestError):
        await own_library.answer(rename.replace("MEMBER", "pages @skip(if: $b)"), {"b": None})
    assert (await Book.get(id=3)).title == "100% \\ back"


async def test_a_row_that_is_gone_is_null(own_library: Library) -> None:
    answer = await own_library.answer('mutation { loseBook(id: "book_1") { id } }')
    assert answer == {"errors": [masked("TypeError", ["loseBook"], 12)], "data": None}


def subscribe(library: Library, query: str, visitor: Visitor = ANYBODY, **variables: Any) -> Subscription:
    return library.engine.subscribe(library.engine.prepare(Request(query)), variables, Context(visitor))


async def test_a_subscription_says_what_to_listen_to_and_renders_events(library: Library) -> None:
    query = "subscription ($g: Genre) { arrived(genre: $g) { id title alike author { name } } }"
    subscription = subscribe(library, query, g="POEMS")
    assert subscription.topic == ("arrived", "POEMS", None)
    text = await subscription.render(1, Context(ANYBODY))
    assert text is not None
    assert json.loads(text) == {
        "data": {
            "arrived": {
                "id": "book_1",
                "title": 'The "Plague"',
                "alike": ["NOVEL", "POEMS"],
                "author": {"name": "Blaise Pascal"},
            }
        }
    }
    assert await subscription.render(7, Context(ANYBODY)) is None
    assert await subscription.render(7, Context(STAFF)) is not None
    assert await subscription.render(700, Context(STAFF)) is None


async def test_subscriptions_that_give_the_same_text_have_the_same_key(library: Library) -> None:
    query = """
        subscription ($g: Genre, $a: ID, $n: Int) {
            arrived(genre: $g, author: $a) { reviews(first: $n) { nodes { id } } }
        }
    """
    own = query.replace("id }", "book { mine } }")
    given: dict[str, Any] = {"g": "POEMS", "a": "author_1", "n": 3}
    later = Visitor(None, staff=False, now=BEGINNING.replace(month=3))
    ben = Visitor(2, staff=False, now=BEGINNING)

    def key(query: str = query, visitor: Visitor = ANYBODY, **changed: Any) -> Hashable:
        return subscribe(library, query, visitor, **{**given, **changed}).key

    assert hash(key()) == hash(key())
    assert key() == key(unknown=10**400) == key(visitor=later) == key(a="author_2")
    assert key(own, ADA) == key(own, ADA)
    different = [
        key(),
        key(n=4),
        key(n=None),
        key(g="NOVEL"),
        key(query.replace("id }", "text }")),
        key(visitor=STAFF),
        key(visitor=ADA),
        key(own, ADA),
        key(own, ben),
    ]
    assert len(set(different)) == len(different)


@pytest.mark.parametrize(
    ("query", "variables"),
    [
        ("subscription { arrived { reviews(first: 101) { totalCount } } }", {}),
        ("subscription ($s: Boolean!) { arrived @skip(if: $s) { id } }", {"s": True}),
        ("subscription ($s: Boolean = true) { arrived @skip(if: $s) { id } }", {"s": None}),
        ("subscription ($g: Genre) { arrived(genre: $g) { id } }", {"g": "COMICS"}),
        ("subscription ($a: ID!) { arrived(author: $a) { id } }", {"a": 10**5000}),
    ],
    ids=range(5),
)
async def test_a_bad_subscription_is_refused(library: Library, query: str, variables: dict[str, Any]) -> None:
    with pytest.raises(RequestError) as refusal:
        subscribe(library, query, **variables)
    assert refusal.value.errors[0]["extensions"]["code"] in {"BAD_USER_INPUT", "GRAPHQL_VALIDATION_FAILED"}


async def test_a_subscription_with_too_many_rows_is_refused(library: Library) -> None:
    with pytest.raises(RequestError) as refusal:
        subscribe(library.limited(rows=5), "subscription { arrived { reviews { totalCount } } }")
    assert refusal.value.errors[0]["extensions"]["limit"] == "rows"


async def test_an_undeclared_subscription_breaks_the_contract(library: Library) -> None:
    with pytest.raises(ContractError, match=r"undeclared is not declared with topic\(\)"):
        subscribe(library, "subscription { undeclared }")


MISSPELT: list[tuple[str, Any]] = [
    ("{ bookz { totalCount } }", None),
    ("{ books(frist: 1) { totalCount } }", None),
    ("{ books(orderBy: TITEL) { totalCount } }", None),
    ("{ books(filter: {gnre: NOVEL}) { totalCount } }", None),
    ("{ books { nodes { ... on Bok { id } } } }", None),
    ("{ books @skp(if: true) { totalCount } }", None),
    ("{ books }", None),
    ("query ($v: BookFiltr) { books(filter: $v) { totalCount } }", None),
    ("query ($v: BookFilter) { books(filter: $v) { totalCount } }", {"gnre": "NOVEL"}),
    ("query ($v: BookOrder!) { books(orderBy: $v) { totalCount } }", "TITEL"),
]


@pytest.mark.parametrize("case", range(len(MISSPELT)))
async def test_names_are_suggested_only_where_the_schema_may_be_introspected(
    library: Library, case: int
) -> None:
    query, value = MISSPELT[case]
    told = []
    for introspection in (True, False):
        asked = Library(library.database.real, introspection=introspection)
        with pytest.raises(RequestError) as refused:
            await asked.answer(query, {"v": value})
        told.append(str(refused.value))
    assert "Did you mean" in told[0] or "@skp" in query
    assert "Did you mean" not in told[1]


async def test_introspection_can_be_turned_off(library: Library) -> None:
    closed = Library(library.database.real, introspection=False)
    assert await closed.ask("{ __typename me { __typename } }") == {"__typename": "Query", "me": None}
    for query in ("{ __schema { types { name } } }", '{ __type(name: "Book") { name } }'):
        await library.ask(query)
        with pytest.raises(RequestError, match="introspection"):
            await closed.ask(query)


async def test_one_request_does_not_fail_with_another(library: Library) -> None:
    wrong = library.answer('{ book(id: "book_1") { broken } }')
    right = library.answer('{ book(id: "book_1") { id } }')
    answers = await asyncio.gather(wrong, right)
    assert answers[0]["data"] == {"book": None}
    assert answers[1] == {"data": {"book": {"id": "book_1"}}}


async def test_a_row_of_a_type_without_rows_breaks_the_contract(library: Library) -> None:
    answer = await library.answer("{ desk { below { id } } }")
    assert answer["data"] == {"desk": {"below": None}}
    assert answer["errors"] == [masked("ContractError", ["desk", "below"], 10)]


async def test_the_cost_of_an_operation_is_told_beside_its_limits(library: Library) -> None:
    query = "query ($n: Int) { a: books(first: $n) { nodes { ...f @skip(if: false) } } } fragment f on Book { id }"
    cost = library.limited(rows=50).engine.cost(library.engine.prepare(Request(query)), {"n": 7})
    asked = {name: each["asked"] for name, each in cost.items()}
    assert asked | {"nesting": 4} == {
        "depth": 3,
        "nesting": 4,
        "fields": 3,
        "aliases": 1,
        "directives": 1,
        "root_fields": 1,
        "rows": 7,
    }
    assert cost["rows"] == {"asked": 7, "allowed": 50}
