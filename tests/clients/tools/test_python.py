"""Python clients and code generators: what they make of the schema is checked and run."""

import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.clients.tools import projects
from tests.server.running import ROOT, Server

LOCK = Path(__file__).with_name("requirements.lock")
VENV = ROOT / "build" / "tools"
"""The generators want an older graphql-core than the server has."""
INSTALL = [
    "-m",
    "pip",
    "install",
    "--quiet",
    "--disable-pip-version-check",
    "--no-deps",
    "--require-hashes",
    "--requirement",
]
TITLE = "Python"


def installed() -> Path:
    """The folder of the generators' programs, installed as their lock says."""
    programs = VENV / "bin"
    done = VENV / "requirements.lock"
    if not done.exists() or done.read_bytes() != LOCK.read_bytes():
        subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], check=True)
        subprocess.run([programs / "python", *INSTALL, LOCK], check=True)
        done.write_bytes(LOCK.read_bytes())
    return programs


@pytest.fixture(scope="module")
def project(sqlite_site: Server, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which all has been generated."""
    folder = tmp_path_factory.mktemp("python")
    projects.write(folder, TITLE)
    projects.follow(folder, TITLE, sqlite_site, installed())
    return folder


def python(name: str) -> Path:
    return Path(sys.executable) if name == "gql" else VENV / "bin" / "python"


@pytest.mark.parametrize(
    ("name", "tool", "more"),
    [
        ("gql", "gql", {"refused": "GraphQLError"}),
        ("ariadne", "ariadne-codegen", {}),
        ("turms", "turms", {}),
        ("sgqlc", "sgqlc", {"shown": 2}),
    ],
)
def test_a_page_is_asked_a_comment_is_written_and_heard(
    sqlite_site: Server, project: Path, seen: dict[str, Any], name: str, tool: str, more: dict[str, Any]
) -> None:
    shown = projects.report(project, sqlite_site, python(name), f"{name}_client.py")
    shown["at"] = datetime.fromisoformat(shown["at"])
    words = f"Written with {tool}"
    assert shown == seen | {"added": words, "heard": words} | more


@pytest.mark.parametrize("name", ["gql", "ariadne", "turms"])
def test_the_types_fit(project: Path, name: str) -> None:
    checker = ["-m", "mypy", "--strict", "--follow-imports=silent", f"--cache-dir={os.devnull}"]
    place = f"--python-executable={python(name)}"
    projects.run(project, sys.executable, *checker, place, f"{name}_client.py")
