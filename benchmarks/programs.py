"""The programs that the benchmarks need beside Python, and where they are."""

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
PEERS = Path(__file__).with_name("peers")
PACKAGES = {
    "wrk": "wrk",
    "taskset": "util-linux",
    "initdb": "postgresql",
    "postgres": "postgresql",
    "psql": "postgresql",
    "npm": "npm",
}
NPM_CI = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
MODULES = "node_modules"


class Missing(Exception):
    """A program is not installed; the message says what to install."""


def find(program: str) -> str:
    """Where the program is; Debian keeps the programs of PostgreSQL off the PATH, and pip's are beside Python.

    Raises:
        Missing: nowhere.
    """
    hidden = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    folders = [str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath), *map(str, hidden)]
    found = shutil.which(program, path=os.pathsep.join(folders))
    if found is None:
        raise Missing(f"{program} is missing: install {PACKAGES.get(program, program)}")
    return found


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def install_peers() -> None:
    """Fetch the Node.js peers' packages, by their hashes, and a Node.js; none of their scripts is run."""
    marker = PEERS / MODULES / ".package-lock.json"
    lock = PEERS / "package-lock.json"
    if not marker.exists() or marker.stat().st_mtime < lock.stat().st_mtime:
        subprocess.run([find("npm"), *NPM_CI], cwd=PEERS, check=True)


def node() -> str:
    """The Node.js that was fetched with the peers.

    Raises:
        Missing: there is none for this machine.
    """
    found = sorted((PEERS / MODULES).glob("node-*/bin/node"))
    if not found:
        raise Missing("npm has no Node.js for this kind of machine")
    return str(found[0])
