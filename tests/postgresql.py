"""A PostgreSQL server for one run of the tests: its own data, its own port, gone afterwards."""

import ctypes
import itertools
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from tests.tools import find

PASSWORD = "a password that no log may show"
INITIAL = ["-U", "causerie", "--auth=scram-sha-256", "--encoding=UTF8", "--no-locale", "--no-sync"]
SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",  # what it knows of one test would plan the statements of the next
    "max_connections": "100",
    "shared_buffers": "64MB",
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_wal_size": "2GB",
}


@dataclass
class Server:
    folder: Path
    port: int
    process: subprocess.Popen[bytes]

    def __post_init__(self) -> None:
        self._numbers = itertools.count(1)

    @classmethod
    def start(cls) -> "Server":
        initdb = str(find("initdb"))
        folder = Path(tempfile.mkdtemp(prefix="causerie-postgresql-"))
        user = unprivileged_user()
        password_file = folder / "password"
        password_file.write_text(PASSWORD)
        if user is not None:
            for path in (folder, password_file):
                shutil.chown(path, user)
        _run_as(
            user,
            [initdb, *INITIAL, "-D", str(folder / "data"), "--pwfile", str(password_file)],
        )
        port = free_port()
        server = cls(folder, port, _run(folder, port))
        server._wait_until_ready()
        return server

    def interrupt(self) -> None:
        """Break every connection and leave; what was committed stays."""
        self.process.send_signal(signal.SIGINT)
        self.process.wait(timeout=30)

    def resume(self) -> None:
        """Be there again, at the same address, with the same databases."""
        self.process = _run(self.folder, self.port)
        self._wait_until_ready()

    def url(self, database: str) -> str:
        return f"postgresql://causerie:{PASSWORD.replace(' ', '%20')}@127.0.0.1:{self.port}/{database}"

    def create_database(self, name: str | None = None, *, template: str = "template0") -> str:
        name = name or f"test_{next(self._numbers)}"
        quickly = " STRATEGY file_copy" if self._version() >= 15 else ""  # as older ones copy anyway
        self.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"{quickly}')
        return self.url(name)

    def drop_database(self, url: str) -> None:
        self.execute(f'DROP DATABASE "{urlsplit(url).path.strip("/")}" WITH (FORCE)')

    def execute(self, statement: str, database: str = "postgres") -> str:
        """Run a statement with psql, as somebody beside the server under test would."""
        finished = subprocess.run(
            [
                _psql(),
                "-X",
                "-q",
                "-A",
                "-t",
                "-v",
                "ON_ERROR_STOP=1",
                "-c",
                statement,
                self.url(database),
            ],
            capture_output=True,
            text=True,
            check=False,
            timeout=30,
        )
        if finished.returncode:
            raise RuntimeError(f"{statement}: {finished.stderr}")
        return finished.stdout.strip()

    def _version(self) -> int:
        return int((self.folder / "data" / "PG_VERSION").read_text())

    def stop(self) -> None:
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _wait_until_ready(self) -> None:
        for _ in range(200):
            try:
                self.execute("SELECT 1")
            except RuntimeError:
                if self.process.poll() is not None:
                    raise RuntimeError((self.folder / "log").read_text()) from None
                time.sleep(0.05)
            else:
                return
        raise RuntimeError("PostgreSQL did not start: " + (self.folder / "log").read_text())


@lru_cache
def _psql() -> Path:
    """The program itself: Debian puts a script in Perl before it."""
    beside = find("postgres").with_name("psql")
    return beside if beside.exists() else find("psql")


def _run(folder: Path, port: int) -> subprocess.Popen[bytes]:
    options = [part for name, value in SETTINGS.items() for part in ("-c", f"{name}={value}")]
    with (folder / "log").open("ab") as log:
        return subprocess.Popen(
            [find("postgres"), "-D", str(folder / "data"), "-p", str(port), *options],
            stdout=log,
            stderr=log,
            user=unprivileged_user(),
            cwd=folder,
            start_new_session=True,
            preexec_fn=end_with_the_tests if sys.platform == "linux" else None,  # noqa: PLW1509 - one call
        )


def unprivileged_user() -> str | None:
    """Who runs the server: PostgreSQL refuses to be root."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _run_as(user: str | None, command: list[str]) -> None:
    finished = subprocess.run(command, user=user, cwd="/", capture_output=True, text=True, check=False)
    if finished.returncode:
        raise RuntimeError(f"{command[0]} failed: {finished.stderr}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def end_with_the_tests() -> None:
    """Have the kernel interrupt the server when the tests are killed and cannot stop it themselves."""
    set_parent_death_signal = 1
    ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGINT)
