"""A database that does not answer does not keep the server from stopping."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.postgresql import Server as Postgresql
from tests.server.running import command, running


@pytest.fixture
def postgresql() -> Iterator[Postgresql]:
    server = Postgresql.start()
    try:
        yield server
    finally:
        server.stop()


@contextmanager
def stopped(postgresql: Postgresql) -> Iterator[None]:
    """All its processes stand still: whoever asks waits for ever."""
    parent = postgresql.process.pid
    pids = [parent, *map(int, Path(f"/proc/{parent}/task/{parent}/children").read_text().split())]
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


def test_the_server_stops_though_its_database_does_not_answer(postgresql: Postgresql) -> None:
    """Before the parent of several workers loses its patience with them."""
    url = postgresql.create_database("blog")
    assert command("migrate", "--database", url).returncode == 0
    with running(url, workers=2, drain="500ms") as server:
        assert httpx.get(f"{server.url}/readyz").status_code == 200
        with stopped(postgresql):
            assert server.stop() == 0
    given_up = "stopped without closing everything, for something takes too long"
    assert len(server.events(given_up)) + len(server.events("stopped")) == 2
    assert all("CAUSERIE_DRAIN" in line["advice"] for line in server.events(given_up))
    assert server.unstructured == []
