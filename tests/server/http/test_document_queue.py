"""No document costs more than its text: counted in calls, which are the same on every machine."""

# ruff: noqa: SLF001 - what is kept shows nowhere else

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from graphql import GraphQLError

from auth.viewer import anonymous
from compiler import Engine, Request, RequestError
from resolvers.policy import Policy
from server.app import build_engine
from server.config.environment import load_settings
from server.http.body import request_from_json
from server.http.document_queue import DocumentQueue
from storage import Database, caller
from tests.hostile import SHAPES, hostile

FIXED = 40_000
"""Calls that do not grow: twenty errors with what is suggested in each, and the looks that are bounded."""
PART = 0.08
WATCHED = [
    "a string for many operations",
    "a block string for many operations",
    "a variable for many operations",
    "a member for many operations",
    "a string for many variables",
    "an alias many times",
    "operations over a chain of 200",
    "operations with fields over a chain of 200",
    "operations over a chain of 1000",
    "twice the next fragment",
    "twice the next fragment below other names",
    "a tree of ten levels",
    "a ring",
    "operations over many fragments",
    "operations with fields over many fragments",
    "operations over the same spread many times",
    "operations over many inline fragments",
    "operations over many fields",
    "operations with fields over many fields",
    "operations over many aliases",
    "operations with fields over many aliases",
    "a list of ids in many operations",
    "variables that each operation lacks",
    "variables and their uses",
    "uses of one variable",
    "wrong uses of one variable",
    "introspection through a chain",
    "subscriptions over one fragment",
    "unknown directives of 20 letters",
    "unknown conditions of 20 letters",
]


def calls(work: Callable[[], Any]) -> int:
    """How many functions are called, those in C included."""
    count = 0

    def note(_frame: Any, event: str, _argument: Any) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


def answer(engine: Engine, body: bytes) -> str:
    """What comes of a request before anything is read: its plans, or why there are none."""
    engine._documents = type(engine._documents)(engine._graphql, engine._limits)
    try:
        request = request_from_json(body)
        operation = engine.prepare(request)
        engine.explain(operation, request.variables, anonymous())
    except RequestError as refused:
        return str(refused)
    return "planned"


@pytest.fixture
def engine(sqlite_database: Database) -> Engine:
    return build_engine(load_settings(), sqlite_database, Policy())


async def test_work_grows_as_the_text_does(engine: Engine) -> None:
    grown = {}
    for name in WATCHED:
        half, whole = (hostile(name, part).body for part in (PART / 2, PART))
        answer(engine, half)
        before, after = calls(partial(answer, engine, half)), calls(partial(answer, engine, whole))
        if after > 2.5 * before + FIXED:
            grown[name] = before, after
    assert grown == {}


async def test_what_is_answered_is_short(engine: Engine) -> None:
    long = {
        name: len(text)
        for name in SHAPES
        if len(text := answer(engine, hostile(name, 0.03).body)) > 21 * 2_100
    }
    assert long == {}


async def test_what_many_operations_share_is_printed_once(engine: Engine) -> None:
    """Of a string of a million characters that costs a tenth of a second, and there may be thousands of operations."""
    text = "{ query }".replace("query", "viewer { posts(after: #) { totalCount } }").replace("#", '"x"')
    shared = f"fragment F on Query {text} "
    printed = 0

    def note(frame: Any, event: str, _argument: Any) -> None:
        nonlocal printed
        printed += event == "call" and frame.f_code.co_name == "print_ast"

    for own in ("...F", '...F viewer { posts(after: "x") { nodes { id } } }'):
        query = shared + " ".join(f"query A{n} {{ {own} }}" for n in range(50))
        sys.setprofile(note)
        try:
            engine.prepare(Request(query, "A1"))
        finally:
            sys.setprofile(None)
    assert printed <= 51


async def test_one_client_s_documents_wait_behind_those_of_others() -> None:
    line, done, gate = DocumentQueue(30), [], threading.Event()

    async def send(who: str, number: int) -> None:
        caller.set(who)
        await line.do(lambda: gate.wait(10) and sum(range(200_000 if who == "flood" else 10)))
        done.append((who, number))

    flood = [asyncio.create_task(send("flood", number)) for number in range(20)]
    await asyncio.sleep(0)
    other = asyncio.create_task(send("other", 0))
    await asyncio.sleep(0)
    gate.set()
    await asyncio.gather(*flood, other)
    assert [who for who, _ in done].index("other") <= 2
    assert [number for who, number in done if who == "flood"] == list(range(20))
    line.close()


async def test_nobody_waits_for_ever() -> None:
    line, gate = DocumentQueue(0.01), threading.Event()
    first = asyncio.create_task(line.do(lambda: gate.wait(10)))
    await asyncio.sleep(0)
    with pytest.raises(RequestError) as refused:
        await line.do(lambda: None)
    assert refused.value.errors[0]["extensions"]["code"] == "UNAVAILABLE"
    gate.set()
    assert await first
    assert await line.do(lambda: 7) == 7
    line.close()


async def test_what_is_wrong_is_told_and_the_line_goes_on() -> None:
    line = DocumentQueue(5)

    def fail() -> None:
        raise GraphQLError("no")

    with pytest.raises(GraphQLError):
        await line.do(fail)
    left = asyncio.create_task(line.do(lambda: 1))
    await asyncio.sleep(0)
    left.cancel()
    assert await line.do(lambda: 2) == 2
    line.close()


async def test_a_large_document_is_prepared_once_for_all_who_send_it_meanwhile(engine: Engine) -> None:
    works: list[Callable[[], Any]] = []

    async def apart(work: Callable[[], Any]) -> Any:
        works.append(work)
        await asyncio.sleep(0)
        return work()

    large = Request("{ viewer { id " + " ".join(f"a{n}: id" for n in range(400)) + " } }" + " " * 5_000)
    assert not engine.is_cached(large)
    operations = await asyncio.gather(*(engine.prepare_in_thread(large, apart) for _ in range(9)))
    assert len(works) == 1
    assert all(each is operations[0] for each in operations)
    assert engine.is_cached(large)
    assert await engine.prepare_in_thread(large, apart) is engine.prepare(large)
    wrong = Request("{ viewer { nothing } }" + " " * 5_000)
    for _ in range(2):
        with pytest.raises(RequestError):
            await engine.prepare_in_thread(wrong, apart)
    assert len(works) == 2
    assert not engine._documents._under_way


async def test_a_small_document_is_prepared_at_once(engine: Engine) -> None:
    async def apart(_work: Callable[[], Any]) -> Any:
        raise AssertionError

    await engine.prepare_in_thread(Request("{ viewer { id } }"), apart)


async def test_variables_have_a_bound_on_their_values(engine: Engine) -> None:
    operation = engine.prepare(Request("query ($v: [ID!]!) { nodes(ids: $v) { id } }"))
    operation.coerce(engine._graphql, {"v": ["1"] * 9_999, "other": [1] * 20_000})
    for values in (["1"] * 10_000, [["1"] * 10_000], [{"a": ["1"] * 10_000}]):
        with pytest.raises(RequestError) as refused:
            operation.coerce(engine._graphql, {"v": values})
        assert refused.value.errors[0]["extensions"]["limit"] == "values"
