"""Documents by their hash, and the mode in which only listed documents run."""

import hashlib
import json
from typing import Any

import pytest

from compiler import Request, RequestError
from tests.compiler.asking import ANYBODY, Context, Library

QUERY = "{ books { totalCount } }"
OTHER = "{ authors { id } }"


def digest(query: str) -> str:
    return hashlib.sha256(query.encode()).hexdigest()


def hashed(query: str | None, sha256: Any, version: Any = 1) -> Request:
    return Request(query, extensions={"persistedQuery": {"version": version, "sha256Hash": sha256}})


async def total(library: Library, request: Request) -> Any:
    answer = await library.engine.execute(library.engine.prepare(request), None, Context(ANYBODY))
    return json.loads(answer.body)["data"]["books"]["totalCount"]


def refusal(library: Library, request: Request) -> str:
    with pytest.raises(RequestError) as refused:
        library.engine.prepare(request)
    (error,) = refused.value.errors
    code: str = error["extensions"]["code"]
    return code


async def test_a_document_is_known_by_its_hash_once_it_was_sent_with_it(library: Library) -> None:
    assert refusal(library, hashed(None, digest(QUERY))) == "PERSISTED_QUERY_NOT_FOUND"
    await total(library, Request(QUERY))
    assert refusal(library, hashed(None, digest(QUERY))) == "PERSISTED_QUERY_NOT_FOUND"
    for request in (
        hashed(QUERY, digest(QUERY)),
        hashed(None, digest(QUERY)),
        hashed(None, digest(QUERY).upper()),
        hashed(QUERY, digest(QUERY)),
    ):
        assert await total(library, request) == 21


async def test_the_hash_of_another_document_is_refused(library: Library) -> None:
    assert refusal(library, hashed(OTHER, digest(QUERY))) == "PERSISTED_QUERY_MISMATCH"
    await total(library, hashed(QUERY, digest(QUERY)))
    assert refusal(library, hashed(OTHER, digest(QUERY))) == "PERSISTED_QUERY_MISMATCH"
    assert refusal(library, hashed("{ \ud800 }", digest(QUERY))) == "PERSISTED_QUERY_MISMATCH"


@pytest.mark.parametrize(
    "extension",
    [[], "x", 1, {}, {"version": 1}, {"version": 2, "sha256Hash": "x"}, {"version": 1, "sha256Hash": []}],
)
async def test_what_is_no_hash_is_refused(library: Library, extension: Any) -> None:
    assert refusal(library, Request(QUERY, extensions={"persistedQuery": extension})) == "BAD_REQUEST"


async def test_a_request_without_a_document_is_refused(library: Library) -> None:
    assert refusal(library, Request(None)) == "BAD_REQUEST"


async def test_only_trusted_documents_run_where_they_are_listed(library: Library) -> None:
    trusting = Library(library.database.real, trusted={digest(QUERY): QUERY})
    for request in (Request(QUERY), hashed(None, digest(QUERY)), hashed(OTHER, digest(QUERY))):
        assert await total(trusting, request) == 21
    for request in (
        Request(OTHER),
        hashed(None, digest(OTHER)),
        hashed(OTHER, digest(OTHER)),
        Request(QUERY + " "),
    ):
        assert refusal(trusting, request) == "DOCUMENT_NOT_TRUSTED"


def identified(identifier: str, query: str | None = None) -> Request:
    return Request(query, document_id=identifier)


async def test_a_document_id_finds_what_was_sent_with_either_of_both(library: Library) -> None:
    unknown = identified("sha256:" + digest(QUERY))
    assert refusal(library, unknown) == "PERSISTED_QUERY_NOT_FOUND"
    await total(library, hashed(QUERY, digest(QUERY)))
    for name in ("sha256:" + digest(QUERY), digest(QUERY), "sha256:" + digest(QUERY).upper()):
        assert await total(library, identified(name)) == 21
    other = "{ books(first: 1) { totalCount } }"
    assert await total(library, identified("sha256:" + digest(other), other)) == 21
    assert await total(library, hashed(None, digest(other))) == 21


async def test_a_document_id_beside_another_document_is_refused(library: Library) -> None:
    assert refusal(library, identified("sha256:" + digest(QUERY), OTHER)) == "PERSISTED_QUERY_MISMATCH"
    both = Request(QUERY, None, None, hashed(QUERY, digest(QUERY)).extensions, digest(OTHER))
    assert refusal(library, both) == "PERSISTED_QUERY_MISMATCH"


@pytest.mark.parametrize("identifier", ["x", "md5:x", "sha256:", "x-own:1", "sha256:" + "0" * 64, "\ud800"])
async def test_a_document_id_that_nobody_knows(library: Library, identifier: str) -> None:
    assert refusal(library, identified(identifier)) == "PERSISTED_QUERY_NOT_FOUND"
    trusting = Library(library.database.real, trusted={digest(QUERY): QUERY})
    assert refusal(trusting, identified(identifier)) == "DOCUMENT_NOT_TRUSTED"
    assert await total(trusting, identified("sha256:" + digest(QUERY))) == 21
