"""Signals as something to wait for, and the moments in which nobody should hear any."""

import errno
import os
import select
import signal
import termios
from typing import Self

STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)
"""What tells the parent of workers to stop."""
RENEW = signal.SIGHUP
"""What tells the parent to replace its workers; terminals send it, too, when they go."""
HANDLED_SIGNALS = (*STOP_SIGNALS, RENEW, signal.SIGCHLD)
QUIT_NOW = signal.SIGQUIT
"""What tells a worker to stop without waiting for anybody."""
RETIRE = signal.SIGUSR1
"""What tells a worker to leave new connections to others, and to stop."""
WORKER_SIGNALS = (QUIT_NOW, RETIRE)


def block_signals() -> None:
    """Let signals wait: one that came to a worker before it had handlers of its own would run its parent's."""
    signal.pthread_sigmask(signal.SIG_BLOCK, (*HANDLED_SIGNALS, *WORKER_SIGNALS))


def unblock_signals() -> None:
    """Let signals in again."""
    signal.pthread_sigmask(signal.SIG_UNBLOCK, (*HANDLED_SIGNALS, *WORKER_SIGNALS))


class SignalPipe:
    """The signals of this process, as something to select."""

    def __enter__(self) -> Self:
        self._heard, self._spoken = os.pipe()
        for end in (self._heard, self._spoken):
            os.set_blocking(end, False)
        self._before = {each: signal.signal(each, _do_nothing) for each in HANDLED_SIGNALS}
        signal.set_wakeup_fd(self._spoken, warn_on_full_buffer=False)
        return self

    def __exit__(self, *error: object) -> None:
        self.forget()

    def forget(self) -> None:
        """Hear nothing more, and leave signals as they were."""
        signal.set_wakeup_fd(-1)
        for each, handler in self._before.items():
            signal.signal(each, handler)
        os.close(self._heard)
        os.close(self._spoken)

    def wait(self, others: list[int], pause: float | None) -> bytes:
        """The signals that come; none when one of the others has something to say, or the pause is over."""
        ready, _, _ = select.select([self._heard, *others], [], [], pause)
        return os.read(self._heard, 256) if self._heard in ready else b""


def hung_up() -> bool:
    """Whether the terminal that this was started from is gone."""
    return any(_is_lost(descriptor) for descriptor in (0, 1, 2))


def _is_lost(descriptor: int) -> bool:
    try:
        termios.tcgetattr(descriptor)
    except termios.error as error:
        return bool(error.args[0] == errno.EIO)
    return False


def _do_nothing(_signal: int, _frame: object) -> None:
    """Be interrupted: the byte in the pipe says by what."""
