"""As many connections as the system allows, and what happens when there are more."""

import os
import resource
import socket
import time
from pathlib import Path

import httpx
import pytest

from runtime.open_files import MOST_FILES, wanted
from tests.server import running as place
from tests.server.running import CAUSERIE, Server, running
from tests.tools import missing

INFINITE = resource.RLIM_INFINITY
HARD = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
WARNING = "few files may be open"


def limited(monkeypatch: pytest.MonkeyPatch, *limits: str) -> None:
    """Start servers under limits of the shell's."""
    commands = "; ".join(f"ulimit {limit}" for limit in limits)
    monkeypatch.setattr(place, "CAUSERIE", ["sh", "-c", f'{commands}; exec "$@"', "sh", *CAUSERIE])


def soft_limit(pid: int) -> int:
    """How many files a process may have open."""
    limits = Path(f"/proc/{pid}/limits")
    if not limits.exists():
        missing("there is no /proc")
    (line,) = [line for line in limits.read_text().splitlines() if line.startswith("Max open files")]
    return int(line.split()[3])


def cpu_seconds(pid: int) -> float:
    """The processor time that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def warned(server: Server) -> bool:
    return any(str(line.get("event")).startswith(WARNING) for line in server.log)


@pytest.mark.parametrize(
    ("soft", "hard", "expected"),
    [
        (1024, 20_000, 20_000),
        (20_000, 20_000, 20_000),
        (1024, INFINITE, MOST_FILES),
        (1024, 2**30, MOST_FILES),
        (2**21, 2**30, 2**21),
        (INFINITE, INFINITE, INFINITE),
    ],
)
def test_the_limit_is_raised_as_far_as_it_may_be(soft: int, hard: int, expected: int) -> None:
    assert wanted(soft, hard) == expected


@pytest.mark.parametrize("workers", [1, 2])
def test_a_server_and_its_workers_may_have_what_the_system_allows(
    sqlite_url: str, workers: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    limited(monkeypatch, "-S -n 256")
    with running(sqlite_url, workers=workers) as server:
        pids = {server.process.pid, *server.workers()}
        assert {soft_limit(pid) for pid in pids} == {wanted(256, HARD)}
        assert len(pids) == 1 + workers
        assert warned(server) == (HARD < 4096)


def test_a_server_out_of_descriptors_waits_for_some_without_spinning(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    limited(monkeypatch, "-n 64")
    with running(sqlite_url) as server:
        assert warned(server)
        host, port = server.url.removeprefix("http://").split(":")
        crowd = [socket.create_connection((host, int(port))) for _ in range(150)]
        (worker,) = server.workers()
        before = cpu_seconds(worker)
        time.sleep(1.5)
        assert cpu_seconds(worker) - before < 0.5
        for connection in crowd:
            connection.close()
        retrying = httpx.HTTPTransport(retries=10)
        with httpx.Client(base_url=server.url, transport=retrying) as client:
            for _ in range(100):
                if _responses(client):
                    break
                time.sleep(0.05)
            answer = client.post("/graphql", json={"query": "{ posts { totalCount } }"}).json()
        assert answer == {"data": {"posts": {"totalCount": 0}}}


def _responses(client: httpx.Client) -> bool:
    try:
        return client.get("/healthz").is_success
    except httpx.TransportError:
        return False
