"""A PostgreSQL server of the benchmarks' own. Its data stays between runs, in a folder that others cannot read."""

import os
import pwd
import secrets
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.programs import find, free_port

USER = "causerie"
INITIAL = [f"--username={USER}", "--auth=scram-sha-256", "--encoding=UTF8", "--no-locale"]
SETTINGS = {
    "shared_buffers": "512MB",
    "effective_cache_size": "2GB",
    "work_mem": "16MB",
    "random_page_cost": "1.1",
    "jit": "off",
    "max_parallel_workers_per_gather": "0",
    "max_wal_size": "4GB",
    "autovacuum": "off",  # every database is vacuumed and analysed when it is made, and never written again
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
}
START_TIMEOUT = 30.0


class PostgresqlError(Exception):
    """It did not do what it should."""


@dataclass(frozen=True)
class Cluster:
    """A running server."""

    process: subprocess.Popen[bytes]
    port: int
    password: str

    def url(self, database: str) -> str:
        """The address of one of its databases."""
        return f"postgresql://{USER}:{self.password}@127.0.0.1:{self.port}/{database}"

    def execute(self, statement: str, database: str = "postgres") -> str:
        """Run a statement with psql; the rows are lines."""
        command = [
            find("psql"),
            "-X",
            "-q",
            "-A",
            "-t",
            "-v",
            "ON_ERROR_STOP=1",
            "-c",
            statement,
            self.url(database),
        ]
        finished = subprocess.run(command, capture_output=True, text=True, check=False)
        if finished.returncode:
            raise PostgresqlError(finished.stderr.strip())
        return finished.stdout.strip()

    def databases(self) -> list[str]:
        """Their names."""
        return self.execute("SELECT datname FROM pg_database").splitlines()


@contextmanager
def running(folder: Path, core: int) -> Iterator[Cluster]:
    """The server whose data is in the folder, made if there is none; all its processes stay on one core."""
    user = _unprivileged()
    if not (folder / "data" / "PG_VERSION").exists():
        _initialise(folder, user)
    port = free_port()
    options = [part for name, value in SETTINGS.items() for part in ("-c", f"{name}={value}")]
    command = [
        find("taskset"),
        "--cpu-list",
        str(core),
        find("postgres"),
        "-D",
        "data",
        "-p",
        str(port),
        *options,
    ]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            command, stdout=log, stderr=log, user=user, cwd=folder, start_new_session=True
        )
    cluster = Cluster(process, port, (folder / "password").read_text())
    try:
        _wait(cluster, folder / "log")
        yield cluster
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=START_TIMEOUT)


def version() -> str:
    """What PostgreSQL calls itself."""
    return _run([find("postgres"), "--version"], None).split()[2]


def _initialise(folder: Path, user: str | None) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    password = folder / "password"
    password.write_text(secrets.token_hex(16))
    if user is not None:
        for path in (folder, password):
            shutil.chown(path, user)
    _run([find("initdb"), *INITIAL, "--pgdata", str(folder / "data"), "--pwfile", str(password)], user)


def _unprivileged() -> str | None:
    """Who runs the server: PostgreSQL refuses to be root."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _run(command: Sequence[str], user: str | None) -> str:
    finished = subprocess.run(command, user=user, cwd="/", capture_output=True, text=True, check=False)
    if finished.returncode:
        raise PostgresqlError(f"{command[0]} failed: {finished.stderr.strip()}")
    return finished.stdout


def _wait(cluster: Cluster, log: Path) -> None:
    end = time.monotonic() + START_TIMEOUT
    while True:
        try:
            cluster.execute("SELECT 1")
        except PostgresqlError:
            if cluster.process.poll() is not None or time.monotonic() > end:
                raise PostgresqlError("PostgreSQL did not start: " + log.read_text()) from None
            time.sleep(0.1)
        else:
            return
