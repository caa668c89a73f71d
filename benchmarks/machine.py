"""What a run was done on and with. No names of hosts, people or folders."""

import json
import os
import platform
import sqlite3
import subprocess
from importlib.metadata import version
from pathlib import Path

from benchmarks import postgresql
from benchmarks.programs import PEERS, ROOT, find, node

PYTHON_PACKAGES = (
    "uvicorn",
    "uvloop",
    "httptools",
    "orjson",
    "asyncpg",
    "strawberry-graphql",
    "tortoise-orm",
)
NODE_PACKAGES = (
    "mercurius",
    "fastify",
    "graphql-yoga",
    "@envelop/graphql-jit",
    "graphql-jit",
    "graphql",
    "better-sqlite3",
    "dataloader",
    "postgraphile",
    "pg",
)
BUNDLED_SQLITE = """
import Database from "better-sqlite3";
console.log(new Database(":memory:").prepare("SELECT sqlite_version()").pluck().get());
"""


def machine() -> dict[str, str]:
    """The computer."""
    processors = Path("/proc/cpuinfo").read_text()
    names = {
        line.partition(":")[2].strip() for line in processors.splitlines() if line.startswith("model name")
    }
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    virtual = ", virtual" if " hypervisor" in processors else ""
    return {
        "Processor": f"{' / '.join(sorted(names)) or platform.machine()}, {os.cpu_count()} cores{virtual}",
        "Memory": f"{memory / 2**30:.0f} GiB",
        "System": f"Linux {'.'.join(platform.release().split('.')[:2])}, {' '.join(platform.libc_ver())}",
    }


def versions() -> dict[str, str]:
    """The programs and packages."""
    shown = {
        "Python": platform.python_version(),
        "SQLite in Python": sqlite3.sqlite_version,
        "SQLite in Node.js": _printed(node(), "--input-type=module", "--eval", BUNDLED_SQLITE),
        "Node.js": _printed(node(), "--version").removeprefix("v"),
        "PostgreSQL": postgresql.version(),
        "wrk": _wrk(),
    }
    shown |= {name: version(name) for name in PYTHON_PACKAGES}
    return shown | {name: _installed(name) for name in NODE_PACKAGES}


def commit() -> str:
    """What of Causerie was measured."""
    changed = _printed("git", "status", "--porcelain", "--untracked-files=no", "--", ":!docs", ":!benchmarks")
    return _printed("git", "rev-parse", "--short=10", "HEAD") + (" and changes" if changed else "")


def _wrk() -> str:
    text = subprocess.run([find("wrk"), "--version"], capture_output=True, text=True, check=False).stdout
    return text.split()[1].removeprefix("debian/") if text.split() else "unknown"


def _installed(name: str) -> str:
    manifest: dict[str, str] = json.loads((PEERS / "node_modules" / name / "package.json").read_text())
    return manifest["version"]


def _printed(*command: str) -> str:
    cwd = PEERS if "--eval" in command else ROOT
    finished = subprocess.run(command, capture_output=True, text=True, check=False, cwd=cwd)
    return finished.stdout.strip()
