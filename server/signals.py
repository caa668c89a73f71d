"""Signals as something to wait for, and the moments in which nobody should hear any."""

import os
import select
import signal
from typing import Self

ORDERS = (signal.SIGTERM, signal.SIGINT)
"""What tells the parent of workers to stop."""
HEARD = (*ORDERS, signal.SIGCHLD)
HASTE = signal.SIGQUIT
"""What tells a worker to stop without waiting for anybody."""


def deafen() -> None:
    """Let signals wait: one that came to a worker before it had ears of its own would be heard by its parent."""
    signal.pthread_sigmask(signal.SIG_BLOCK, (*HEARD, HASTE))


def listen() -> None:
    """Let signals in again."""
    signal.pthread_sigmask(signal.SIG_UNBLOCK, (*HEARD, HASTE))


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


def _nothing(_signal: int, _frame: object) -> None:
    """Be interrupted: the byte in the pipe says by what."""
