"""Memory is bounded, and by weights that are true."""

# ruff: noqa: SLF001 - what is kept shows nowhere else

import gc
import tracemalloc
from typing import Any

import pytest

from compiler import Request, RequestError
from compiler.operation import PLANS_PER_OPERATION, Documents
from compiler.planner import Execution
from compiler.recent import Recent
from tests.compiler.asking import ANYBODY, Library


def document(number: int, books: int = 1) -> str:
    fields = " ".join(
        f"b{n}: books(first: 2, filter: {{title: $t}}) "
        f"{{ totalCount nodes {{ id title a{number}: author {{ id name }} }} }}"
        for n in range(books)
    )
    return f"query Q{number}($t: String) {{ {fields} }}"


def entries(recent: Recent[Any]) -> int:
    """The sum of all weights, counted anew."""
    return sum(weight for _, weight in recent._entries.values())


async def test_thousands_of_documents_fit_into_the_bound(library: Library) -> None:
    documents = Documents(library.engine._graphql, library.engine._limits, capacity=2 * 2**20)
    library.engine._documents = documents
    for number in range(5_000):
        query = document(number) if number % 10 == 0 else f"{{ x{number}: __typename }}"
        operation = library.engine.prepare(Request(query))
        if number % 100 == 0:
            await library.answer(query)
            assert operation.plans.weight > 1000
        assert documents._known.weight <= 2 * 2**20
    assert 50 < len(documents._known) < 1000
    assert entries(documents._known) == documents._known.weight


async def test_thousands_of_bad_documents_fit_into_the_bound(library: Library) -> None:
    documents = Documents(library.engine._graphql, library.engine._limits, capacity=2**20)
    library.engine._documents = documents
    for number in range(500):
        with pytest.raises(RequestError):
            library.engine.prepare(Request(f"{{ unknown{number} a b c d {'x' * number} }}"))
    assert len(documents._known) < 300
    assert entries(documents._known) == documents._known.weight <= 2**20


async def test_thousands_of_shapes_of_the_variables_fit_into_the_bound(library: Library) -> None:
    """The page sizes are part of them, because they decide how many rows there can be."""
    query = """
        query ($n: Int, $t: String, $g: Genre, $l: Boolean) {
            books(first: $n, filter: {title: $t, genre: $g, lent: $l}) { totalCount }
        }
    """
    operation = library.engine.prepare(Request(query))
    documents = library.engine._documents._known
    for number in range(10_000):
        variables: dict[str, Any] = {
            "n": number,
            "t": None if number % 2 else "x",
            "g": ["NOVEL", None][number % 3 % 2],
        }
        if number % 5:
            variables["l"] = bool(number % 7)
        values = operation.coerce(library.engine._graphql, variables)
        try:
            library.engine._direct.fields(Execution(operation, values, ANYBODY))
        except RequestError:
            assert number > 100
        assert operation.plans.weight <= PLANS_PER_OPERATION
    assert entries(operation.plans) == operation.plans.weight
    assert documents.weight == entries(documents) > operation.plans.weight


@pytest.mark.parametrize("books", [1, 4, 12])
async def test_a_document_weighs_what_it_takes(library: Library, books: int) -> None:
    """Within a half: plans included."""
    await library.answer(document(0, books))  # whatever is made once
    known = library.engine._documents._known
    weight = known.weight
    gc.collect()
    tracemalloc.start()
    try:
        for number in range(1, 21):
            await library.answer(document(number, books))
        library.database.statements.clear()
        gc.collect()
        took = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert 0.5 < took / (known.weight - weight) < 1.5
