"""Who computes much for a request, or little: whose turn it is, and who never waits."""

import asyncio
import time

import pytest

from compiler import RequestError
from server import pace as module
from server.http.document_queue import DocumentQueue
from server.pace import LONG, Pace
from storage import caller
from tests.server.tiny import client_of, happened, tiny_app


class Clock:
    """A clock that is set."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


async def nothing() -> str:
    return "done"


async def compute() -> str:
    """Twice as much as a request may that is none of the dear ones, in two steps."""
    for _ in range(2):
        end = time.thread_time() + LONG
        while time.thread_time() < end:
            pass
        await asyncio.sleep(0)
    return "computed"


def made_dear(pace: Pace, *clients: str) -> Pace:
    for client in clients:
        pace.charge(client, 2.0, dear=True)
    return pace


async def test_who_asks_for_little_never_waits(clock: Clock) -> None:
    pace = made_dear(Pace(0.01, clock), "flood")
    assert [await pace.do("reader", nothing) for _ in range(100)] == ["done"] * 100
    assert await pace.do(None, nothing) == "done"
    assert not pace.is_dear("reader")


async def test_who_has_sent_dear_requests_waits_until_all_such_have_rested(
    monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    monkeypatch.setattr(module, "LONGEST_REST", 0.01)
    pace = made_dear(Pace(0.05, clock), "flood", "other")
    pace.note_other()
    with pytest.raises(RequestError) as refused:
        await pace.do("flood", nothing)
    assert refused.value.errors[0]["extensions"]["code"] == "UNAVAILABLE"
    clock.now += module.LONGEST_REST
    assert await pace.do("flood", nothing) == "done"


async def test_nobody_rests_while_there_is_nobody_else(clock: Clock) -> None:
    pace = made_dear(Pace(0.05, clock), "import")
    assert [await pace.do("import", nothing) for _ in range(3)] == ["done"] * 3
    pace.note_other()
    clock.now += module.ALONE
    made_dear(pace, "import")
    assert await pace.do("import", nothing) == "done"


async def test_of_those_who_wait_who_has_used_least_is_next(clock: Clock) -> None:
    pace, order = Pace(5, clock), list[str]()
    made_dear(pace, *["flood"] * 3, *["some"] * 2, "little")

    async def send(who: str) -> None:
        async def work() -> None:
            order.append(who)

        await pace.do(who, work)

    await asyncio.gather(*map(send, ["flood", "flood", "some", "little"]))
    assert order == ["little", "some", "flood", "flood"]


async def test_what_is_asked_for_long_ago_is_forgotten(clock: Clock) -> None:
    pace = made_dear(Pace(0.01, clock), "flood")
    clock.now += 120
    assert not pace.is_dear("flood")


async def test_many_short_requests_make_nobody_dear(clock: Clock) -> None:
    pace = Pace(0.01, clock)
    pace.charge("reader", 100.0, dear=False)
    pace.charge("reader", 1.0, dear=True)
    assert not pace.is_dear("reader")


async def test_each_step_of_a_request_counts(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    monkeypatch.setattr(module, "DEAR", 3 * LONG)
    pace = Pace(0.01, clock)
    assert await pace.do("a", compute) == "computed"
    assert not pace.is_dear("a")
    assert await pace.measured("a", compute) == "computed"
    assert pace.is_dear("a")


async def test_a_request_that_is_measured_fails_and_is_cancelled_like_any_other() -> None:
    pace, seen = Pace(), list[str]()

    async def fail() -> None:
        raise LookupError("no")

    async def recover() -> str:
        try:
            await asyncio.wait_for(asyncio.sleep(30), 0.001)
        except TimeoutError:
            seen.append("timed out")
        try:
            await asyncio.sleep(30)
        finally:
            seen.append("left")
        return "never"

    with pytest.raises(LookupError):
        await pace.do("a", fail)
    task = asyncio.create_task(pace.do("a", recover))
    while not seen:  # noqa: ASYNC110 - a step at a time
        await asyncio.sleep(0.001)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert seen == ["timed out", "left"]


async def test_who_leaves_keeps_nobody_waiting(clock: Clock) -> None:
    pace = made_dear(Pace(5, clock), "flood", "other")
    first = asyncio.create_task(pace.do("flood", nothing))
    await asyncio.sleep(0)
    first.cancel()
    assert await pace.do("other", nothing) == "done"


async def test_large_documents_are_charged_to_who_sends_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "DEAR", LONG)
    pace = Pace()
    line = DocumentQueue(5, pace)
    caller.set("192.0.2.7")
    await line.do(lambda: sum(range(1_000_000)))
    assert pace.is_dear("192.0.2.7")
    line.close()


async def test_a_request_that_has_no_turn_is_told_to_come_later(clock: Clock) -> None:
    pace = made_dear(Pace(0.05, clock), "127.0.0.1")
    pace.note_other()
    async with client_of(tiny_app(pace=pace)) as client:
        answer = await client.post("/graphql", json={"query": "mutation { touch }"})
    assert answer.status_code == 503
    assert answer.json()["errors"][0]["extensions"]["code"] == "UNAVAILABLE"
    assert happened.touched == 0
