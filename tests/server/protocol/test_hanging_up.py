"""SIGHUP is what a terminal sends when it goes, and what a service manager sends to have a program renewed."""

import fcntl
import os
import pty
import subprocess
import termios

import pytest

from tests.server.running import CAUSERIE, STOP_TIMEOUT, environment


@pytest.mark.parametrize("workers", [1, 2])
def test_a_server_ends_with_its_terminal(sqlite_url: str, workers: int) -> None:
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [*CAUSERIE, "serve", "--port", "0", "--database", sqlite_url, "--workers", str(workers)],
        env=environment(log_format="json"),
        stdin=theirs,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509 - one call
    ) as process:
        os.close(theirs)
        assert process.stderr is not None
        serving = 0
        while serving < workers:
            serving += '"serving"' in process.stderr.readline()
        os.close(ours)
        assert process.wait(STOP_TIMEOUT) == 0
        assert process.stderr.read().count('"stopped"') == workers
