"""The outbox alone, on a server that blocks and fails as told."""

import asyncio
from collections.abc import MutableMapping
from typing import Any

import pytest

from live.outbox import Outbox


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


@pytest.fixture
async def wire() -> Wire:
    return Wire()


async def test_a_writable_socket_has_a_frame_at_once_and_without_a_task(wire: Wire) -> None:
    outbox = Outbox(wire.send, 10, None)
    tasks = asyncio.all_tasks()
    outbox.push("a")
    assert (wire.sent, asyncio.all_tasks()) == (["a"], tasks)
    assert outbox.stalled_since is None


async def test_frames_wait_in_order_for_a_socket_that_is_not_writable(wire: Wire) -> None:
    outbox = Outbox(wire.send, 10, None)
    wire.open.clear()
    for frame in "abc":
        outbox.push(frame)
    await asyncio.sleep(0.01)
    assert (wire.sent, outbox.stalled_since is None) == ([], False)
    wire.open.set()
    await outbox.room()
    await asyncio.sleep(0.01)
    assert (wire.sent, outbox.stalled_since) == (["a", "b", "c"], None)
    outbox.push("d")
    assert wire.sent[-1] == "d"


async def test_an_outbox_is_full_when_as_much_waits_as_may(wire: Wire) -> None:
    outbox = Outbox(wire.send, 3, None)
    wire.open.clear()
    ready: list[int] = []
    outbox.push("on its way")
    outbox.push("ab")
    assert not outbox.full
    outbox.push("c")
    assert outbox.full
    outbox.when_ready(lambda: ready.append(len(wire.sent)))
    waiting = asyncio.create_task(outbox.room())
    await asyncio.sleep(0.01)
    assert not waiting.done()
    wire.open.set()
    await waiting
    assert (ready, outbox.full) == ([3], False)


@pytest.mark.parametrize("blocked", [False, True])
async def test_a_peer_that_has_gone_takes_nothing_more(wire: Wire, blocked: bool) -> None:
    outbox = Outbox(wire.send, 3, None)
    wire.error = OSError("gone")
    if blocked:
        wire.open.clear()
    outbox.push("a")
    wire.open.set()
    await asyncio.sleep(0.01)
    assert outbox.closed
    wire.error = None
    outbox.push("b")
    outbox.close(4400, "too late")
    await outbox.last_words()
    assert (wire.sent, wire.closed) == ([], [])


async def test_a_closed_outbox_frees_whoever_waits_for_it(wire: Wire) -> None:
    outbox = Outbox(wire.send, 1, None)
    wire.open.clear()
    outbox.push("a")
    outbox.push("b")
    waiting = asyncio.create_task(outbox.room())
    await asyncio.sleep(0)
    outbox.abandon()
    await waiting
    wire.open.set()
    await asyncio.sleep(0.01)
    assert wire.sent == []


async def test_closing_drops_what_waits_and_says_why(wire: Wire) -> None:
    outbox = Outbox(wire.send, 1, None)
    wire.open.clear()
    outbox.push("a")
    outbox.push("b")
    outbox.close(4431, "why")
    outbox.close(1012, "again")
    wire.open.set()
    await outbox.last_words()
    assert (wire.sent, wire.closed) == ([], [4431])


async def test_closing_does_not_wait_for_ever(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("live.outbox.LAST_WORDS", 0.01)
    outbox = Outbox(wire.send, 1, None)
    wire.open.clear()
    outbox.close(4431, "why")
    await outbox.last_words()
    assert wire.closed == []


async def test_a_server_that_can_kick_closes_at_once(wire: Wire) -> None:
    kicked: list[tuple[int, str]] = []
    outbox = Outbox(wire.send, 1, lambda code, reason: kicked.append((code, reason)))
    wire.open.clear()
    outbox.push("a")
    outbox.close(4431, "why")
    await outbox.last_words()
    assert kicked == [(4431, "why")]
