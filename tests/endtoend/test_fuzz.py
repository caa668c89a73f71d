"""Generated requests: whatever they ask, the answer is GraphQL's, and never a bug of ours."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import astuple
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.core.result import Ok

from storage import open_database
from tests import factories
from tests.endtoend.accounts import token_of
from tests.endtoend.conftest import emptied
from tests.endtoend.fuzzing import HARMFUL, documents
from tests.endtoend.sample_rows import sample_rows
from tests.server.running import Server

CODES = {"BAD_REQUEST", "BAD_USER_INPUT", "GRAPHQL_VALIDATION_FAILED", "LIMIT_EXCEEDED"}
BOUNDED = settings(
    deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)


class Fuzzed:
    """A server with some rows, and an administrator's connection to it."""

    def __init__(self, server: Server, token: str, ids: tuple[str, ...]) -> None:
        self.url = server.graphql
        self.ids = ids
        self.headers = {"authorization": f"Bearer {token}"}
        self.client = httpx.Client(headers=self.headers, verify=False)

    def answers(self, query: str, variables: dict[str, Any] | None = None) -> None:
        body = {"query": query, "variables": variables}
        check(self.client.post(self.url, json=body))


def check(response: Any) -> None:
    """A whole answer, or errors that the client can help."""
    assert response.status_code == 200, response.text
    answer = response.json()
    assert "data" in answer or answer["errors"]
    assert {error["extensions"]["code"] for error in answer.get("errors", ())} <= CODES, answer


@pytest.fixture(scope="module")
def fuzzed(blog: Server, place: str) -> Iterator[Fuzzed]:
    async def beside(work: Callable[[], Awaitable[Any]]) -> Any:
        database = await open_database(place)
        try:
            return await work()
        finally:
            await database.close()

    async def prepare() -> tuple[str, tuple[str, ...]]:
        return await token_of(await factories.admin()), astuple(await sample_rows())

    fuzzed = Fuzzed(blog, *asyncio.run(beside(prepare)))
    with fuzzed.client:
        yield fuzzed
    asyncio.run(beside(emptied))


def test_generated_variables_are_answered(fuzzed: Fuzzed) -> None:
    requests = [
        st.tuples(st.just(document), variables) for document, variables in documents(fuzzed.ids).values()
    ]

    @settings(BOUNDED, max_examples=400)
    @given(st.one_of(requests))
    def each(request: tuple[str, dict[str, Any]]) -> None:
        fuzzed.answers(*request)

    each()


def test_generated_documents_are_answered(fuzzed: Fuzzed) -> None:
    api = schemathesis.graphql.from_url(fuzzed.url)
    operations = [result.ok() for result in api.get_all_operations() if isinstance(result, Ok)]
    assert len(operations) > 20
    cases = [operation.as_strategy() for operation in operations if operation.label not in HARMFUL]

    @settings(BOUNDED, max_examples=100)
    @given(st.one_of(cases))
    def each(case: Any) -> None:
        query = case.as_transport_kwargs()["json"]["query"]
        fuzzed.answers(query)

    each()
