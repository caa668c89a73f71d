"""Memory under way on the real server, with little of it: who holds much waits, is refused, and is in nobody's way."""

import contextlib
import json
import os
import socket
import struct
import sys
import time
from base64 import b64encode
from collections.abc import Iterator
from typing import Any

import pytest

from tests.server.conftest import CHEAP
from tests.server.running import Server, running

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="each address of 127.0.0.0/8 is there on Linux alone"
)

MIB = 2**20
GREEDY, OTHER = "127.0.0.2", "127.0.0.3"
LITTLE = {"inflight_limit": "16MiB", "answer_cache": 0, **CHEAP}
SOME = LITTLE | {"inflight_limit": "48MiB"}
"""Enough for answers of which the kernel, which takes 4 MiB, has but a part."""
TINY = "{ site { title } categories { name } }"
PATIENCE = 60.0


class Client:
    """A connection that reads only when it is told to, with a small buffer in its kernel."""

    def __init__(self, server: Server, address: str) -> None:
        self.socket = socket.socket()
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.socket.settimeout(PATIENCE)
        self.socket.bind((address, 0))
        host, port = server.url.removeprefix("http://").split(":")
        self.socket.connect((host, int(port)))

    def ask(self, query: str, accept: str = "application/json") -> None:
        body = json.dumps({"query": query}).encode()
        self.begin(len(body), body, accept)

    def begin(self, length: int, body: bytes, accept: str = "application/json") -> None:
        head = "POST /graphql HTTP/1.1\r\nHost: blog\r\nContent-Type: application/json\r\n"
        head += f"Accept: {accept}\r\nContent-Length: {length}\r\n\r\n"
        self.socket.sendall(head.encode() + body)

    def hear(self) -> tuple[bytes, bytes]:
        """The whole answer: its head and its body."""
        heard = b""
        while b"\r\n\r\n" not in heard:
            heard += self._more()
        head, _, body = heard.partition(b"\r\n\r\n")
        length = next(
            int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length")
        )
        pieces, left = [body], length - len(body)
        while left > 0:
            pieces.append(self._more())
            left -= len(pieces[-1])
        return head, b"".join(pieces)

    def begins(self) -> bytes:
        """The first bytes of the answer, some of its body among them, which go on waiting in the kernel."""
        assert _eventually(lambda: self._peek().partition(b"\r\n\r\n")[2])
        return self._peek()

    def _peek(self) -> bytes:
        return self.socket.recv(1000, socket.MSG_PEEK)

    def close(self) -> None:
        self.socket.close()

    def _more(self) -> bytes:
        more = self.socket.recv(65536)
        if not more:
            raise EOFError
        return more


@contextlib.contextmanager
def clients(server: Server, count: int, address: str = GREEDY) -> Iterator[list[Client]]:
    opened: list[Client] = []
    try:
        opened.extend(Client(server, address) for _ in range(count))
        yield opened
    finally:
        for client in opened:
            client.close()


def answer_to(server: Server, query: str, address: str = OTHER) -> dict[str, Any]:
    with clients(server, 1, address) as (client,):
        client.ask(query)
        answer: dict[str, Any] = json.loads(client.hear()[1])
    return answer


