"""The send queue alone, on a server that blocks and fails as told."""

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


class FakeServer:
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
class FakeTransport:
    """A server's own end of a socket."""

    ready: bool = True
    written: list[bytes] = field(default_factory=list)
    aborted: list[tuple[int, str]] = field(default_factory=list)

    def write(self, frame: bytes) -> None:
        self.written.append(frame)

    def sent(self, size: int) -> None:
        del size

    def abort_with(self, code: int, reason: str) -> None:
        self.aborted.append((code, reason))


@pytest.fixture
async def server() -> FakeServer:
    return FakeServer()


async def test_a_writable_socket_has_a_frame_at_once_and_without_a_task(server: FakeServer) -> None:
    send_queue = SendQueue(server.send, WEBSOCKET, 10, None)
    tasks = asyncio.all_tasks()
    send_queue.push("a")
    assert (server.sent, asyncio.all_tasks()) == (["a"], tasks)
    assert send_queue.stalled_since is None


async def test_frames_wait_in_order_for_a_socket_that_is_not_writable(server: FakeServer) -> None:
    send_queue = SendQueue(server.send, WEBSOCKET, 10, None)
    server.open.clear()
    for frame in "abc":
        send_queue.push(frame)
    await asyncio.sleep(0.01)
    assert (server.sent, send_queue.stalled_since is None) == ([], False)
    server.open.set()
    await send_queue.room()
    await asyncio.sleep(0.01)
    assert (server.sent, send_queue.stalled_since) == (["a", "b", "c"], None)
    send_queue.push("d")
    assert server.sent[-1] == "d"


async def test_a_send_queue_is_full_when_as_much_waits_as_may(server: FakeServer) -> None:
    send_queue = SendQueue(server.send, WEBSOCKET, 3, None)
    server.open.clear()
    ready: list[int] = []
    send_queue.push("on its way")
    send_queue.push("ab")
    assert not send_queue.full
    send_queue.push("c")
    assert send_queue.full
    send_queue.when_ready(lambda: ready.append(len(server.sent)))
    waiting = asyncio.create_task(send_queue.room())
    await asyncio.sleep(0.01)
    assert not waiting.done()
    server.open.set()
    await waiting
    assert (ready, send_queue.full) == ([3], False)


@pytest.mark.parametrize("blocked", [False, True])
async def test_a_peer_that_has_gone_takes_nothing_more(server: FakeServer, blocked: bool) -> None:
    send_queue = SendQueue(server.send, WEBSOCKET, 3, None)
    server.error = OSError("gone")
    if blocked:
        server.open.clear()
    send_queue.push("a")
    server.open.set()
    await asyncio.sleep(0.01)
    assert send_queue.closed
    server.error = None
    send_queue.push("b")
    send_queue.close(4400, "too late")
    await send_queue.wait_flushed()
    assert (server.sent, server.closed) == ([], [])


async def test_a_closed_send_queue_frees_whoever_waits_for_it(server: FakeServer) -> None:
    send_queue = SendQueue(server.send, WEBSOCKET, 1, None)
    server.open.clear()
    send_queue.push("a")
    send_queue.push("b")
    waiting = asyncio.create_task(send_queue.room())
    await asyncio.sleep(0)
    send_queue.abandon()
    await waiting
    server.open.set()
    await asyncio.sleep(0.01)
    assert server.sent == []


async def test_closing_drops_what_waits_and_says_why(server: FakeServer) -> None:
    send_queue = SendQueue(server.send, WEBSOCKET, 1, None)
    server.open.clear()
    send_queue.push("a")
    send_queue.push("b")
    send_queue.close(4431, "why")
    send_queue.close(1012, "again")
    server.open.set()
    await send_queue.wait_flushed()
    assert (server.sent, server.closed) == ([], [4431])


