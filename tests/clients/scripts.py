"""Scripts in JavaScript, as a front-end developer would write them, with the stock clients from npm."""

import json
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests import npm
from tests.tools import find

FOLDER = Path(__file__).parent
PATIENCE = 20.0


def _started(name: str, *arguments: str) -> subprocess.Popen[str]:
    npm.packages()
    with (FOLDER / name).open() as script:  # read from there, it finds the packages of its working folder
        return subprocess.Popen(
            [find("node"), "--input-type=module", "-", *arguments],
            cwd=npm.FOLDER,
            stdin=script,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )


def run(name: str, *arguments: str) -> Any:
    """What the script prints, which is one JSON text."""
    with _started(name, *arguments) as process:
        try:
            output, complaints = process.communicate(timeout=PATIENCE)
        finally:
            process.kill()
    if process.returncode or complaints:
        raise AssertionError(complaints)
    return json.loads(output)


class Running:
    """A script that goes on; it prints a JSON text on each line."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.lines: list[Any] = []
        self._process = process
        self._news = threading.Condition()
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def until(self, true: Callable[[list[Any]], bool]) -> list[Any]:
        """Wait for what has been printed to be as it should; print it all if it never is."""
        with self._news:
            if not self._news.wait_for(lambda: true(self.lines), PATIENCE):
                raise AssertionError(self.lines)
            return list(self.lines)

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()
        self._reader.join()

    def _read(self) -> None:
        for line in self._process.stdout or ():
            with self._news:
                self.lines.append(json.loads(line))
                self._news.notify_all()


@contextmanager
def running(name: str, *arguments: str) -> Iterator[Running]:
    """The script, until the end of the block."""
    with _started(name, *arguments) as process:
        script = Running(process)
        try:
            yield script
        finally:
            script.stop()
