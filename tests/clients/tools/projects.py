"""Projects as a user of a tool would make them: operations, what the tool is told, programs."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from tests.clients.tools.documented import PROGRAMS, commands, files
from tests.server.running import Server

PATIENCE = 120.0


def write(folder: Path, title: str) -> None:
    """The files that the section of docs/clients.md names, beside the programs."""
    shutil.copytree(PROGRAMS, folder, dirs_exist_ok=True)
    for name, text in files(title).items():
        (folder / name).write_text(text, encoding="utf-8")


def follow(folder: Path, title: str, server: Server, *path: Path) -> None:
    """Run the section's commands on a server."""
    script = commands(title).replace("http://localhost:8000", server.url)
    run(folder, "bash", "-euo", "pipefail", "-c", script, path=path)


def run(folder: Path, *command: str | Path, path: tuple[Path, ...] = ()) -> str:
    """What a command prints that is run in the folder, with programs from these places; its complaint."""
    places = os.pathsep.join([*map(str, path), os.environ["PATH"]])
    ended = subprocess.run(
        list(map(str, command)),
        cwd=folder,
        env=os.environ | {"PATH": places, "NO_COLOR": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


def report(folder: Path, server: Server, *command: str | Path) -> Any:
    """The JSON text that a program prints about what it saw on the server."""
    return json.loads(run(folder, *command, server.graphql))
