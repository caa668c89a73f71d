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

from server.process.rolling_restart import RollingRestart
from server.process.signals import (
    QUIT_NOW,
    RENEW,
    STOP_SIGNALS,
    SignalPipe,
    block_signals,
    hung_up,
    unblock_signals,
)
from server.process.worker_slot import ParentPipes, WorkerSlot

ECHO_SECONDS = 1.0
"""Seconds in which the same order may come again by another way: to the process, and to the group it is in."""
STEADY_SECONDS = 10.0
"""Seconds after which a worker that dies is replaced at once."""
TRIAL_SECONDS = 60.0
"""Seconds in which a worker of a new program is ready, on however busy a machine; then it never will be."""
MOST_KILLED = 3
"""How often a first worker may be killed before it serves: that is no fault of the program's, unless it goes on."""
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.1, 10.0
logger = structlog.stdlib.get_logger("causerie")


class SupervisorError(Exception):
    """The workers do not work; the message says how they ended."""


class Supervisor:
    """The workers of one server.

    Args:
        size: how many.
        listener: what they share; the parent lets go of it when they are told to stop.
        work: what each does, in a process of its own. It begins with signals blocked, lets them in by
            `unblock_signals`, and ends with success when SIGTERM tells it to, or `QUIT_NOW`.
        work_anew: the same, by the program as it is now, which may be another one than this process runs.
        patience: seconds that they have for ending.
    """

    def __init__(
        self,
        size: int,
        listener: socket.socket,
        work: Callable[[ParentPipes], None],
        work_anew: Callable[[ParentPipes], None],
        patience: float,
    ) -> None:
        self._listener = listener
        self._work = work
        self._work_anew = work_anew
        self._patience = patience
        self._slots = [WorkerSlot() for _ in range(size)]
        self._rolling_restart = RollingRestart(self._slots, patience)
        self._is_complete = False
        self._stopping = False
        self._told_at = self._deadline = 0.0
        self._unclean: list[str] = []

    def run(self, on_complete: Callable[[], None]) -> None:
        """Work until a signal says to stop; `on_complete` is called when everybody is ready for the first time.

        Raises:
            SupervisorError: a worker ended, or was killed too often, before they were complete, or did not end well.
        """
        with SignalPipe() as signal_pipe:
            parent, self._life = os.pipe()
            try:
                while not self._stopping or any(slot.pid for slot in self._slots):
                    self._spawn_missing(signal_pipe, parent)
                    for order in signal_pipe.wait(self._unready_pipes(), self._seconds_until_due()):
                        self._on_signal(order)
                    self._read_pipes()
                    self._reap()
                    if not self._is_complete and all(slot.serves for slot in self._slots):
                        self._is_complete = True
                        on_complete()
                    if self._is_complete and not self._stopping:
                        self._rolling_restart.go_on()
            finally:
                os.close(self._life)
                os.close(parent)
        if self._unclean:
            raise SupervisorError(self._unclean[0])

    def _spawn_missing(self, signal_pipe: SignalPipe, parent: int) -> None:
        for slot in self._slots:
            if slot.pid is None and not self._stopping and slot.due <= time.monotonic():
                try:
                    self._start(slot, signal_pipe, parent)
                except OSError as error:  # the system is short of something: later, perhaps
                    logger.warning("no worker can be started", reason=error.strerror)
                    self._delay_restart(slot)

    def _start(self, slot: WorkerSlot, signal_pipe: SignalPipe, parent: int) -> None:
        slot.since = time.monotonic()
        slot.due = slot.since + TRIAL_SECONDS
        slot.ready, ready = os.pipe()
        gc.freeze()  # what no collection visits stays shared
        sys.stdout.flush()
        block_signals()
        try:
            slot.pid = os.fork()
            if slot.pid == 0:
                signal_pipe.forget()
                os.close(self._life)
                work = self._work_anew if self._rolling_restart.concerns(slot) else self._work
                self._exit_after(work, ParentPipes(ready, parent))
        finally:
            unblock_signals()
            os.close(ready)
        logger.info("worker started", pid=slot.pid)

    def _exit_after(self, work: Callable[[ParentPipes], None], pipes: ParentPipes) -> NoReturn:
        """A worker's whole life; nothing of the parent's goes on in it, whatever happens."""
        code = 1
        try:
            work(pipes)
            code = 0
        except SystemExit as ending:
            code = ending.code if isinstance(ending.code, int) else 1
        except BaseException:
            logger.exception("worker failed")
        finally:
            os._exit(code)

    def _unready_pipes(self) -> list[int]:
        return [slot.ready for slot in self._slots if slot.ready is not None]

    def _seconds_until_due(self) -> float | None:
        """Seconds until something is due by itself."""
        waiting = [slot.due for slot in self._slots if slot.pid is None or slot.limited]
        moments = [self._deadline] if self._stopping else waiting
        return max(0.0, min(moments) - time.monotonic()) if moments else None

    def _on_signal(self, order: int) -> None:
        """Stop; a second order, some time later, does not wait. Or renew the workers."""
        if order == RENEW and not hung_up():
            self._rolling_restart.order()
        elif order in (*STOP_SIGNALS, RENEW):
            self._stop(order)

    def _stop(self, order: int) -> None:
        now = time.monotonic()
        if not self._stopping:
            self._stopping, self._told_at = True, now
            self._deadline = now + self._patience
            self._listener.close()
            logger.info("stopping the workers", signal=signal.Signals(order).name)
            self._tell(signal.SIGTERM)
        elif now > self._told_at + ECHO_SECONDS:
            self._tell(QUIT_NOW)

    def _tell(self, order: signal.Signals) -> None:
        for slot in self._slots:
            slot.tell(order)

    def _read_pipes(self) -> None:
        """Note who is ready; a pipe that ends without a word has lost its worker."""
        silent = self._unready_pipes()
        spoken = set(select.select(silent, [], [], 0)[0]) if silent else set()
        for slot in self._slots:
            if slot.ready in spoken and os.read(slot.ready, 1):
                slot.hang_up()

    def _reap(self) -> None:
        if self._stopping and time.monotonic() >= self._deadline:
            self._tell(signal.SIGKILL)
            self._deadline += self._patience
        for slot in list(self._slots):
            if slot.limited and time.monotonic() >= slot.due:
                slot.tell(signal.SIGKILL)
                slot.due += self._patience
            if slot.pid is not None:
                pid, status = os.waitpid(slot.pid, os.WNOHANG)
                if pid:
                    self._on_exit(slot, pid, os.waitstatus_to_exitcode(status))

    def _on_exit(self, slot: WorkerSlot, pid: int, code: int) -> None:
        """A worker has ended: well, if it was told to; otherwise its slot will be filled again."""
        slot.pid = None
        self._read_pipes()  # what it has said last may not have been read yet
        was_ready = slot.ready is None
        slot.hang_up()
        if self._stopping:
            if code:
                self._unclean.append(f"Worker {pid} {_ending(code)} when it was told to stop.")
        elif not (was_ready or self._is_complete or (code < 0 and slot.failures < MOST_KILLED)):
            self._unclean.append(f"Worker {pid} {_ending(code)} before it could serve: the log says why.")
            self._stop(signal.SIGTERM)
        elif not self._rolling_restart.lost(slot, pid, _ending(code)):
            logger.warning("worker died", pid=pid, how=_ending(code))
            self._delay_restart(slot, steady=was_ready and time.monotonic() - slot.since >= STEADY_SECONDS)

    def _delay_restart(self, slot: WorkerSlot, *, steady: bool = False) -> None:
        """Say when a slot may be filled again: the later, the more often it was in vain."""
        slot.hang_up()
        slot.failures = 0 if steady else slot.failures + 1
        pause = (
            min(FIRST_PAUSE_SECONDS * 2 ** (slot.failures - 1), LONGEST_PAUSE_SECONDS)
            if slot.failures
            else 0.0
        )
        slot.due = time.monotonic() + pause


def _ending(code: int) -> str:
    return f"was killed by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"
