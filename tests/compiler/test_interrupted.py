"""A statement that takes too long is interrupted in the database, and its field says so over HTTP."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.types import Scope

from compiler import Engine
from server.http.error_formatting import format_error
from server.http.graphql import GraphQLOverHTTP
from server.http.origins import Origins
from storage import open_database
from tests.compiler.asking import ANYBODY
from tests.compiler.library import PLACEHOLDERS, Visitor, build
from tests.compiler.rows import join_tortoise
from tests.server.tiny import client_of


@dataclass
class Context:
    viewer: Visitor = ANYBODY
    request_id: str = "1"
    extensions: dict[str, Any] = field(default_factory=dict)


@pytest.mark.parametrize("beside", ["authors { id }", "desk { bell }"], ids=["fast", "ordinary"])
async def test_a_statement_that_takes_too_long_is_interrupted(library_url: str, beside: str) -> None:
    """In the database: the next one on the only connection need not wait for it."""
    database = await open_database(library_url, statement_timeout=0.2, readers=1, pool_size=1)
    join_tortoise()
    engine = Engine(build(), database, placeholders=PLACEHOLDERS, describe=format_error)

    async def contexts(_: Scope, __: Mapping[bytes, bytes]) -> Any:
        return Context()

    endpoint = GraphQLOverHTTP(engine, contexts, Origins(()), 2**20, page=None)
    try:
        async with client_of(Starlette(routes=[Route("/graphql", endpoint)])) as client:
            slow = {"query": f'{{ book(id: "book_1") {{ slow }} {beside} }}'}
            answer = (await client.post("/graphql", json=slow)).json()
            quick = {"query": '{ book(id: "book_1") { id } }'}
            after = (await client.post("/graphql", json=quick, timeout=2)).json()
    finally:
        await database.close()
    assert answer["errors"] == [
        {
            "message": "This takes too long to answer: ask for less at once.",
            "locations": [{"line": 1, "column": 3}],
            "path": ["book"],
            "extensions": {"code": "TIMEOUT"},
        }
    ]
    assert answer["data"]["book"] is None
    assert answer["data"][beside.split(maxsplit=1)[0]]
    assert after == {"data": {"book": {"id": "book_1"}}}
