"""Connections that ask for nothing: how long they may wait, how many there may be, and who makes room for whom."""

import re
import select
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, ExitStack
from functools import partial
from itertools import product
from typing import Any

import httpx
import pytest

from server.config.request_policy import RequestPolicy
from server.protocol.idle_connections import ADDRESS_CROWDED, ALL_FULL, ClientConnection, IdleConnections
from tests.runtime.test_open_files import limited
from tests.server.graphql_client import socket as websocket
from tests.server.protocol.test_http_protocol import HEAD, QUERY, request
from tests.server.protocol.test_limits import PLAIN, handshake, refused
from tests.server.running import Server, running

UNFINISHED = HEAD + b"Content-Length: 100\r\n\r\n"
CHUNKS = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
PATIENT = 60.0
"""Seconds in which what should end after one or two has ended, on however busy a machine."""


def opened(server: Server) -> socket.socket:
    host, port = server.url.removeprefix("http://").split(":")
    return socket.create_connection((host, int(port)), timeout=PATIENT)


def answered(connection: socket.socket) -> bool:
    """Whether there comes a good answer."""
    heard = b""
    while (part := connection.recv(65536)) and b"Causerie" not in (heard := heard + part):
        pass
    return heard.startswith(b"HTTP/1.1 200")


def heard_of(server: Server, first: bytes, drip: bytes) -> bytes:
    """What a client hears until the server ends it, that sends something at once and then a bit now and then."""
    with opened(server) as connection:
        connection.sendall(first)
        ended = threading.Event()

        def go_on() -> None:
            while drip and not ended.wait(0.2):
                try:
                    connection.sendall(drip)
                except OSError:
                    return

        threading.Thread(target=go_on, daemon=True).start()
        heard = b""
        while part := connection.recv(65536):
            heard += part
        ended.set()
        return heard


@pytest.fixture(scope="module")
def impatient(module_sqlite_url: str) -> Iterator[Server]:
    with running(module_sqlite_url, request_timeout="500ms", keep_alive="1s") as server:
        yield server


HALVES = [HEAD, b"POST /gra", b"GET / HTTP/1.1\r\nX: ", handshake(*PLAIN)[:-2] + b"X: ", UNFINISHED]
NEITHER = [
    (b"", b"", []),
    (b"", b"\r\n", []),
    (request(QUERY), b"", [200]),
    (request(QUERY), b"\r\n", [200]),
    (request(QUERY) + HEAD, b"X", [200, 408]),
    (request(QUERY) + UNFINISHED, b"", [200, 408]),
    (CHUNKS, b"1\r\n \r\n", [408]),
    (HEAD + b"Expect: 100-continue\r\nContent-Length: 9\r\n\r\n", b"", [100, 408]),
    (HEAD + b"Content-Length: 100000000\r\n\r\n", b" ", [413]),
    (UNFINISHED.replace(b"/graphql", b"/healthz"), b" ", [405]),
]


def test_half_a_request_is_answered_in_time(impatient: Server) -> None:
    """Whether nothing more comes of it or a bit now and then."""
    cases = list(product(HALVES, (b"", b"x")))
    with ThreadPoolExecutor(len(cases)) as clients:
        for heard in clients.map(lambda case: heard_of(impatient, *case), cases):
            refused(heard, 408, "TIMEOUT")


def test_no_connection_waits_for_ever(impatient: Server) -> None:
    """Each request has one answer, and what is not one ends without."""
    with ThreadPoolExecutor(len(NEITHER)) as clients:
        heard = list(clients.map(lambda case: heard_of(impatient, *case[:2]), NEITHER))
    found = [[int(status) for status in re.findall(rb"HTTP/1\.1 (\d+)", each)] for each in heard]
    assert found == [responses for _, _, responses in NEITHER]


def test_late_requests_are_in_the_log(impatient: Server) -> None:
    for half, mark in ((HEAD, "late-head"), (UNFINISHED, "late-body")):
        heard_of(impatient, half.replace(b"Host:", b"X-Request-Id: %b\r\nHost:" % mark.encode()), b"")
    for mark in ("late-head", "late-body"):
        assert impatient.until(partial(named, mark))["status"] == 408


def named(mark: str, line: dict[str, Any]) -> bool:
    return line.get("request_id") == mark


def test_a_connection_may_be_idle_for_longer_than_a_request_may_take(sqlite_url: str) -> None:
    """Proxies keep theirs for a minute; the longest pause is theirs."""
    with running(sqlite_url, request_timeout="100ms") as server, opened(server) as connection:
        for _ in range(2):
            connection.sendall(request(QUERY))
            assert answered(connection)
            time.sleep(1.5)


class Caller:
    """A connection that has waited since a moment, or has something under way."""

    def __init__(self, host: str, since: float | None) -> None:
        self.client: tuple[str, int] | None = (host, 1)
        self._since = since
        self.gone = self.faulty = False

    @property
    def idle_since(self) -> float | None:
        return self._since

    def check_liveness(self, now: float) -> None:
        assert now > 0
        if self.faulty:
            raise ZeroDivisionError

    def evict(self) -> None:
        self.gone = True


