"""How many files a process may have open: each connection is one."""

import contextlib
import resource
from pathlib import Path

import structlog

MOST_FILES = 2**20
"""More than any server needs; where there is no limit at all, some programs count up to it."""
FEW_FILES = 4096
"""With fewer, visitors may find the door closed on a busy day."""
KEPT, MOST_KEPT = 16, 256
"""Files that are no connections: the database's, above all, and such as are closed in a moment."""
FEWEST_FILES = 8
USUALLY_OPEN = 64
logger = structlog.stdlib.get_logger("causerie")


def raise_limit() -> int:
    """Let this process, and those that it starts, have as many open as the system allows; says how many."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    for limit in (wanted(soft, hard), max(soft, FEW_FILES)):  # some systems allow less than they say
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (limit, hard))
            break
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if 0 <= soft < FEW_FILES:
        logger.warning(
            "few files may be open, and each connection is one: raise the limit (ulimit -n, LimitNOFILE=)",
            limit=soft,
        )
    return soft


def wanted(soft: int, hard: int) -> int:
    """What to raise a soft limit to."""
    if soft == resource.RLIM_INFINITY:
        return soft
    return max(soft, MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, MOST_FILES))


def room() -> int:
    """How many connections this process may have beside what is open already; some files are kept for what is not."""
    kept = max(KEPT, min(MOST_KEPT, _limit() // 16))
    return max(FEWEST_FILES, _limit() - _open() - kept)


def _limit() -> int:
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return MOST_FILES if soft == resource.RLIM_INFINITY else min(soft, MOST_FILES)


def _open() -> int:
    with contextlib.suppress(OSError):
        return len(list(Path("/dev/fd").iterdir()))
    return USUALLY_OPEN
