"""Threads that compute beside an event loop: where processors are few, the loop goes first."""

import os
import sys
import threading
from contextlib import suppress

NICER_BY = 5
"""How much nicer they are: they have a third of a processor that the loop wants all of, and all of an idle one."""


def lower_priority() -> None:
    """From here on, let the system prefer the other threads to this one. On Linux alone threads have a niceness."""
    if sys.platform == "linux":
        mine = threading.get_native_id()
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, mine, os.getpriority(os.PRIO_PROCESS, mine) + NICER_BY)
