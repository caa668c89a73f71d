"""The real server in a process of its own, on a free port."""

import io
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

from server.cli import main
from tests.server.forked import Forked

ROOT = Path(__file__).parents[2]
EXECUTED = [sys.executable, "-m", "server"]
CAUSERIE = EXECUTED
START_TIMEOUT = 60.0
STOP_TIMEOUT = 30.0


@dataclass
class Server:
    process: subprocess.Popen[str] | Forked
    url: str = ""
    log: list[dict[str, Any]] = field(default_factory=list)
    unstructured: list[str] = field(default_factory=list)
    """What was written to standard error and is no JSON."""

    @property
    def graphql(self) -> str:
        return f"{self.url}/graphql"

    @property
    def socket(self) -> str:
        return self.graphql.replace("http", "ws", 1)

    def workers(self) -> set[int]:
        """The processes that answer, those that have ended included."""
        return {line["pid"] for line in self.events("worker started")}

    def events(self, name: str) -> list[dict[str, Any]]:
        return [line for line in list(self.log) if line.get("event") == name]

    def requests(self, operation: str, count: int) -> list[dict[str, Any]]:
        """The lines of an operation's requests, when there are so many: the log is read beside the tests."""
        deadline = time.monotonic() + START_TIMEOUT
        while (
            len(found := [line for line in self.events("request") if line["operation"] == operation]) < count
        ):
            assert time.monotonic() < deadline, found
            time.sleep(0.02)
        return found

    def until(self, fits: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The first line of the log that fits, now or soon."""
        deadline = time.monotonic() + START_TIMEOUT
        while not (found := [line for line in list(self.log) if fits(line)]):
            assert time.monotonic() < deadline, self.log
            time.sleep(0.02)
        return found[0]

    def ask_to_stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)

    def stop(self) -> int:
        """The exit code after SIGTERM."""
        if self.process.poll() is None:
            self.ask_to_stop()
        try:
            return self.process.wait(STOP_TIMEOUT)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise


def environment(**settings: object) -> dict[str, str]:
    """This process's environment with these settings and no others."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CAUSERIE_")}
    kept["PYTHONPATH"] = str(ROOT)
    return kept | {f"CAUSERIE_{name.upper()}": str(value) for name, value in settings.items()}


@contextmanager
def running(
    database_url: str, *arguments: str, variables: Any = None, **settings: object
) -> Iterator[Server]:
    """A server on the database; settings go through its environment, `variables` too. It is stopped at the end."""
    process = _started(
        ["serve", "--port", "0", "--database", database_url, *arguments],
        environment(log_format="json", **settings),
        variables,
    )
    server = Server(process)
    ready = threading.Event()
    readers = [
        threading.Thread(target=_read_log, args=(server, ready), daemon=True),
        threading.Thread(target=lambda: list(process.stdout or ()), daemon=True),
    ]
    for reader in readers:
        reader.start()
    try:
        if not ready.wait(START_TIMEOUT) or not server.url:
            raise AssertionError(f"the server did not start: {server.log} {server.unstructured}")
        yield server
    finally:
        server.stop()
        for reader in readers:
            reader.join()
        for pipe in (process.stdout, process.stderr):
            if pipe is not None:
                pipe.close()


def _started(
    arguments: list[str], settings: dict[str, str], variables: dict[str, str] | None
) -> subprocess.Popen[str] | Forked:
    """Forked, unless it has to be a program that is executed: another one, or one whose loading is changed."""
    command = [*CAUSERIE, *arguments]
    if (
        variables is None
        and CAUSERIE is EXECUTED
        and not any(name.startswith("COVERAGE") for name in settings)
    ):
        return Forked(command, len(CAUSERIE), settings)
    return subprocess.Popen(
        command,
        env=settings | (variables or {}),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _read_log(server: Server, ready: threading.Event) -> None:
    for line in server.process.stderr or ():
        try:
            event = json.loads(line)
        except ValueError:
            server.unstructured.append(line)
            continue
        server.log.append(event)
        if event.get("event") == "serving":
            server.url = event["url"]
            ready.set()
    ready.set()


def command(
    *arguments: str, stdin: str = "", apart: bool = False, **settings: object
) -> subprocess.CompletedProcess[str]:
    """A command, run to its end: in this process, which saves a second, unless it should be `apart`."""
    run = _run_apart if apart else _run_here
    return run(list(arguments), stdin, environment(**settings))


def _run_apart(
    arguments: list[str], stdin: str, variables: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*CAUSERIE, *arguments],
        input=stdin,
        env=variables,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def _run_here(
    arguments: list[str], stdin: str, variables: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    output, errors = io.StringIO(), io.StringIO()
    with (
        mock.patch.dict(os.environ, variables, clear=True),
        mock.patch.object(sys, "argv", ["causerie", *arguments]),
        mock.patch.object(sys, "stdin", io.StringIO(stdin)),
        redirect_stdout(output),
        redirect_stderr(errors),
    ):
        try:
            main()
        except SystemExit as ended:
            code = ended.code
    assert isinstance(code, int)
    return subprocess.CompletedProcess(arguments, code, output.getvalue(), errors.getvalue())


def is_one_line(text: str) -> bool:
    return re.fullmatch(r"[^\n]+\n", text) is not None
