"""The outbox alone, on a server that blocks and fails as told."""

import asyncio
from collections.abc import MutableMapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from live.connections.send_queue import SendQueue
from live.protocol.framing import WEBSOCKET
from live.protocol.payload import Payload
from storage.memory import Budget
from tests.live.listening import eventually

HEAD = b'{"payload":'


class Wire:
    """ASGI's `send`: keeps what it was given, when it is open."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.closed: list[int] = []
        self.open = asyncio.Event()
        self.open.set()
        self.error: Exception | None = None

    async def send(self, message: MutableMapping[str, Any]) -> None:
        await self.open.wait()
        if self.error is not None:
            raise self.error
        if message["type"] == "websocket.send":
            self.sent.append(message["text"])
        else:
            self.closed.append(message["code"])


@dataclass
class Line:
    """A server's own end of a socket."""

    ready: bool = True
    written: list[bytes] = field(default_factory=list)
    kicked: list[tuple[int, str]] = field(default_factory=list)

    def write(self, frame: bytes) -> None:
        self.written.append(frame)

    def sent(self, size: int) -> None:
        del size

    def abort_with(self, code: int, reason: str) -> None:
        self.kicked.append((code, reason))


@pytest.fixture
async def wire() -> Wire:
    return Wire()


async def test_a_writable_socket_has_a_frame_at_once_and_without_a_task(wire: Wire) -> None:
    send_queue = SendQueue(wire.send, WEBSOCKET, 10, None)
    tasks = asyncio.all_tasks()
    send_queue.push("a")
    assert (wire.sent, asyncio.all_tasks()) == (["a"], tasks)
    assert send_queue.stalled_since is None


async def test_frames_wait_in_order_for_a_socket_that_is_not_writable(wire: Wire) -> None:
    send_queue = SendQueue(wire.send, WEBSOCKET, 10, None)
    wire.open.clear()
    for frame in "abc":
        send_queue.push(frame)
    await asyncio.sleep(0.01)
    assert (wire.sent, send_queue.stalled_since is None) == ([], False)
    wire.open.set()
    await send_queue.room()
    await asyncio.sleep(0.01)
    assert (wire.sent, send_queue.stalled_since) == (["a", "b", "c"], None)
    send_queue.push("d")
    assert wire.sent[-1] == "d"


async def test_an_outbox_is_full_when_as_much_waits_as_may(wire: Wire) -> None:
    send_queue = SendQueue(wire.send, WEBSOCKET, 3, None)
    wire.open.clear()
    ready: list[int] = []
    send_queue.push("on its way")
    send_queue.push("ab")
    assert not send_queue.full
    send_queue.push("c")
    assert send_queue.full
    send_queue.when_ready(lambda: ready.append(len(wire.sent)))
    waiting = asyncio.create_task(send_queue.room())
    await asyncio.sleep(0.01)
    assert not waiting.done()
    wire.open.set()
    await waiting
    assert (ready, send_queue.full) == ([3], False)


@pytest.mark.parametrize("blocked", [False, True])
async def test_a_peer_that_has_gone_takes_nothing_more(wire: Wire, blocked: bool) -> None:
    send_queue = SendQueue(wire.send, WEBSOCKET, 3, None)
    wire.error = OSError("gone")
    if blocked:
        wire.open.clear()
    send_queue.push("a")
    wire.open.set()
    await asyncio.sleep(0.01)
    assert send_queue.closed
    wire.error = None
    send_queue.push("b")
    send_queue.close(4400, "too late")
    await send_queue.wait_flushed()
    assert (wire.sent, wire.closed) == ([], [])


async def test_a_closed_outbox_frees_whoever_waits_for_it(wire: Wire) -> None:
    send_queue = SendQueue(wire.send, WEBSOCKET, 1, None)
    wire.open.clear()
    send_queue.push("a")
    send_queue.push("b")
    waiting = asyncio.create_task(send_queue.room())
    await asyncio.sleep(0)
    send_queue.abandon()
    await waiting
    wire.open.set()
    await asyncio.sleep(0.01)
    assert wire.sent == []


async def test_closing_drops_what_waits_and_says_why(wire: Wire) -> None:
    send_queue = SendQueue(wire.send, WEBSOCKET, 1, None)
    wire.open.clear()
    send_queue.push("a")
    send_queue.push("b")
    send_queue.close(4431, "why")
    send_queue.close(1012, "again")
    wire.open.set()
    await send_queue.wait_flushed()
    assert (wire.sent, wire.closed) == ([], [4431])


