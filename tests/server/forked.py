"""Servers forked from a process that has loaded the program once: loading it takes longer than most tests do.

That process is multiprocessing's fork server. What it forks has its own arguments, environment and output, as if it
had been executed, and is waited for in the same way.
"""

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from multiprocessing.connection import wait
from multiprocessing.reduction import DupFd
from types import ModuleType
from typing import Any, TextIO

FORKING = multiprocessing.get_context("forkserver")
FORKING.set_forkserver_preload(["server.cli", __name__])


class Forked:
    """A running `causerie`: as much of a `subprocess.Popen` as tests need.

    Args:
        command: what would be executed; the program's own arguments begin after `skipped`.
        environment: all of it.
    """

    def __init__(self, command: list[str], skipped: int, environment: Mapping[str, str]) -> None:
        self.args = command
        self._polled = threading.Lock()
        self.stdout, output = _pipe()
        self.stderr, errors = _pipe()
        program = _Program(command, skipped, dict(environment), (output, errors))
        self._process = FORKING.Process(target=program)
        try:
            with _nothing_of_pytest():
                self._process.start()
        finally:
            os.close(output)
            os.close(errors)
        assert self._process.pid is not None
        self.pid = self._process.pid

    def poll(self) -> int | None:
        """The exit code, if it has ended."""
        with self._polled:
            return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        """The exit code, once it has ended."""
        while (code := self.poll()) is None:
            if not wait([self._process.sentinel], timeout):
                assert timeout is not None
                raise subprocess.TimeoutExpired(self.args, timeout)
        return code

    def send_signal(self, number: int) -> None:
        """Nothing happens when it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


class _Program:
    """The command line, called in the new process."""

    def __init__(
        self, command: list[str], skipped: int, environment: dict[str, str], outputs: tuple[int, int]
    ) -> None:
        self._command = command
        self._skipped = skipped
        self._environment = environment
        self._outputs = outputs

    def __reduce__(self) -> tuple[object, ...]:
        sent = tuple(DupFd(each) for each in self._outputs)
        return _received, (self._command, self._skipped, self._environment, sent)

    def __call__(self) -> None:
        for number, output in enumerate(self._outputs, start=1):
            os.dup2(output, number)
            os.close(output)
        os.environ.clear()
        os.environ.update(self._environment)
        sys.orig_argv = self._command
        sys.argv = ["causerie", *self._command[self._skipped :]]

        from server.cli import main  # noqa: PLC0415 - only where it was loaded before

        main()


def _received(
    command: list[str], skipped: int, environment: dict[str, str], sent: tuple[Any, Any]
) -> _Program:
    output, errors = (each.detach() for each in sent)
    return _Program(command, skipped, environment, (output, errors))


@contextmanager
def _nothing_of_pytest() -> Iterator[None]:
    """Multiprocessing would load the main module of this process in the new one, too."""
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


def _pipe() -> tuple[TextIO, int]:
    read, write = os.pipe()
    return os.fdopen(read), write
