"""Who computes much for a request, or little: whose turn it is, and who never waits."""

import asyncio
import time

import pytest

from compiler import RequestError
from server.http import compute_throttle as module
from server.http.compute_throttle import HEAVY_REQUEST_SECONDS, ComputeThrottle
from server.http.document_queue import DocumentQueue
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
        end = time.thread_time() + HEAVY_REQUEST_SECONDS
        while time.thread_time() < end:
            pass
        await asyncio.sleep(0)
    return "computed"


def made_dear(compute_throttle: ComputeThrottle, *clients: str) -> ComputeThrottle:
    for client in clients:
        compute_throttle.charge(client, 2.0, heavy=True)
    return compute_throttle


async def test_who_asks_for_little_never_waits(clock: Clock) -> None:
    compute_throttle = made_dear(ComputeThrottle(0.01, clock), "flood")
    assert [await compute_throttle.do("reader", nothing) for _ in range(100)] == ["done"] * 100
    assert await compute_throttle.do(None, nothing) == "done"
    assert not compute_throttle.is_heavy("reader")


async def test_who_has_sent_dear_requests_waits_until_all_such_have_rested(
    monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    monkeypatch.setattr(module, "LONGEST_PAUSE_SECONDS", 0.01)
    compute_throttle = made_dear(ComputeThrottle(0.05, clock), "flood", "other")
    compute_throttle.note_light_request()
    with pytest.raises(RequestError) as refused:
        await compute_throttle.do("flood", nothing)
    assert refused.value.errors[0]["extensions"]["code"] == "UNAVAILABLE"
    clock.now += module.LONGEST_PAUSE_SECONDS
    assert await compute_throttle.do("flood", nothing) == "done"


async def test_nobody_rests_while_there_is_nobody_else(clock: Clock) -> None:
    compute_throttle = made_dear(ComputeThrottle(0.05, clock), "import")
    assert [await compute_throttle.do("import", nothing) for _ in range(3)] == ["done"] * 3
    compute_throttle.note_light_request()
    clock.now += module.OTHERS_GONE_SECONDS
    made_dear(compute_throttle, "import")
    assert await compute_throttle.do("import", nothing) == "done"


async def test_of_those_who_wait_who_has_used_least_is_next(clock: Clock) -> None:
    compute_throttle, order = ComputeThrottle(5, clock), list[str]()
    made_dear(compute_throttle, *["flood"] * 3, *["some"] * 2, "little")

    async def send(who: str) -> None:
        async def work() -> None:
            order.append(who)

        await compute_throttle.do(who, work)

    await asyncio.gather(*map(send, ["flood", "flood", "some", "little"]))
    assert order == ["little", "some", "flood", "flood"]


async def test_what_is_asked_for_long_ago_is_forgotten(clock: Clock) -> None:
    compute_throttle = made_dear(ComputeThrottle(0.01, clock), "flood")
    clock.now += 120
    assert not compute_throttle.is_heavy("flood")


async def test_many_short_requests_make_nobody_dear(clock: Clock) -> None:
    compute_throttle = ComputeThrottle(0.01, clock)
    compute_throttle.charge("reader", 100.0, heavy=False)
    compute_throttle.charge("reader", 1.0, heavy=True)
    assert not compute_throttle.is_heavy("reader")


async def test_each_step_of_a_request_counts(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    monkeypatch.setattr(module, "HEAVY_CLIENT_SECONDS", 3 * HEAVY_REQUEST_SECONDS)
    compute_throttle = ComputeThrottle(0.01, clock)
    assert await compute_throttle.do("a", compute) == "computed"
    assert not compute_throttle.is_heavy("a")
    assert await compute_throttle.measured("a", compute) == "computed"
    assert compute_throttle.is_heavy("a")


async def test_a_request_that_is_measured_fails_and_is_cancelled_like_any_other() -> None:
    compute_throttle, seen = ComputeThrottle(), list[str]()

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
        await compute_throttle.do("a", fail)
    task = asyncio.create_task(compute_throttle.do("a", recover))
    while not seen:  # noqa: ASYNC110 - a step at a time
        await asyncio.sleep(0.001)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert seen == ["timed out", "left"]


async def test_who_leaves_keeps_nobody_waiting(clock: Clock) -> None:
    compute_throttle = made_dear(ComputeThrottle(5, clock), "flood", "other")
    first = asyncio.create_task(compute_throttle.do("flood", nothing))
    await asyncio.sleep(0)
    first.cancel()
    assert await compute_throttle.do("other", nothing) == "done"


async def test_large_documents_are_charged_to_who_sends_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "HEAVY_CLIENT_SECONDS", HEAVY_REQUEST_SECONDS)
    compute_throttle = ComputeThrottle()
    line = DocumentQueue(5, compute_throttle)
    caller.set("192.0.2.7")
    await line.do(lambda: sum(range(1_000_000)))
    assert compute_throttle.is_heavy("192.0.2.7")
    line.close()


async def test_a_request_that_has_no_turn_is_told_to_come_later(clock: Clock) -> None:
    compute_throttle = made_dear(ComputeThrottle(0.05, clock), "127.0.0.1")
    compute_throttle.note_light_request()
    async with client_of(tiny_app(compute_throttle=compute_throttle)) as client:
        answer = await client.post("/graphql", json={"query": "mutation { touch }"})
    assert answer.status_code == 503
    assert answer.json()["errors"][0]["extensions"]["code"] == "UNAVAILABLE"
    assert happened.touched == 0
