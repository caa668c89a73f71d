"""A server at one address that can be killed and started again, and what its lives have said."""

import os
import signal
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any, Self

from tests.faults.clock import Clock
from tests.postgresql import free_port
from tests.server.running import Server, running

SETTINGS: dict[str, Any] = {
    "comments_per_window": 1_000_000,
    "drain": "3s",
    "drain_spread": "300ms",
    "websocket_ping_interval": "1s",
}
ATTEMPTS = 20
LAST_LINES = 30
"""Lines of a log that are told when something has failed."""


class RestartableServer:
    """A server that can be killed and started again, always on the same port."""

    def __init__(self, database_url: str, workers: int, clock: Any = None, **settings: object) -> None:
        self.database_url = database_url
        self.workers = workers
        self.clock: Clock | None = clock
        self._settings = {**SETTINGS, **settings}
        self.port = free_port()
        self.lives: list[Server] = []
        self.exits: list[str] = []
        """How those ended badly that were told to stop."""
        self._running, self._left = ExitStack(), ExitStack()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *error: object) -> None:
        if self.life.process.poll() is None:
            self.stop()
        self._left.close()

    @property
    def life(self) -> Server:
        return self.lives[-1]

    def start(self) -> None:
        arguments = ("--port", str(self.port), "--workers", str(self.workers))
        variables = None if self.clock is None else self.clock.variables
        server = running(self.database_url, *arguments, variables=variables, **self._settings)
        self.lives.append(self._running.enter_context(server))

    def start_when_free(self) -> None:
        """Start as a supervisor does: again and again, for a worker that is just starting may hold the address yet."""
        for _ in range(ATTEMPTS):
            with suppress(AssertionError):
                return self.start()
        return self.start()

    def stop(self) -> None:
        """Tell it to stop."""
        code = self.life.stop()
        self._running.close()
        if code:
            last = [line for line in self.life.log if line.get("event") != "request"][-20:]
            self.exits.append(f"ended with {code}: {last}")

    def kill(self) -> None:
        """As a loss of power would: nobody of the server can do anything more."""
        pids = self.pids()
        for pid in pids:  # the parent first, lest it replace the others
            os.kill(pid, signal.SIGKILL)
        self.life.process.wait()
        self._running.close()

    def orphan(self) -> None:
        """Kill the parent alone: its workers end by themselves, when they have finished."""
        self.life.process.kill()
        self.life.process.wait()
        self._left.push(self._running.pop_all())

    def pids(self) -> list[int]:
        """The parent's, and its workers'."""
        parent = self.life.process.pid
        children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
        return [parent, *map(int, children)]

    def serving(self) -> list[int]:
        """The processes that answer."""
        return self.pids()[1:]

    def last_lines(self) -> list[str]:
        """What each life said last, and how it stands."""
        return [
            f"life {number}, {'running' if (code := life.process.poll()) is None else f'ended with {code}'}: {line}"
            for number, life in enumerate(self.lives)
            for line in [*life.unstructured[-LAST_LINES:], *life.log[-LAST_LINES:]]
        ]

    def complaints(self) -> list[str]:
        """What the logs of all lives have against the server."""
        bugs = [f"a bug: {line}" for life in self.lives for line in life.events("bug")]
        tracebacks = [f"a traceback: {line}" for life in self.lives for line in life.unstructured]
        return bugs + tracebacks + self.exits
