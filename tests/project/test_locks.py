"""What is installed is what was tested: exact versions, known by their files' hashes, from wherever."""

import json
import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())
REQUIREMENT = re.compile(r"([a-z0-9.-]+)==([\w.]+)(?: ; [\w '<>=!.()-]+)? \\")
HASH = re.compile(r"    --hash=sha256:[0-9a-f]{64}(?: \\)?")
RUNTIME = PROJECT["project"]["dependencies"] + PROJECT["dependency-groups"]["build"]


def _tracked(pattern: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", pattern], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [ROOT / name for name in listed.stdout.splitlines()]


def _locked(name: str) -> dict[str, str]:
    lines = (ROOT / name).read_text().splitlines()
    return {match[1]: match[2] for match in map(REQUIREMENT.fullmatch, lines) if match}


@pytest.mark.parametrize("path", _tracked("*.lock"), ids=lambda path: path.name)
def test_a_lock_holds_names_versions_and_hashes_and_nothing_else(path: Path) -> None:
    for line in path.read_text().splitlines():
        assert REQUIREMENT.fullmatch(line) or HASH.fullmatch(line), line


@pytest.mark.parametrize(
    ("lock", "wanted"),
    [
        ("requirements.lock", RUNTIME),
        ("requirements-dev.lock", RUNTIME + PROJECT["dependency-groups"]["dev"]),
    ],
)
def test_the_lock_has_what_the_project_pins(lock: str, wanted: list[str]) -> None:
    locked = _locked(lock)
    for requirement in wanted:
        name, version = requirement.split("==")
        assert locked[name] == version


def test_the_tests_run_on_the_versions_that_the_server_runs_on() -> None:
    assert _locked("requirements.lock").items() <= _locked("requirements-dev.lock").items()


@pytest.mark.parametrize("path", _tracked("*package-lock.json"), ids=str)
def test_npm_packages_are_known_by_their_hashes_not_by_an_address(path: Path) -> None:
    packages = json.loads(path.read_text())["packages"]
    for name, package in packages.items():
        assert "resolved" not in package
        assert name == "" or package["integrity"].startswith("sha512-")
