"""A conversation as the JavaScript client keeps it, in Node.js, and what it should be."""

import json
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.clients.lives import Lives
from tests.tools import find

FOLDER = Path(__file__).parent
PATIENCE = 30.0
ALL = """
    query ($id: ID!) { post(by: {id: $id}) { commentCount comments(first: 100, flat: true, orderBy: OLDEST) {
        nodes { id deleted status bodyHtml parent { id } } pageInfo { hasNextPage } } } }
"""


class Failed(Exception):
    """What the client has thrown."""

    def __init__(self, error: dict[str, Any]) -> None:
        super().__init__(error["message"])
        self.code = error.get("code")
        self.payload = error.get("payload")


class View:
    """Tells the script what to do, and reads what it answers."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def do(self, name: str, *given: Any) -> Any:
        """What a method of the conversation answers; raises what it throws."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([name, *given]) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        if "error" in answer:
            raise Failed(answer["error"])
        return answer["result"]

    def until(self, fits: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The state as soon as it fits."""
        deadline = time.monotonic() + PATIENCE
        while not fits(state := self.do("state")):
            assert time.monotonic() < deadline, state
            time.sleep(0.02)
        return dict(state)

    def shows(self, text: str) -> dict[str, Any]:
        """The one comment with this text, as soon as it is there."""
        state = self.until(lambda state: any(text in node.get("bodyHtml", "") for node in nodes(state)))
        (found,) = (node for node in nodes(state) if text in node.get("bodyHtml", ""))
        return found

    def is_right(self, blog: Lives, who: str | None = None) -> dict[str, Any]:
        """Wait for it to show each comment that its viewer sees, once, in its place, and their number."""
        post = self.do("state")["post"]["id"]
        wanted = truth(blog, post, who)
        deadline = time.monotonic() + PATIENCE
        while (state := self.do("state")) and not (shown(state) == wanted and state["known"]):
            assert time.monotonic() < deadline, (shown(state), wanted, state["known"])
            time.sleep(0.02)
        return dict(state)


def nodes(state: dict[str, Any]) -> list[dict[str, Any]]:
    """All comments that are shown, each before its replies."""
    found: list[dict[str, Any]] = []
    waiting = list(reversed(state["threads"]))
    while waiting:
        found.append(node := waiting.pop())
        waiting += reversed(node["replies"])
    return found


def shown(state: dict[str, Any]) -> tuple[int, list[Any]]:
    return state["total"], [[it["id"], it["deleted"], it["status"], it["bodyHtml"]] for it in nodes(state)]


def truth(blog: Lives, post: str, who: str | None) -> tuple[int, list[Any]]:
    """The same, as the server tells it: from a flat list, by a way of its own."""
    answer = blog.ask(ALL, who, id=post)["post"]
    assert not answer["comments"]["pageInfo"]["hasNextPage"]
    below: dict[str | None, list[Any]] = {}
    for it in answer["comments"]["nodes"]:
        below.setdefault(it["parent"] and it["parent"]["id"], []).append(it)

    def threads(parent: str | None) -> Iterator[Any]:
        for it in below.get(parent, ()):
            yield [it["id"], it["deleted"], it["status"], it["bodyHtml"]]
            yield from threads(it["id"])

    return answer["commentCount"], list(threads(None))


@contextmanager
def opened(url: str, token: str | None = None, **options: Any) -> Iterator[View]:
    """A view of a conversation; nothing is loaded yet."""
    with script("view.js", url, json.dumps({"token": token, **options})) as process:
        yield View(process)


@contextmanager
def script(name: str, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A script of this folder, which ends with the block; what it complains of is an error."""
    process = subprocess.Popen(
        [find("node"), str(FOLDER / name), *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    complaints: list[str] = []
    reader = threading.Thread(target=lambda: complaints.extend(process.stderr or ()))
    reader.start()
    with process:
        try:
            yield process
        finally:
            process.kill()
            reader.join()
    assert not complaints, "".join(complaints)


def run(name: str, *arguments: str) -> Any:
    """What a script prints, which is one JSON text."""
    ended = subprocess.run(
        [find("node"), str(FOLDER / name), *arguments],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout)
