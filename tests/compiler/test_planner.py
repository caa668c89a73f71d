"""Plans are made once for each shape of variables and viewer, and serve every value of that shape."""

from typing import Any

import pytest

from compiler import Request, RequestError
from compiler.builder import PlanBuilder
from tests.compiler.asking import ADA, ANYBODY, STAFF, Library
from tests.compiler.library import Visitor
from tests.compiler.rows import BEGINNING


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[PlanBuilder]:
    """The plans that were begun."""
    begun: list[PlanBuilder] = []
    make = PlanBuilder.__init__

    def note(self: PlanBuilder, *arguments: Any, **options: Any) -> None:
        begun.append(self)
        make(self, *arguments, **options)

    monkeypatch.setattr(PlanBuilder, "__init__", note)
    return begun


QUERY = """
    query ($first: Int, $after: String, $filter: BookFilter, $order: BookOrder!, $ids: [ID!]!, $more: Boolean!) {
        books(first: $first, after: $after, filter: $filter, orderBy: $order) {
            nodes { id title @include(if: $more) reviews(first: $first) { nodes { id } } }
        }
        items(ids: $ids) { id }
    }
"""
VARIABLES: dict[str, Any] = {
    "first": 2,
    "after": None,
    "filter": None,
    "order": "ID",
    "ids": ["book_1"],
    "more": True,
}


async def test_other_values_of_the_same_shape_take_the_same_plans(
    library: Library, made: list[PlanBuilder]
) -> None:
    base = {**VARIABLES, "after": "id:1", "filter": {"title": "x", "pages": {"least": 1}}}
    cases: list[dict[str, Any]] = [
        {},
        {"first": 1},
        {"after": "id:7"},
        {"ids": []},
        {"ids": ["book_1", "author_2", "x"]},
        {"filter": {"title": "", "pages": {"least": 1000}}},
        {"filter": {"pages": {"least": 1}, "title": "another order of members"}},
    ]
    for changed in cases:
        await library.ask(QUERY, **{**base, **changed})
    assert len(made) == 2


@pytest.mark.parametrize(
    "changed",
    [
        {"first": None},
        {"after": "id:1"},
        {"filter": {}},
        {"filter": {"title": "x"}},
        {"order": "TITLE"},
        {"more": False},
        {"filter": {"genre": "POEMS"}},
        {"filter": {"lent": False}},
    ],
)
async def test_another_shape_takes_another_plan(
    library: Library, made: list[PlanBuilder], changed: dict[str, Any]
) -> None:
    await library.ask(QUERY, **VARIABLES)
    await library.ask(QUERY, **{**VARIABLES, **changed})
    assert len(made) == 4


async def test_plans_serve_everybody_who_has_the_same_role(library: Library, made: list[PlanBuilder]) -> None:
    query = "{ me { id } books { totalCount } }"
    for number in (1, 2, 3):
        visitor = Visitor(id=number, staff=False, now=BEGINNING)
        assert (await library.ask(query, visitor))["me"] == {"id": f"author_{number}"}
    assert len(made) == 2
    await library.ask(query, ANYBODY)
    assert len(made) == 4
    await library.ask(query, STAFF)
    assert len(made) == 6


async def test_values_never_get_into_a_statement(library: Library) -> None:
    await library.ask(QUERY, ADA, **{**VARIABLES, "filter": {"title": "a secret"}, "ids": ["book_77777"]})
    for statement in library.database.statements:
        assert "secret" not in statement
        assert "77777" not in statement


async def test_the_weight_of_an_operations_plans_is_bounded(
    library: Library, made: list[PlanBuilder], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("compiler.document_cache.PLANS_PER_OPERATION", 200_000)
    names = [f"b{n}" for n in range(8)]
    declared = ", ".join(f"${name}: Boolean!" for name in names)
    fields = " ".join(f"{name}: id @include(if: ${name})" for name in names)
    query = f"query ({declared}) {{ books(first: 1) {{ totalCount nodes {{ {fields} }} }} }}"
    for number in range(256):
        await library.answer(query, {name: bool(number >> bit & 1) for bit, name in enumerate(names)})
    assert len(made) == 256
    operation = library.engine.prepare(Request(query))
    assert 100_000 < operation.plans.weight <= 200_000
    assert len(operation.plans) < 256


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        (
            {"a": True, "b": True},
            {"books": {"totalCount": 21, "nodes": [{"id": "book_1", "title": 'The "Plague"'}]}},
        ),
        ({"a": True, "b": False}, {"books": {"totalCount": 21, "nodes": [{"title": 'The "Plague"'}]}}),
        ({"a": False, "b": True}, {"authors": [{"id": "author_1"}, {"id": "author_2"}, {"id": "author_3"}]}),
        ({"a": False, "b": False}, {}),
    ],
)
async def test_skip_and_include_at_every_level(
    library: Library, variables: dict[str, Any], expected: dict[str, Any]
) -> None:
    query = """
        query ($a: Boolean!, $b: Boolean!) {
            books(first: 1) @include(if: $a) {
                totalCount
                nodes { id @include(if: $b) ...title @include(if: $a) ... @skip(if: true) { pages } }
                edges @skip(if: $a) { node { id } }
            }
            ... on Query @skip(if: $a) { authors @include(if: $b) { id @include(if: $b) @skip(if: $a) } }
        }
        fragment title on Book { title }
    """
    assert await library.ask(query, **variables) == expected


async def test_root_fields_in_the_order_of_the_document(library: Library) -> None:
    query = """
        { z: __typename books { totalCount } ...f me { id } books { nodes { pages } } a: authors { id } }
        fragment f on Query { authors { id } books @skip(if: true) { totalCount } }
    """
    assert list(await library.ask(query)) == ["z", "books", "authors", "me", "a"]
    assert len(library.database.statements) == 4


async def test_ordinary_fields_beside_compiled_ones(library: Library) -> None:
    query = """
        {
            desk { bell onTop { title } } books { totalCount }
            __schema { queryType { name } } item(id: "book_2") { id }
        }
    """
    assert await library.ask(query) == {
        "desk": {"bell": "ding", "onTop": {"title": "日本 🎎"}},
        "books": {"totalCount": 21},
        "__schema": {"queryType": {"name": "Query"}},
        "item": {"id": "book_2"},
    }
    assert len(library.database.statements) == 3


async def test_bad_arguments_are_found_before_anything_ordinary_runs(library: Library) -> None:
    with pytest.raises(RequestError, match='"first" must be from 0 to 100, not 101'):
        await library.answer("{ desk { bell onTop { reviews(first: 101) { nodes { id } } } } }")
    assert library.database.statements == []


async def test_explain_names_the_plan_of_each_root_field(library: Library) -> None:
    query = "query ($n: Int!) { desk { bell } b: books(first: $n) { nodes { id } } __typename }"
    plans = library.engine.explain(library.engine.prepare(Request(query)), {"n": 3}, ANYBODY)
    assert {key: plan is not None for key, plan in plans.items()} == {
        "desk": False,
        "b": True,
        "__typename": False,
    }
    with pytest.raises(RequestError, match="Expected a value of non-null type"):
        library.engine.explain(library.engine.prepare(Request(query)), {}, ANYBODY)