async def test_closing_does_not_wait_for_ever(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("live.connections.send_queue.CLOSE_TIMEOUT_SECONDS", 0.01)
    send_queue = SendQueue(wire.send, WEBSOCKET, 1, None)
    wire.open.clear()
    send_queue.close(4431, "why")
    await send_queue.wait_flushed()
    assert wire.closed == []


async def test_a_server_that_can_kick_closes_at_once(wire: Wire) -> None:
    line = Line()
    send_queue = SendQueue(wire.send, WEBSOCKET, 1, line)
    wire.open.clear()
    send_queue.push("a")
    send_queue.close(4431, "why")
    await send_queue.wait_flushed()
    assert line.kicked == [(4431, "why")]


async def test_the_feeds_payloads_are_written_as_frames_to_a_wire(wire: Wire) -> None:
    line = Line()
    send_queue = SendQueue(wire.send, WEBSOCKET, 1, line)
    assert send_queue.offer(HEAD, [Payload("1", "1-00000000")])
    assert (line.written, wire.sent) == ([b'\x81\x0d{"payload":1}'], [])


async def test_frames_never_overtake_what_waits(wire: Wire) -> None:
    line = Line()
    send_queue = SendQueue(wire.send, WEBSOCKET, 100, line)
    wire.open.clear()
    send_queue.push("a")
    assert send_queue.offer(HEAD, [Payload("1", "1-00000000")])
    wire.open.set()
    await eventually(lambda: wire.sent == ["a", '{"payload":1}'])
    assert line.written == []


async def test_a_full_outbox_refuses_payloads(wire: Wire) -> None:
    send_queue = SendQueue(wire.send, WEBSOCKET, 1, None)
    wire.open.clear()
    assert send_queue.offer(HEAD, [Payload("on its way", "1-00000000")])
    assert send_queue.offer(HEAD, [Payload("waits", "2-00000000")])
    assert not send_queue.offer(HEAD, [Payload("too much", "3-00000000")])


async def test_a_wire_that_is_not_ready_is_left_alone(wire: Wire) -> None:
    line = Line(ready=False)
    send_queue = SendQueue(wire.send, WEBSOCKET, 100, line)
    assert send_queue.offer(HEAD, [Payload("1", "1-00000000")])
    assert (line.written, wire.sent) == ([], ['{"payload":1}'])


async def test_nothing_is_written_once_the_outbox_is_closed(wire: Wire) -> None:
    line = Line()
    send_queue = SendQueue(wire.send, WEBSOCKET, 100, line)
    send_queue.abandon()
    assert send_queue.offer(HEAD, [Payload("1", "1-00000000")])
    assert (line.written, wire.sent) == ([], [])


async def test_several_payloads_are_written_at_once(wire: Wire) -> None:
    line = Line()
    send_queue = SendQueue(wire.send, WEBSOCKET, 100, line)
    assert send_queue.offer(HEAD, [Payload(text, "1-00000000") for text in "123"]) == 3
    assert line.written == [b'\x81\x0d{"payload":1}\x81\x0d{"payload":2}\x81\x0d{"payload":3}']


async def test_a_wire_is_given_no_more_than_it_takes(wire: Wire) -> None:
    class Narrow(Line):
        def write(self, frame: bytes) -> None:
            super().write(frame)
            self.ready = False
            wire.open.clear()

    line = Narrow()
    send_queue = SendQueue(wire.send, WEBSOCKET, 20_000, line)
    long = "x" * 15_000
    assert send_queue.offer(HEAD, [Payload(f"{number}{long}", "1-00000000") for number in range(9)]) == 6
    assert len(b"".join(line.written)) < 50_000
    wire.open.set()
    await eventually(lambda: len(wire.sent) == 3)
    assert [sent[len(HEAD)] for sent in wire.sent] == ["3", "4", "5"]


async def test_what_waits_counts_for_the_client_until_it_has_gone(wire: Wire) -> None:
    account = Budget(10_000, 5_000).account("somebody")
    send_queue = SendQueue(wire.send, WEBSOCKET, 1000, None, account)
    send_queue.push("goes out at once")
    assert account.budget.held == 0
    wire.open.clear()
    for frame in ("a" * 100, "b" * 200):
        send_queue.push(frame)
    assert 300 < account.budget.of("somebody") < 500
    wire.open.set()
    await eventually(lambda: len(wire.sent) == 3)
    await eventually(lambda: account.budget.held == 0)


async def test_an_abandoned_outbox_holds_nothing(wire: Wire) -> None:
    account = Budget(10_000, 5_000).account("somebody")
    send_queue = SendQueue(wire.send, WEBSOCKET, 1000, None, account)
    wire.open.clear()
    for frame in ("a", "b", "c"):
        send_queue.push(frame)
    send_queue.abandon()
    assert account.budget.held == 0
    await asyncio.sleep(0)
    assert account.budget.held == 0


async def test_the_outboxes_of_one_client_are_full_together(wire: Wire) -> None:
    budget = Budget(10_000, 5_000)
    outboxes = [SendQueue(wire.send, WEBSOCKET, 4_000, None, budget.account("somebody")) for _ in range(2)]
    other = SendQueue(wire.send, WEBSOCKET, 4_000, None, budget.account("somebody else"))
    wire.open.clear()
    for send_queue in (*outboxes, other):
        send_queue.push("a" * 2_000)
    assert not any(send_queue.full for send_queue in (*outboxes, other))
    outboxes[0].push("a" * 1_000)
    assert [send_queue.full for send_queue in (*outboxes, other)] == [True, True, False]
    for send_queue in (*outboxes, other):
        send_queue.abandon()
