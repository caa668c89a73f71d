"""What a server and all its processes use, as Linux counts it."""

import os
from collections import defaultdict
from pathlib import Path

TICK = 1 / os.sysconf("SC_CLK_TCK")
PROC = Path("/proc")


def family(root: int) -> list[int]:
    """A process and everything below it."""
    children = defaultdict(list)
    for pid, fields in _all():
        children[int(fields[1])].append(pid)
    found = [root]
    for pid in found:
        found += children[pid]
    return found


def cpu_seconds(roots: list[int]) -> float:
    """The time that these processes and those below them have computed, in the kernel too."""
    alive = {pid: int(fields[11]) + int(fields[12]) for pid, fields in _all()}
    return TICK * sum(alive.get(pid, 0) for root in roots for pid in family(root))


def memory_bytes(root: int) -> int:
    """The memory of a process and those below it; what they share with others counts in part (PSS)."""
    return sum(_pss(pid) for pid in family(root))


def _pss(pid: int) -> int:
    lines = (PROC / str(pid) / "smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) * 1024


def _all() -> list[tuple[int, list[str]]]:
    """Every process and the fields of its stat file behind its name, which may hold blanks and brackets."""
    found = []
    for folder in PROC.iterdir():
        if folder.name.isdigit():
            try:
                text = (folder / "stat").read_text()
            except OSError:  # it has ended meanwhile
                continue
            found.append((int(folder.name), text.rpartition(") ")[2].split()))
    return found
