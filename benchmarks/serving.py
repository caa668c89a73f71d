"""Servers in processes of their own, on one core, for as long as somebody needs them."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import orjson

from benchmarks.competitors import Competitor
from benchmarks.programs import ROOT, find, free_port
from benchmarks.questions import TINY, Question

START_TIMEOUT = 60.0
STOP_TIMEOUT = 15.0


class ServerError(Exception):
    """A server did not start, or answered with something else than an answer."""


@dataclass(frozen=True)
class Running:
    """A server that answers."""

    competitor: Competitor
    process: subprocess.Popen[bytes]
    port: int
    client: httpx.Client

    def url(self, question: Question) -> str:
        """Where the question is put."""
        path = question.key if self.competitor.own_addresses else "graphql"
        return f"http://127.0.0.1:{self.port}/{path}"

    def answer(self, question: Question, request: bytes) -> bytes:
        """The answer to one request, as it came.

        Raises:
            ServerError: it was no success.
        """
        headers = {"content-type": "application/json", "accept": "application/json"}
        reply = self.client.post(self.url(question), content=request, headers=headers)
        if reply.status_code != httpx.codes.OK:
            raise ServerError(f"{self.competitor.key}: {reply.status_code} {reply.text[:500]}")
        return reply.content

    def data(self, question: Question, request: bytes) -> dict[str, Any]:
        """The data of the answer, which must have no errors."""
        answer = orjson.loads(self.answer(question, request))
        if "errors" in answer:
            raise ServerError(f"{self.competitor.key}: {orjson.dumps(answer['errors']).decode()[:500]}")
        data: dict[str, Any] = answer["data"]
        return data


@contextmanager
def serving(competitor: Competitor, database: str, core: int | None, logs: Path) -> Iterator[Running]:
    """The competitor's server on one core, or on any, reading that database."""
    port = free_port()
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CAUSERIE_")}
    given = {competitor.database_variable: database, "PORT": str(port), "PYTHONPATH": str(ROOT)}
    given |= {"UVICORN_PORT": str(port), "CAUSERIE_PORT": str(port)}
    logs.mkdir(parents=True, exist_ok=True)
    path = logs / f"{competitor.key}.log"
    with path.open("wb") as log:
        process = subprocess.Popen(
            [*([] if core is None else [find("taskset"), "--cpu-list", str(core)]), *competitor.command],
            env={**kept, **given, **competitor.environment},
            cwd=ROOT,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        with httpx.Client(timeout=START_TIMEOUT) as client:
            running = Running(competitor, process, port, client)
            _wait(running, path)
            yield running
    finally:
        _stop(process)


def _wait(running: Running, log: Path) -> None:
    """Until the port is open."""
    end = time.monotonic() + START_TIMEOUT
    while True:
        try:
            running.client.post(running.url(TINY), content=b"{}")
        except httpx.TransportError:
            if running.process.poll() is not None or time.monotonic() > end:
                raise ServerError(
                    f"{running.competitor.key} did not start: {log.read_text()[-2000:]}"
                ) from None
            time.sleep(0.1)
        else:
            return


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(timeout=STOP_TIMEOUT)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
