"""SIGHUP is what a terminal sends when it goes, and what a service manager sends to have a program renewed."""

import fcntl
import os
import pty
import signal
import subprocess
import termios

import pytest

from tests.server.running import CAUSERIE, STOP_TIMEOUT, environment, running
from tests.server.test_workers import eventually


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


def test_a_single_process_says_that_it_cannot_be_renewed(sqlite_url: str) -> None:
    with running(sqlite_url) as server:
        server.process.send_signal(signal.SIGHUP)
        told = "nothing is renewed: only several workers can be, as of serve --workers 2"
        for _ in range(200):  # it may come while a line is written
            server.process.send_signal(signal.SIGHUP)
        eventually(lambda: bool(server.events(told)), "it is said")
        assert server.stop() == 0
