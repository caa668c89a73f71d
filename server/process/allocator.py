"""Memory goes back to the system as soon as it is let go."""

import ctypes
from contextlib import suppress

M_MMAP_THRESHOLD = -3
LARGE_BLOCK_BYTES = 256 * 1024


def give_back_large_blocks() -> None:
    """Have glibc map each large block by itself, as it does before it has seen large ones freed.

    Then it would begin to carve them out of its heaps, and keep what a crowd of large answers has left there. Other
    allocators have no such switch, and no need of it.
    """
    with suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).mallopt(M_MMAP_THRESHOLD, LARGE_BLOCK_BYTES)
