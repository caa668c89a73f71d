"""Signals as something to wait for, and the moments in which nobody should hear any."""

import errno
import os
import select
import signal
import termios
from typing import Self

ORDERS = (signal.SIGTERM, signal.SIGINT)
"""What tells the parent of workers to stop."""
RENEWAL = signal.SIGHUP
"""What tells the parent to replace its workers; terminals send it, too, when they go."""
HEARD = (*ORDERS, RENEWAL, signal.SIGCHLD)
HASTE = signal.SIGQUIT
"""What tells a worker to stop without waiting for anybody."""
RETIREMENT = signal.SIGUSR1
"""What tells a worker to leave new connections to others, and to stop."""
OF_WORKERS = (HASTE, RETIREMENT)


def deafen() -> None:
    """Let signals wait: one that came to a worker before it had ears of its own would be heard by its parent."""
    signal.pthread_sigmask(signal.SIG_BLOCK, (*HEARD, *OF_WORKERS))


def listen() -> None:
    """Let signals in again."""
    signal.pthread_sigmask(signal.SIG_UNBLOCK, (*HEARD, *OF_WORKERS))


class Ears:
    """The signals of this process, as something to select."""

    def __enter__(self) -> Self:
        self._heard, self._spoken = os.pipe()
        for end in (self._heard, self._spoken):
            os.set_blocking(end, False)
        self._before = {each: signal.signal(each, _nothing) for each in HEARD}
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

    def listen(self, others: list[int], pause: float | None) -> bytes:
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


def _nothing(_signal: int, _frame: object) -> None:
    """Be interrupted: the byte in the pipe says by what."""
