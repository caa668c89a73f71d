"""Several workers on one listening socket: started, replaced when they die, told to stop, waited for.

The parent serves nobody. It has no thread and no event loop, so it can fork at any time; what it hears, signals
and its workers' pipes, wakes one `select`.
"""

import gc
import os
import select
import signal
import socket
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import NoReturn

import structlog

from server.signals import HASTE, ORDERS, Ears, deafen, listen

ECHO = 1.0
"""Seconds in which the same order may come again by another way: to the process, and to the group it is in."""
STEADY = 10.0
"""Seconds: who has worked for so long is replaced at once when they die."""
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 10.0
_log = structlog.stdlib.get_logger("causerie")


class CrewError(Exception):
    """The workers do not work; the message says how they ended."""


@dataclass(frozen=True, slots=True)
class Line:
    """What a worker has of its parent: a pipe to say that it is ready, and one that ends when the parent does."""

    ready: int
    parent: int

    def say_ready(self) -> None:
        """Requests are answered from now on."""
        os.write(self.ready, b"!")
        os.close(self.ready)


@dataclass(slots=True)
class Place:
    """A worker's place. `ready` is the pipe it has not yet been heard on; `due` is when it may be filled (again)."""

    pid: int | None = None
    ready: int | None = None
    since: float = 0.0
    due: float = 0.0
    failures: int = 0


class Crew:
    """The workers of one server.

    Args:
        size: how many.
        listener: what they share; the parent lets go of it when they are told to stop.
        work: what each does, in a process of its own. It begins deaf, lets signals in by `listen`, and ends with
            success when SIGTERM tells it to, or `HASTE`.
        patience: seconds that they have for ending.
    """

    def __init__(
        self, size: int, listener: socket.socket, work: Callable[[Line], None], patience: float
    ) -> None:
        self._listener = listener
        self._work = work
        self._patience = patience
        self._places = [Place() for _ in range(size)]
        self._complete = False
        self._stopping = False
        self._told_at = self._deadline = 0.0
        self._unclean: list[str] = []

    def run(self, complete: Callable[[], None]) -> None:
        """Work until a signal says to stop; `complete` is called when everybody is ready for the first time.

        Raises:
            CrewError: a worker died before they were complete, or did not end well.
        """
        with Ears() as ears:
            parent, self._life = os.pipe()
            try:
                while not self._stopping or any(place.pid for place in self._places):
                    self._fill(ears, parent)
                    for order in ears.listen(self._silent(), self._pause()):
                        self._obey(order)
                    self._hear()
                    self._bury()
                    if not self._complete and all(
                        place.pid and place.ready is None for place in self._places
                    ):
                        self._complete = True
                        complete()
            finally:
                os.close(self._life)
                os.close(parent)
        if self._unclean:
            raise CrewError(self._unclean[0])

    def _fill(self, ears: Ears, parent: int) -> None:
        for place in self._places:
            if place.pid is None and not self._stopping and place.due <= time.monotonic():
                try:
                    self._start(place, ears, parent)
                except OSError as error:  # the system is short of something: later, perhaps
                    _log.warning("no worker can be started", reason=error.strerror)
                    self._put_off(place)

    def _start(self, place: Place, ears: Ears, parent: int) -> None:
        place.since = time.monotonic()
        place.ready, ready = os.pipe()
        gc.freeze()  # what no collection visits stays shared
        sys.stdout.flush()
        deafen()
        try:
            place.pid = os.fork()
            if place.pid == 0:
                ears.forget()
                os.close(self._life)
                self._work_and_exit(Line(ready, parent))
        finally:
            listen()
            os.close(ready)
        _log.info("worker started", pid=place.pid)

    def _work_and_exit(self, line: Line) -> NoReturn:
        """A worker's whole life; nothing of the parent's goes on in it, whatever happens."""
        code = 1
        try:
            self._work(line)
            code = 0
        except SystemExit as ending:
            code = ending.code if isinstance(ending.code, int) else 1
        except BaseException:  # noqa: BLE001 - nothing may come back into the parent's code
            _log.exception("worker failed")
        finally:
            os._exit(code)

    def _silent(self) -> list[int]:
        return [place.ready for place in self._places if place.ready is not None]

    def _pause(self) -> float | None:
        """Seconds until something is due by itself."""
        waiting = [place.due for place in self._places if place.pid is None]
        moments = [self._deadline] if self._stopping else waiting
        return max(0.0, min(moments) - time.monotonic()) if moments else None

    def _obey(self, order: int) -> None:
        """Stop; a second order, some time later, does not wait."""
        if order not in ORDERS:
            return
        now = time.monotonic()
        if not self._stopping:
            self._stopping, self._told_at = True, now
            self._deadline = now + self._patience
            self._listener.close()
            _log.info("stopping the workers", signal=signal.Signals(order).name)
            self._tell(signal.SIGTERM)
        elif now > self._told_at + ECHO:
            self._tell(HASTE)

    def _tell(self, order: signal.Signals) -> None:
        for place in self._places:
            if place.pid is not None:
                os.kill(place.pid, order)

    def _hear(self) -> None:
        """Note who is ready; a pipe that ends without a word has lost its worker."""
        silent = self._silent()
        spoken = set(select.select(silent, [], [], 0)[0]) if silent else set()
        for place in self._places:
            if place.ready in spoken and os.read(place.ready, 1):
                self._hang_up(place)

    def _hang_up(self, place: Place) -> None:
        if place.ready is not None:
            os.close(place.ready)
            place.ready = None

    def _bury(self) -> None:
        if self._stopping and time.monotonic() >= self._deadline:
            self._tell(signal.SIGKILL)
            self._deadline += self._patience
        for place in self._places:
            if place.pid is not None:
                pid, status = os.waitpid(place.pid, os.WNOHANG)
                if pid:
                    self._lose(place, os.waitstatus_to_exitcode(status))

    def _lose(self, place: Place, code: int) -> None:
        """A worker has ended: well, if it was told to; otherwise its place will be filled again."""
        pid, place.pid = place.pid, None
        was_ready = place.ready is None
        self._hang_up(place)
        if self._stopping:
            if code:
                self._unclean.append(f"Worker {pid} {_ending(code)} when it was told to stop.")
        elif not was_ready and not self._complete:
            self._unclean.append(f"Worker {pid} {_ending(code)} before it could serve: the log says why.")
            self._obey(signal.SIGTERM)
        else:
            _log.warning("worker died", pid=pid, how=_ending(code))
            self._put_off(place, steady=was_ready and time.monotonic() - place.since >= STEADY)

    def _put_off(self, place: Place, *, steady: bool = False) -> None:
        """Say when a place may be filled again: the later, the more often it was in vain."""
        self._hang_up(place)
        place.failures = 0 if steady else place.failures + 1
        pause = min(FIRST_PAUSE * 2 ** (place.failures - 1), LONGEST_PAUSE) if place.failures else 0.0
        place.due = time.monotonic() + pause


def _ending(code: int) -> str:
    return f"was killed by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"
