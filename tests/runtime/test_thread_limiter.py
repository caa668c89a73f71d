"""Threads for slow work: so much at once, so much waiting, and each client's turn in time."""

import asyncio
import threading
from collections.abc import Iterator

import pytest

from runtime.fair_queue import Client, QueueFull
from runtime.thread_limiter import ThreadLimiter

ADA, BOB, EVE = Client("ada"), Client("bob"), Client("eve")
OWNER = Client("owner", known=True)


class Work:
    """One thread that is busy until it is let go, and who has been served since."""

    def __init__(self, waiting: int) -> None:
        self._threads, self._go_on = ThreadLimiter("test", at_once=1, waiting=waiting), threading.Event()
        self.served: list[Client] = []

    def add(self, *clients: Client) -> list[asyncio.Task[None]]:
        return [asyncio.create_task(self._threads.run(each, self._do, each)) for each in clients]

    def _do(self, client: Client) -> None:
        assert self._go_on.wait(30)
        self.served.append(client)

    def let_go(self) -> None:
        self._go_on.set()


async def turn() -> None:
    """Let everybody who has just come take their place."""
    await asyncio.sleep(0)


@pytest.fixture
def work() -> Iterator[Work]:
    made = Work(waiting=4)
    yield made
    made.let_go()


async def test_what_finds_a_full_line_is_refused_until_there_is_room() -> None:
    threads, go_on = ThreadLimiter("test", at_once=1, waiting=2), threading.Event()
    inside = [asyncio.create_task(threads.run(ADA, go_on.wait, 30)) for _ in range(3)]
    await turn()
    with pytest.raises(QueueFull):
        await threads.run(ADA, int)
    go_on.set()
    assert await asyncio.gather(*inside) == [True] * 3
    assert await threads.run(ADA, int, "7") == 7


async def test_what_the_work_raises_is_raised_and_leaves_its_place() -> None:
    threads = ThreadLimiter("test", at_once=1, waiting=0)
    for _ in range(3):
        with pytest.raises(ValueError, match="invalid literal"):
            await threads.run(ADA, int, "x")
        await turn()


async def test_who_has_used_least_is_next_however_much_others_have_brought(work: Work) -> None:
    tasks = work.add(ADA, ADA, ADA, ADA)
    await turn()
    tasks += work.add(BOB)
    await turn()
    work.let_go()
    await asyncio.gather(*tasks)
    assert work.served == [ADA, BOB, ADA, ADA, ADA]


async def test_the_known_go_first(work: Work) -> None:
    tasks = work.add(EVE, ADA, BOB, OWNER)
    await turn()
    work.let_go()
    await asyncio.gather(*tasks)
    assert work.served[:2] == [EVE, OWNER]


async def test_a_full_line_refuses_whoever_has_the_most_in_it(work: Work) -> None:
    many = work.add(*[EVE] * 5)
    await turn()
    one = work.add(ADA)
    await turn()
    with pytest.raises(QueueFull):
        await many[-1]
    work.let_go()
    await asyncio.gather(*many[:-1], *one)
    assert work.served.count(ADA) == 1


async def test_a_line_full_of_strangers_has_room_for_the_known(work: Work) -> None:
    strangers = work.add(EVE, *(Client(number) for number in range(4)))
    await turn()
    with pytest.raises(QueueFull):
        await asyncio.gather(*work.add(Client("one more")))
    owner = work.add(OWNER)
    await turn()
    work.let_go()
    told = await asyncio.gather(*strangers, *owner, return_exceptions=True)
    assert [type(each) for each in told].count(QueueFull) == 1
    assert told[-1] is None
    assert work.served[1] == OWNER


async def test_who_has_gone_leaves_no_hole_in_the_line(work: Work) -> None:
    first, gone, last = work.add(ADA, BOB, EVE)
    await turn()
    gone.cancel()
    await asyncio.gather(gone, return_exceptions=True)
    more = work.add(*[BOB] * 3)  # as many as there is room for
    await turn()
    assert not any(each.done() for each in more)
    work.let_go()
    await asyncio.gather(first, last, *more)
    assert work.served.count(BOB) == 3


async def test_whoever_goes_as_their_turn_comes_hands_it_on() -> None:
    threads, go_on = ThreadLimiter("test", at_once=1, waiting=2), threading.Event()
    first = asyncio.create_task(threads.run(ADA, go_on.wait, 30))
    await turn()
    second = asyncio.create_task(threads.run(BOB, int, "1"))
    await turn()
    first.add_done_callback(lambda _: second.cancel())
    third = asyncio.create_task(threads.run(EVE, int, "3"))
    go_on.set()
    assert await first
    await asyncio.gather(second, return_exceptions=True)
    assert await third == 3
    assert await threads.run(ADA, int, "4") == 4


async def test_work_of_a_caller_who_has_gone_keeps_its_thread() -> None:
    threads, go_on = ThreadLimiter("test", at_once=1, waiting=1), threading.Event()
    gone = asyncio.create_task(threads.run(ADA, go_on.wait, 30))
    await turn()
    gone.cancel()
    await asyncio.gather(gone, return_exceptions=True)
    waiting = asyncio.create_task(threads.run(BOB, int, "2"))
    await turn()
    with pytest.raises(QueueFull):
        await threads.run(BOB, int, "3")
    go_on.set()
    assert await waiting == 2


async def test_who_has_waited_for_too_long_is_refused_and_leaves_the_line() -> None:
    threads, go_on = ThreadLimiter("test", at_once=1, waiting=1, patience=0.02), threading.Event()
    first = asyncio.create_task(threads.run(ADA, go_on.wait, 30))
    await turn()
    for _ in range(2):
        with pytest.raises(QueueFull):
            await threads.run(BOB, int, "2")
    go_on.set()
    assert await first
    assert await threads.run(BOB, int, "3") == 3