async def test_closing_does_not_wait_for_ever(server: FakeServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("live.connections.send_queue.CLOSE_TIMEOUT_SECONDS", 0.01)
    send_queue = SendQueue(server.send, WEBSOCKET, 1, None)
    server.open.clear()
    send_queue.close(4431, "why")
    await send_queue.wait_flushed()
    assert server.closed == []


async def test_a_server_that_can_abort_closes_at_once(server: FakeServer) -> None:
    transport = FakeTransport()
    send_queue = SendQueue(server.send, WEBSOCKET, 1, transport)
    server.open.clear()
    send_queue.push("a")
    send_queue.close(4431, "why")
    await send_queue.wait_flushed()
    assert transport.aborted == [(4431, "why")]


async def test_the_feeds_payloads_are_written_as_frames_to_a_direct_transport(server: FakeServer) -> None:
    transport = FakeTransport()
    send_queue = SendQueue(server.send, WEBSOCKET, 1, transport)
    assert send_queue.offer(HEAD, [Payload("1", "1-00000000")])
    assert (transport.written, server.sent) == ([b'\x81\x0d{"payload":1}'], [])


async def test_frames_never_overtake_what_waits(server: FakeServer) -> None:
    transport = FakeTransport()
    send_queue = SendQueue(server.send, WEBSOCKET, 100, transport)
    server.open.clear()
    send_queue.push("a")
    assert send_queue.offer(HEAD, [Payload("1", "1-00000000")])
    server.open.set()
    await eventually(lambda: server.sent == ["a", '{"payload":1}'])
    assert transport.written == []


async def test_a_full_send_queue_refuses_payloads(server: FakeServer) -> None:
    send_queue = SendQueue(server.send, WEBSOCKET, 1, None)
    server.open.clear()
    assert send_queue.offer(HEAD, [Payload("on its way", "1-00000000")])
    assert send_queue.offer(HEAD, [Payload("waits", "2-00000000")])
    assert not send_queue.offer(HEAD, [Payload("too much", "3-00000000")])


async def test_a_direct_transport_that_is_not_ready_is_left_alone(server: FakeServer) -> None:
    transport = FakeTransport(ready=False)
    send_queue = SendQueue(server.send, WEBSOCKET, 100, transport)
    assert send_queue.offer(HEAD, [Payload("1", "1-00000000")])
    assert (transport.written, server.sent) == ([], ['{"payload":1}'])


async def test_nothing_is_written_once_the_send_queue_is_closed(server: FakeServer) -> None:
    transport = FakeTransport()
    send_queue = SendQueue(server.send, WEBSOCKET, 100, transport)
    send_queue.abandon()
    assert send_queue.offer(HEAD, [Payload("1", "1-00000000")])
    assert (transport.written, server.sent) == ([], [])


async def test_several_payloads_are_written_at_once(server: FakeServer) -> None:
    transport = FakeTransport()
    send_queue = SendQueue(server.send, WEBSOCKET, 100, transport)
    assert send_queue.offer(HEAD, [Payload(text, "1-00000000") for text in "123"]) == 3
    assert transport.written == [b'\x81\x0d{"payload":1}\x81\x0d{"payload":2}\x81\x0d{"payload":3}']


async def test_a_direct_transport_is_given_no_more_than_it_takes(server: FakeServer) -> None:
    class Narrow(FakeTransport):
        def write(self, frame: bytes) -> None:
            super().write(frame)
            self.ready = False
            server.open.clear()

    transport = Narrow()
    send_queue = SendQueue(server.send, WEBSOCKET, 20_000, transport)
    long = "x" * 15_000
    assert send_queue.offer(HEAD, [Payload(f"{number}{long}", "1-00000000") for number in range(9)]) == 6
    assert len(b"".join(transport.written)) < 50_000
    server.open.set()
    await eventually(lambda: len(server.sent) == 3)
    assert [sent[len(HEAD)] for sent in server.sent] == ["3", "4", "5"]


async def test_what_waits_counts_for_the_client_until_it_has_gone(server: FakeServer) -> None:
    account = Budget(10_000, 5_000).account("somebody")
    send_queue = SendQueue(server.send, WEBSOCKET, 1000, None, account)
    send_queue.push("goes out at once")
    assert account.budget.held == 0
    server.open.clear()
    for frame in ("a" * 100, "b" * 200):
        send_queue.push(frame)
    assert 300 < account.budget.of("somebody") < 500
    server.open.set()
    await eventually(lambda: len(server.sent) == 3)
    await eventually(lambda: account.budget.held == 0)


async def test_an_abandoned_send_queue_holds_nothing(server: FakeServer) -> None:
    account = Budget(10_000, 5_000).account("somebody")
    send_queue = SendQueue(server.send, WEBSOCKET, 1000, None, account)
    server.open.clear()
    for frame in ("a", "b", "c"):
        send_queue.push(frame)
    send_queue.abandon()
    assert account.budget.held == 0
    await asyncio.sleep(0)
    assert account.budget.held == 0


async def test_the_send_queues_of_one_client_are_full_together(server: FakeServer) -> None:
    budget = Budget(10_000, 5_000)
    send_queues = [
        SendQueue(server.send, WEBSOCKET, 4_000, None, budget.account("somebody")) for _ in range(2)
    ]
    other = SendQueue(server.send, WEBSOCKET, 4_000, None, budget.account("somebody else"))
    server.open.clear()
    for send_queue in (*send_queues, other):
        send_queue.push("a" * 2_000)
    assert not any(send_queue.full for send_queue in (*send_queues, other))
    send_queues[0].push("a" * 1_000)
    assert [send_queue.full for send_queue in (*send_queues, other)] == [True, True, False]
    for send_queue in (*send_queues, other):
        send_queue.abandon()
