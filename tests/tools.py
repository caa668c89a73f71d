"""The programs that tests need beside Python: found where Debian hides them, and named when they are missing."""

import os
import shutil
import sys
from pathlib import Path
from typing import NoReturn

import pytest

PACKAGES = {
    "initdb": "postgresql",
    "postgres": "postgresql",
    "psql": "postgresql",
    "pgbouncer": "pgbouncer",
    "pg_dump": "postgresql-client",
    "sqlite3": "sqlite3",
    "curl": "curl",
    "systemd-analyze": "systemd",
    "systemd-socket-activate": "systemd",
    "redis-server": "redis-server",
    "openssl": "openssl",
    "chromium": "chromium",
    "nginx": "nginx-light",
    "apache2": "apache2-bin",
    "haproxy": "haproxy",
    "caddy": "caddy",
    "varnishd": "varnish",
    "lighttpd": "lighttpd",
    "node": "nodejs (20 or newer), or run make web",
    "npm": "npm, or run make web",
}
SERVERS = ("/usr/sbin", "/usr/local/sbin")
"""Where servers are that an ordinary user does not find."""


def find(program: str) -> Path:
    """Where the program is; see `missing` for when there is none."""
    folders = [str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath), *SERVERS, *_postgresql()]
    found = shutil.which(program, path=os.pathsep.join(folders))
    if found is None:
        missing(f"{program} is missing: install {PACKAGES.get(program, program)}")
    return Path(found)


def missing(message: str) -> NoReturn:
    """Skip the test; fail where CI is set, since nothing may be left out there."""
    if os.environ.get("CI"):
        pytest.fail(message, pytrace=False)
    pytest.skip(message)


def _postgresql() -> list[str]:
    """Debian keeps the server's programs of each version off the PATH."""
    return [str(folder) for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)]
