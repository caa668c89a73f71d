"""Putting a question to a server as fast as it answers, with wrk."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

import orjson

from benchmarks.programs import find

CONNECTIONS = 16
SCRIPT = Path(__file__).with_name("wrk.lua")
MARGIN = 30.0


class LoadError(Exception):
    """wrk failed, or the server did."""


@dataclass(frozen=True)
class Load:
    """What wrk saw: seconds, and bytes with their headers."""

    requests: int
    seconds: float
    bytes: int
    p50: float
    p95: float
    p99: float

    @property
    def rate(self) -> float:
        """Requests per second."""
        return self.requests / self.seconds


def put(url: str, bodies: Path, seconds: int, *, core: int, script: Path = SCRIPT) -> Load:
    """Send the bodies, a line each, in turn; or what another script makes of the file.

    Raises:
        LoadError: some request was not answered with success.
    """
    command = [find("taskset"), "--cpu-list", str(core), find("wrk")]
    command += [
        "--threads",
        "1",
        "--connections",
        str(CONNECTIONS),
        "--duration",
        f"{seconds}s",
        "--timeout",
        "20s",
    ]
    command += ["--script", str(script), url, "--", str(bodies)]
    finished = subprocess.run(command, capture_output=True, text=True, check=False, timeout=seconds + MARGIN)
    if finished.returncode:
        raise LoadError(f"wrk: {finished.stderr or finished.stdout}")
    said = orjson.loads(finished.stdout.splitlines()[-1])
    if said["failed"]:
        raise LoadError(f"{said['failed']} of {said['requests']} requests to {url} failed")
    return Load(
        requests=said["requests"],
        seconds=said["microseconds"] / 1e6,
        bytes=said["bytes"],
        p50=said["p50"] / 1e6,
        p95=said["p95"] / 1e6,
        p99=said["p99"] / 1e6,
    )