def wide(server: Server, size: int) -> str:
    """A query whose answer has about so many bytes; the more they are, the less of it waits in the kernel's buffers."""
    one = len(json.dumps(answer_to(server, "{ posts { nodes { body } } }")))
    aliases = " ".join(f"b{number}: body" for number in range(max(1, min(450, size // one))))
    return f"{{ posts {{ nodes {{ {aliases} }} }} }}"


@pytest.fixture(scope="module")
def hasty(module_sqlite_url: str) -> Iterator[Server]:
    """A server that refuses soon, and cuts off nobody."""
    with running(module_sqlite_url, "--demo", **LITTLE, connection_wait="500ms") as server:
        yield server


def test_unread_answers_are_as_many_as_there_is_room_for(database_url: str) -> None:
    with running(database_url, "--demo", **SOME, connection_wait="500ms") as server:
        query = wide(server, 10 * MIB)
        with clients(server, 12) as unread:
            for client in unread:
                client.ask(query)
            responses = [client.begins() for client in unread]
            assert 1 <= sum(b'\r\n\r\n{"data":' in answer for answer in responses) <= 2
            assert any(b'"code":"OVERLOADED"' in answer for answer in responses)
            assert answer_to(server, TINY)["data"]["site"], "the neighbour is answered"
        for _ in range(3):
            assert "errors" not in answer_to(server, query, GREEDY), "what has been let go is there again"


def test_a_peer_that_reads_nothing_loses_its_connection(sqlite_url: str) -> None:
    patience = {"connection_wait": "50s", "stall_timeout": "1s"}
    with running(sqlite_url, "--demo", **SOME, **patience) as server:
        query = wide(server, 10 * MIB)
        with clients(server, 4) as unread:
            for client in unread:
                client.ask(query)
            for client in unread:
                assert client.begins().startswith(b"HTTP/1.1 200"), (
                    "each has its turn when the others are cut off"
                )
            assert "errors" not in answer_to(server, query, GREEDY)


def test_bodies_that_do_not_end_are_refused(hasty: Server) -> None:
    with clients(hasty, 20) as halves:
        for client in halves:
            client.begin(MIB - 1000, b"x" * 900_000)
        # Those that are not refused have 8 MiB at most: the others are 11 and more.
        responses = _heard(halves, 11)
        assert all(
            answer.startswith(b"HTTP/1.1 503") and b"\r\nretry-after: " in answer for answer in responses
        )
        assert all(b'"code":"OVERLOADED"' in answer for answer in responses)
        assert answer_to(hasty, TINY)["data"]["site"]
    assert _eventually(lambda: "errors" not in answer_to(hasty, wide(hasty, 4 * MIB), GREEDY))


def test_the_limit_is_for_the_whole_answer(hasty: Server) -> None:
    fields = wide(hasty, 4 * MIB).strip("{} ")
    query = "{" + " ".join(f"f{number}: {fields} }} }}" for number in range(2)) + "}"
    answer = answer_to(hasty, query)
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["TOO_LARGE"]
    assert answer["data"] is None


def test_halves_of_messages_are_refused(hasty: Server) -> None:
    with clients(hasty, 180) as sockets:
        for client in sockets:
            _shake_hands(client)
            client.socket.sendall(struct.pack("!BBH", 0x81, 0x80 | 126, 65_000) + bytes(4) + b" " * 60_000)
        # 8 MiB are for 140 of them at most.
        assert all(b"\x03\xf5" in frame for frame in _heard(sockets, 40)), "closed with 1013"
        assert answer_to(hasty, TINY)["data"]["site"]


def test_what_connections_had_under_way_goes_with_them(hasty: Server) -> None:
    """Half a message; an answer that is not read when its connection becomes a websocket's."""
    for _ in range(180):  # 60 kB each, of the 8 MiB that are for one client
        with clients(hasty, 1) as (client,):
            _shake_hands(client)
            client.socket.sendall(struct.pack("!BBH", 0x81, 0x80 | 126, 65_000) + bytes(4) + b" " * 60_000)
    query = wide(hasty, 2 * MIB)
    for _ in range(8):
        with clients(hasty, 1) as (client,):
            client.ask(query)
            client.begins()
            client.socket.sendall(HANDSHAKE)
    assert _eventually(lambda: "errors" not in answer_to(hasty, wide(hasty, 4 * MIB), GREEDY))
    assert hasty.unstructured == []


def test_an_event_stream_holds_nothing_of_the_request_that_opened_it(hasty: Server) -> None:
    subscription = 'subscription { commentAdded(post: "post_1") { id } } #' + "x" * 6_000
    with contextlib.ExitStack() as opened:

        def opens(number: int) -> bool:
            """Those before it may still be on their way to let go of what was made of their documents."""
            (client,) = opened.enter_context(clients(hasty, 1))
            client.ask(f"{subscription}{number}", accept="text/event-stream")
            return client.socket.recv(1000).startswith(b"HTTP/1.1 200")

        for number in range(25):  # 0.8 MB each, of the 8 MiB that are for one client
            assert _eventually(lambda number=number: opens(number))
        assert _eventually(lambda: "errors" not in answer_to(hasty, wide(hasty, 4 * MIB), GREEDY))


def test_answers_on_sockets_are_counted_together(hasty: Server) -> None:
    query = wide(hasty, 4 * MIB)
    with clients(hasty, 4) as sockets:
        for client in sockets:
            _shake_hands(client)
            client.socket.sendall(_frame({"type": "connection_init"}))
            assert b"connection_ack" in client.socket.recv(1000)
            for number in range(5):
                message = {"type": "subscribe", "id": str(number), "payload": {"query": query}}
                client.socket.sendall(_frame(message))
        assert _eventually(lambda: bool(hasty.until(_refused)))
        assert answer_to(hasty, TINY)["data"]["site"]


def _refused(line: dict[str, Any]) -> bool:
    return "takes as much memory as it may" in line["event"]


def _heard(clients: list[Client], count: int) -> list[bytes]:
    """What the first of them to hear anything have heard, when they are so many."""
    heard: dict[Client, bytes] = {}

    def listen() -> bool:
        for client in clients:
            client.socket.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                heard.setdefault(client, client.socket.recv(4096))
        return len(heard) >= count

    assert _eventually(listen), len(heard)
    return list(heard.values())


def _eventually(is_so: Any) -> bool:
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


HANDSHAKE = (
    b"GET /graphql HTTP/1.1\r\nHost: blog\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: " + b64encode(os.urandom(16)) + b"\r\nSec-WebSocket-Version: 13\r\n"
    b"Sec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n"
)


def _shake_hands(client: Client) -> None:
    client.socket.sendall(HANDSHAKE)
    assert client.socket.recv(1000).startswith(b"HTTP/1.1 101")


def _frame(message: dict[str, Any]) -> bytes:
    text = json.dumps(message).encode()
    return struct.pack("!BBH", 0x81, 0x80 | 126, len(text)) + bytes(4) + text
