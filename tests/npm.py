"""Packages from npm, for tests with the stock clients."""

import fcntl
import subprocess
from pathlib import Path

from tests.tools import find

FOLDER = Path(__file__).parent / "server" / "conformance"
INSTALL = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]


def packages(folder: Path = FOLDER) -> Path:
    """The node_modules of the tests, or of another folder, installed as its lock says."""
    modules = folder / "node_modules"
    installed, lock = modules / ".package-lock.json", folder / "package-lock.json"
    with lock.open() as held:  # by one at a time: tests run in several processes
        fcntl.flock(held, fcntl.LOCK_EX)
        if not installed.exists() or installed.stat().st_mtime < lock.stat().st_mtime:
            subprocess.run([find("npm"), *INSTALL], cwd=folder, check=True)
    return modules
