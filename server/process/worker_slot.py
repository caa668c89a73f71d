"""The slots of workers: who is in them, and what they have of their parent."""

import os
import signal
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ParentPipes:
    """What a worker has of its parent: a pipe to say that it is ready, and one that ends when the parent does."""

    ready: int
    parent: int

    def say_ready(self) -> None:
        """Requests are answered from now on."""
        os.write(self.ready, b"!")
        os.close(self.ready)


@dataclass(slots=True, eq=False)
class WorkerSlot:
    """A worker's slot. `ready` is the pipe it has not yet been heard on.

    `due` is when it may be filled (again), or when a worker who is leaving, or on trial and not ready, has to be gone.
    """

    pid: int | None = None
    ready: int | None = None
    since: float = 0.0
    due: float = 0.0
    failures: int = 0
    leaving: bool = False
    on_trial: bool = False

    @property
    def serves(self) -> bool:
        """Whether its worker has been ready."""
        return self.pid is not None and self.ready is None

    @property
    def limited(self) -> bool:
        """Whether its worker is killed when `due`."""
        return self.pid is not None and (self.leaving or (self.on_trial and not self.serves))

    def tell(self, order: signal.Signals) -> None:
        """Send the worker a signal, if there is one."""
        if self.pid is not None:
            os.kill(self.pid, order)

    def hang_up(self) -> None:
        """Listen no longer for the word that it is ready."""
        if self.ready is not None:
            os.close(self.ready)
            self.ready = None
