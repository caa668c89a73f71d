"""What the README shows is run, so that it stays true."""

import json
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests import npm
from tests.project.reading import blocks, document
from tests.server.running import Server, command, running
from tests.tools import find

QUERY, SIGN_IN, ADD_COMMENT = blocks("README.md", "graphql")
(ANSWER,) = blocks("README.md", "json")
(LIVE,) = blocks("README.md", "js")
README_ADDRESS = "localhost:8000"


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Server]:
    with running(f"sqlite://{tmp_path / 'demo.db'}", "--demo") as started:
        yield started


def _ask(server: Server, query: str, token: str = "") -> Any:
    headers = {"authorization": f"Bearer {token}"} if token else {}
    answer = httpx.post(server.graphql, json={"query": query}, headers=headers).json()
    assert "errors" not in answer
    return answer["data"]


def _comment(server: Server, body: str) -> str:
    token = _ask(server, SIGN_IN)["signIn"]["token"]
    written = ADD_COMMENT.replace("Written with *GraphiQL*.", body)
    return str(_ask(server, written, token)["addComment"]["comment"]["id"])


@contextmanager
def _following(server: Server, folder: Path) -> Iterator[Path]:
    """The file into which the README's script writes, while it runs."""
    (folder / "node_modules").symlink_to(npm.packages(), target_is_directory=True)
    script, output = folder / "live.mjs", folder / "output"
    script.write_text(LIVE.replace(README_ADDRESS, server.url.removeprefix("http://")))
    with output.open("w") as stdout:
        process = subprocess.Popen(
            [find("node"), "--experimental-websocket", "--no-warnings", script], stdout=stdout, stderr=stdout
        )
    try:
        yield output
    finally:
        process.kill()
        process.wait()


def _seen(output: Path, body: str, *, within: float) -> bool:
    end = time.monotonic() + within
    while body not in output.read_text() and time.monotonic() < end:
        time.sleep(0.05)
    return body in output.read_text()


def test_it_is_short_enough_to_be_read() -> None:
    assert len(document("README.md").splitlines()) <= 150


def test_the_query_has_the_answer_that_is_shown(demo: Server) -> None:
    assert {"data": _ask(demo, QUERY)} == json.loads(ANSWER)


def test_signing_in_and_commenting_work_as_shown(demo: Server) -> None:
    signed_in = _ask(demo, SIGN_IN)["signIn"]
    assert signed_in["user"] == {"name": "Julien Mercier", "role": "READER"}
    assert _ask(demo, ADD_COMMENT, signed_in["token"])["addComment"]["comment"]["status"] == "APPROVED"


def test_the_live_feed_goes_on_after_a_restart(tmp_path: Path) -> None:
    url = f"sqlite://{tmp_path / 'demo.db'}"
    with running(url, "--demo") as server, _following(server, tmp_path) as output:
        for number in range(10):  # until the script follows
            _comment(server, f"before the restart {number}")
            if _seen(output, "before the restart", within=1):
                break
        server.stop()
        with running(url, "--port", server.url.rpartition(":")[2]) as again:
            _comment(again, "while nobody followed")
            assert _seen(output, "while nobody followed", within=30)
            _comment(again, "after the restart")
            assert _seen(output, "after the restart", within=5)
        text = output.read_text()
    assert text.count("while nobody followed") == text.count("after the restart") == 1
    assert text.index("before") < text.index("while nobody followed") < text.index("after the restart")


def test_the_commands_exist() -> None:
    (commands,) = (block for block in blocks("README.md", "sh") if "causerie" in block)
    for line in commands.splitlines()[1:]:
        words = line.removeprefix(".venv/bin/causerie ").partition(" --")[0].split()
        assert command(*words, "--help").returncode == 0, line
