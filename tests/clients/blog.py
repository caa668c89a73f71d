"""A blog whose server comes and goes, and what followers should have heard of it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from tests.clients.requests import comment, newest_post, sign_in
from tests.server.conftest import CHEAP
from tests.server.running import Server, running


def bodies(lines: list[Any]) -> list[str]:
    return [line["comment"]["body"] for line in lines if line != "connected"]


def connected(times: int) -> Callable[[list[Any]], bool]:
    return lambda lines: lines.count("connected") >= times


class Blog:
    """One blog in several lives of its server, always at the same address; and what was written to it."""

    def __init__(self, database_url: str, **settings: object) -> None:
        self.written: list[str] = []
        self._database = database_url
        self._port = "0"
        self._settings = CHEAP | settings

    @contextmanager
    def running(self, *arguments: str, port: str | None = None) -> Iterator[Server]:
        with running(
            self._database, "--port", port or self._port, *arguments, **self._settings
        ) as self.server:
            if self._port == "0":
                self._port = self.server.url.rpartition(":")[2]
                self.post, self._token = newest_post(self.server), sign_in(self.server, "julien")
            yield self.server

    def write(self, times: int) -> None:
        for _ in range(times):
            body = f"Comment {len(self.written)}"
            comment(self.server, self._token, self.post, body)
            self.written.append(body)

    def kill(self) -> None:
        self.server.process.kill()
        self.server.process.wait()

    def all_was_heard(self, lines: list[Any]) -> bool:
        return bodies(lines) == self.written
