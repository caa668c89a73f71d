"""Several workers on one listening socket: started, replaced when they die or are old, told to stop, waited for.

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
from typing import NoReturn

import structlog

from server.places import Line, Place
from server.renewal import Renewal
from server.signals import HASTE, ORDERS, RENEWAL, Ears, deafen, hung_up, listen

ECHO = 1.0
"""Seconds in which the same order may come again by another way: to the process, and to the group it is in."""
STEADY = 10.0
"""Seconds: who has worked for so long is replaced at once when they die."""
TRIAL = 60.0
"""Seconds in which a worker of a new program is ready, on however busy a machine; then it never will be."""
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 10.0
_log = structlog.stdlib.get_logger("causerie")


class CrewError(Exception):
    """The workers do not work; the message says how they ended."""


class Crew:
    """The workers of one server.

    Args:
        size: how many.
        listener: what they share; the parent lets go of it when they are told to stop.
        work: what each does, in a process of its own. It begins deaf, lets signals in by `listen`, and ends with
            success when SIGTERM tells it to, or `HASTE`.
        work_anew: the same, by the program as it is now, which may be another one than this process runs.
        patience: seconds that they have for ending.
    """

    def __init__(
        self,
        size: int,
        listener: socket.socket,
        work: Callable[[Line], None],
        work_anew: Callable[[Line], None],
        patience: float,
    ) -> None:
        self._listener = listener
        self._work = work
        self._work_anew = work_anew
        self._patience = patience
        self._places = [Place() for _ in range(size)]
        self._renewal = Renewal(self._places, patience)
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
                    if not self._complete and all(place.serves for place in self._places):
                        self._complete = True
                        complete()
                    if self._complete and not self._stopping:
                        self._renewal.go_on()
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
        place.due = place.since + TRIAL
        place.ready, ready = os.pipe()
        gc.freeze()  # what no collection visits stays shared
        sys.stdout.flush()
        deafen()
        try:
            place.pid = os.fork()
            if place.pid == 0:
                ears.forget()
                os.close(self._life)
                work = self._work_anew if self._renewal.concerns(place) else self._work
                self._exit_after(work, Line(ready, parent))
        finally:
            listen()
            os.close(ready)
        _log.info("worker started", pid=place.pid)

    def _exit_after(self, work: Callable[[Line], None], line: Line) -> NoReturn:
        """A worker's whole life; nothing of the parent's goes on in it, whatever happens."""
        code = 1
        try:
            work(line)
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
        waiting = [place.due for place in self._places if place.pid is None or place.limited]
        moments = [self._deadline] if self._stopping else waiting
        return max(0.0, min(moments) - time.monotonic()) if moments else None

    def _obey(self, order: int) -> None:
        """Stop; a second order, some time later, does not wait. Or renew the workers."""
        if order == RENEWAL and not hung_up():
            self._renewal.order()
        elif order in (*ORDERS, RENEWAL):
            self._stop(order)

    def _stop(self, order: int) -> None:
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
            place.tell(order)

    def _hear(self) -> None:
        """Note who is ready; a pipe that ends without a word has lost its worker."""
        silent = self._silent()
        spoken = set(select.select(silent, [], [], 0)[0]) if silent else set()
        for place in self._places:
            if place.ready in spoken and os.read(place.ready, 1):
                place.hang_up()

    def _bury(self) -> None:
        if self._stopping and time.monotonic() >= self._deadline:
            self._tell(signal.SIGKILL)
            self._deadline += self._patience
        for place in list(self._places):
            if place.limited and time.monotonic() >= place.due:
                place.tell(signal.SIGKILL)
                place.due += self._patience
            if place.pid is not None:
                pid, status = os.waitpid(place.pid, os.WNOHANG)
                if pid:
                    self._lose(place, pid, os.waitstatus_to_exitcode(status))

    def _lose(self, place: Place, pid: int, code: int) -> None:
        """A worker has ended: well, if it was told to; otherwise its place will be filled again."""
        place.pid = None
        was_ready = place.ready is None
        place.hang_up()
        if self._stopping:
            if code:
                self._unclean.append(f"Worker {pid} {_ending(code)} when it was told to stop.")
        elif not was_ready and not self._complete:
            self._unclean.append(f"Worker {pid} {_ending(code)} before it could serve: the log says why.")
            self._stop(signal.SIGTERM)
        elif not self._renewal.lost(place, pid, _ending(code)):
            _log.warning("worker died", pid=pid, how=_ending(code))
            self._put_off(place, steady=was_ready and time.monotonic() - place.since >= STEADY)

    def _put_off(self, place: Place, *, steady: bool = False) -> None:
        """Say when a place may be filled again: the later, the more often it was in vain."""
        place.hang_up()
        place.failures = 0 if steady else place.failures + 1
        pause = min(FIRST_PAUSE * 2 ** (place.failures - 1), LONGEST_PAUSE) if place.failures else 0.0
        place.due = time.monotonic() + pause


def _ending(code: int) -> str:
    return f"was killed by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"
