"""A Redis server for one run of the tests: it keeps nothing, has its own port, and is gone afterwards."""

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.postgresql import end_with_the_tests, free_port
from tests.tools import find

PASSWORD = "a+password/that:no@log?may#show"
QUOTED = "a%2Bpassword%2Fthat%3Ano%40log%3Fmay%23show"


@dataclass
class Redis:
    port: int
    process: subprocess.Popen[bytes]

    options: Mapping[str, object] = field(default_factory=dict)

    @classmethod
    def start(cls, **options: object) -> "Redis":
        port = free_port()
        redis = cls(port, _run(port, options), options)
        redis._wait_until_ready()
        return redis

    @property
    def url(self) -> str:
        return f"redis://:{QUOTED}@127.0.0.1:{self.port}/3"

    def url_of(self, user: str, password: str) -> str:
        """How somebody else reaches it."""
        return f"redis://{user}:{password}@127.0.0.1:{self.port}/3"

    def stop(self) -> None:
        self.process.send_signal(signal.SIGCONT)
        self.process.terminate()
        self.process.wait(timeout=10)

    def resume(self) -> None:
        """Be there again, at the same address."""
        self.process = _run(self.port, self.options)
        self._wait_until_ready()

    def _wait_until_ready(self) -> None:
        for _ in range(500):
            assert self.process.poll() is None, "Redis did not start"
            try:
                with socket.create_connection(("127.0.0.1", self.port)) as probe:
                    probe.sendall(b"PING\r\n")
                    if probe.recv(100).startswith(b"-NOAUTH"):
                        return
            except OSError:
                pass
            time.sleep(0.02)
        raise RuntimeError("Redis did not start")


def _run(port: int, more: Mapping[str, object]) -> subprocess.Popen[bytes]:
    options: dict[str, object] = {
        "--port": port,
        "--bind": "127.0.0.1",
        "--requirepass": PASSWORD,
        "--save": "",
        "--appendonly": "no",
    } | {f"--{name.replace('_', '-')}": value for name, value in more.items()}
    return subprocess.Popen(
        [find("redis-server"), *(str(part) for option in options.items() for part in option)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd="/",
        start_new_session=True,
        preexec_fn=end_with_the_tests if sys.platform == "linux" else None,  # noqa: PLW1509 - one call
    )
