"""Packages from npm, for tests with the stock clients."""

import subprocess
from pathlib import Path

from tests.tools import find

FOLDER = Path(__file__).parent / "server" / "conformance"
INSTALL = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]


def packages() -> Path:
    """The node_modules of the tests, installed as their lock says."""
    modules = FOLDER / "node_modules"
    installed = modules / ".package-lock.json"
    if not installed.exists() or installed.stat().st_mtime < (FOLDER / "package-lock.json").stat().st_mtime:
        subprocess.run([find("npm"), *INSTALL], cwd=FOLDER, check=True)
    return modules