def crowd(host: str, count: int) -> list[Caller]:
    return [Caller(host, number / 1000) for number in range(count)]


async def looked_after(idle_connections: IdleConnections, *callers: Caller) -> None:
    await idle_connections._check_liveness(set[ClientConnection](callers))  # noqa: SLF001 - a round, without waiting for it


async def test_of_too_many_idle_connections_those_that_waited_longest_go() -> None:
    here, there = crowd("192.0.2.1", 10), crowd("192.0.2.2", 3)
    busy = [Caller("192.0.2.1", None) for _ in range(10)]
    await looked_after(IdleConnections(RequestPolicy(per_address=4)), *here, *there, *busy)
    assert [each.gone for each in here] == [True] * 6 + [False] * 4
    assert not any(each.gone for each in [*there, *busy])


async def test_networks_of_one_customer_are_one_address_and_proxies_none() -> None:
    idle_connections = IdleConnections(
        RequestPolicy(per_address=4), proxies=("192.0.2.0/24", "2001:db8::/32")
    )
    mapped = [Caller(f"2001:db9::{number:x}", number / 1000) for number in range(6)]
    proxies = [*crowd("192.0.2.9", 20), *crowd("::ffff:192.0.2.9", 20), *crowd("2001:db8::1", 20)]
    await looked_after(idle_connections, *mapped, *proxies)
    assert sum(each.gone for each in mapped) == 2
    assert not any(each.gone for each in proxies)


async def test_one_that_cannot_be_looked_after_costs_the_others_nothing() -> None:
    here = crowd("192.0.2.1", 10)
    here[3].faulty = here[7].faulty = True
    await looked_after(IdleConnections(RequestPolicy(per_address=4)), *here)
    assert sum(each.gone for each in here) == 6


async def test_a_newcomer_gets_the_place_of_one_who_waits() -> None:
    idle_connections = IdleConnections(room=10)
    crowded, polite = crowd("192.0.2.1", 8), crowd("192.0.2.2", 2)
    newcomer = Caller("192.0.2.3", 9.0)
    assert idle_connections.admit(newcomer, {*crowded[:-1], *polite, newcomer})
    assert not any(each.gone for each in crowded)
    assert idle_connections.admit(newcomer, {*crowded, *polite, newcomer})
    assert [each.gone for each in crowded] == [True] + [False] * 7
    assert not any(each.gone for each in [*polite, newcomer])
    busy = [Caller("192.0.2.1", None) for _ in range(10)]
    assert not idle_connections.admit(newcomer, {*busy, newcomer})
    assert not newcomer.gone


def test_a_crowd_of_connections_that_ask_nothing_leaves_room_for_requests(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether they are silent or in the middle of a head; those who ask are answered, each at the first try."""
    limited(monkeypatch, "-n 128")
    with running(sqlite_url) as server, ExitStack() as closing:
        for number in range(600):
            connection = closing.enter_context(opened(server))
            if number % 2:
                connection.sendall(HEAD)
            if number % 20 == 0:
                assert httpx.post(server.graphql, json={"query": "{ __typename }"}).status_code == 200
        assert len(server.events(ALL_FULL)) == 1
        assert server.stop() == 0
    assert [line for line in server.log if "exception" in line] == []
    assert server.unstructured == []


async def test_sockets_leave_room_for_requests(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    limited(monkeypatch, "-n 128")
    with running(sqlite_url) as server:
        async with AsyncExitStack() as opened, httpx.AsyncClient() as client:
            sockets = [await opened.enter_async_context(websocket(server)) for _ in range(90)]
            assert await sockets[-1].closed() == 4433
            asked = {"query": "subscription { commentFeed { __typename } }"}
            accept = {"accept": "text/event-stream"}
            answer = await client.get(server.graphql, params=asked, headers=accept)
            assert (answer.status_code, "retry-after" in answer.headers) == (503, True)
            answer = await client.post(server.graphql, json={"query": "{ __typename }"})
            assert answer.status_code == 200
        told = [line for line in server.log if "live connections and no more are taken" in str(line["event"])]
        assert len(told) == 1


def test_idle_connections_of_one_address_are_counted(sqlite_url: str) -> None:
    """Requests on the others go on."""
    with running(sqlite_url, connections_per_address=3) as server, ExitStack() as closing:
        idle = [closing.enter_context(opened(server)) for _ in range(8)]
        ended: list[socket.socket] = []
        while len(ended) < 5:
            ended, _, _ = select.select(idle, [], [], PATIENT)
        server.until(lambda line: line["event"] == ADDRESS_CROWDED)  # the log is read beside the tests
        assert len(server.events(ADDRESS_CROWDED)) == 1
        assert [connection.recv(10) for connection in ended] == [b""] * 5
        for connection in set(idle) - set(ended):
            connection.sendall(request(QUERY))
            assert answered(connection)
