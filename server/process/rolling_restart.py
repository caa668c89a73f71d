"""A rolling restart: each worker is told to go once another one serves in its stead.

It starts nobody. A slot that it makes is filled like every other, and one whose worker has left is taken away.
"""

import time
from collections import deque

import structlog

from server.process.signals import RETIRE
from server.process.worker_slot import WorkerSlot

logger = structlog.stdlib.get_logger("causerie")


class RollingRestart:
    """Renews the workers of the slots, which are the supervisor's own list.

    Args:
        slots: of the workers.
        patience: seconds that a worker has for leaving.
    """

    def __init__(self, slots: list[WorkerSlot], patience: float) -> None:
        self._slots = slots
        self._patience = patience
        self._outdated: deque[WorkerSlot] = deque()
        self._successor: WorkerSlot | None = None
        self._ordered = False
        self._succeeded = False

    def concerns(self, slot: WorkerSlot) -> bool:
        """Whether the worker to come is to be of the program as it is now."""
        return self._succeeded or slot is self._successor

    def order(self) -> None:
        """Replace everybody who serves now: as soon as nothing else goes on."""
        logger.info("renewing the workers")
        self._ordered = True

    def go_on(self) -> None:
        """Take the next step, if it is time for one."""
        if any(slot.leaving for slot in self._slots):
            return
        if self._successor is None and not self._outdated and self._ordered:
            self._ordered = False
            self._outdated.extend(slot for slot in self._slots if slot.pid is not None)
        if self._successor is None and self._outdated:
            self._successor = WorkerSlot(on_trial=True)
            self._slots.append(self._successor)
        elif self._successor is not None and self._successor.serves:
            self._succeeded = True
            while self._outdated and self._outdated[0].pid is None:  # whoever comes in its place will be new
                self._outdated.popleft()
            self._relieve(self._outdated.popleft() if self._outdated else self._successor)

    def lost(self, slot: WorkerSlot, pid: int, how: str) -> bool:
        """Whether the end of a worker has to do with the renewal, so that its slot is not to be filled again."""
        if slot.leaving:
            self._slots.remove(slot)
            logger.info("worker retired", pid=pid, how=how)
            return True
        if slot is self._successor:
            self._give_up(slot, pid, how)
            return True
        if slot in self._outdated and self._succeeded:  # whoever comes in its place will be new
            self._outdated.remove(slot)
        return False

    def _relieve(self, slot: WorkerSlot) -> None:
        self._successor = None
        slot.leaving, slot.due = True, time.monotonic() + self._patience
        slot.tell(RETIRE)

    def _give_up(self, slot: WorkerSlot, pid: int, how: str) -> None:
        logger.error("the new worker cannot serve: the others go on", pid=pid, how=how)
        self._slots.remove(slot)
        self._outdated.clear()
        self._successor = None
