import asyncio

from live.connections.handshakes import HANDSHAKES_PER_TURN, handshake_queue_of


async def test_newcomers_are_let_in_a_few_at_a_time_and_in_order() -> None:
    loop, entered, turns = asyncio.get_running_loop(), list[int](), list[int]()
    for number in range(5 * HANDSHAKES_PER_TURN):
        handshake_queue_of(loop).enter(lambda number=number: entered.append(number))  # type: ignore[misc]
    while len(entered) < 5 * HANDSHAKES_PER_TURN:
        before = len(entered)
        await asyncio.sleep(0)
        turns.append(len(entered) - before)
    assert entered == list(range(5 * HANDSHAKES_PER_TURN))
    assert max(turns) <= HANDSHAKES_PER_TURN


async def test_a_newcomer_that_fails_does_not_close_the_turnstile() -> None:
    loop, entered, failures = asyncio.get_running_loop(), list[str](), list[object]()
    loop.set_exception_handler(lambda _, context: failures.append(context["exception"]))
    turnstile = handshake_queue_of(loop)
    turnstile.enter(lambda: entered.remove("nobody"))
    turnstile.enter(lambda: entered.append("next"))
    for _ in range(3):
        await asyncio.sleep(0)
    turnstile.enter(lambda: entered.append("later"))
    for _ in range(3):
        await asyncio.sleep(0)
    assert entered == ["next", "later"]
    assert [type(failure) for failure in failures] == [ValueError]
