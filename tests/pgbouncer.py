"""A PgBouncer in front of the tests' PostgreSQL, as docs/operations.md has it or as it comes."""

import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg

from tests.postgresql import PASSWORD, Server, end_with_the_tests, free_port, unprivileged_user
from tests.tools import find

IGNORED = (
    "idle_in_transaction_session_timeout,jit,lock_timeout,statement_timeout,"
    "tcp_keepalives_count,tcp_keepalives_idle,tcp_keepalives_interval"
)


class Pooler:
    """One that runs. Everybody shares two backends, so that hardly anybody keeps theirs."""

    def __init__(self, port: int, server: Server) -> None:
        self._port = port
        self._server = server

    def url(self, of_database: str) -> str:
        """How to reach a database through it."""
        return of_database.replace(f":{self._server.port}/", f":{self._port}/")

    async def connect_anew(self) -> None:
        """Have it forget the connections that it has."""
        console = await asyncpg.connect(self.url(self._server.url("pgbouncer")))
        await console.execute("RECONNECT")
        await console.close()


@contextmanager
def pooling(
    server: Server, mode: str = "transaction", ignored: str = IGNORED, shown: str = ""
) -> Iterator[Pooler]:
    """A PgBouncer that ignores these startup parameters, or one with the settings that are shown somewhere."""
    folder = Path(tempfile.mkdtemp(prefix="causerie-pgbouncer-"))
    port, user = free_port(), unprivileged_user()
    (folder / "users").write_text(f'"causerie" "{PASSWORD}"\n')
    (folder / "pgbouncer.ini").write_text(
        f"[databases]\n* = host=127.0.0.1 port={server.port}\n[pgbouncer]\n"
        f"listen_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\n"
        f"auth_type = scram-sha-256\nauth_file = {folder}/users\nadmin_users = causerie\n"
        f"default_pool_size = {2 if mode == 'transaction' else 20}\n"
        + (shown or f"pool_mode = {mode}\nignore_startup_parameters = {ignored}\n")
    )
    if user is not None:
        for path in (folder, *folder.iterdir()):
            shutil.chown(path, user)
    process = subprocess.Popen(
        [find("pgbouncer"), "--quiet", folder / "pgbouncer.ini"],
        stderr=subprocess.DEVNULL,
        user=user,
        cwd=folder,
        start_new_session=True,
        preexec_fn=end_with_the_tests if sys.platform == "linux" else None,  # noqa: PLW1509 - one call
    )
    try:
        _wait_for(port, process)
        yield Pooler(port, server)
    finally:
        process.kill()
        process.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(500):
        assert process.poll() is None, "PgBouncer did not start"
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    raise RuntimeError("PgBouncer did not start")
