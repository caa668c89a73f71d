"""Causerie also works where it is installed as a package, away from its repository."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ["auth", "compiler", "live", "models", "resolvers", "runtime", "schema", "server", "storage", "web"]
WHEEL = ["wheel", "--quiet", "--no-deps", "--no-index", "--no-build-isolation", "--wheel-dir"]


def _tracked(*paths: str) -> list[str]:
    listed = subprocess.run(["git", "ls-files", *paths], cwd=ROOT, capture_output=True, text=True, check=True)
    return listed.stdout.splitlines()


@pytest.fixture(scope="module")
def packaged(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The names of the files in a wheel of what git knows."""
    copy, wheels = tmp_path_factory.mktemp("copy"), tmp_path_factory.mktemp("wheels")
    for name in _tracked("pyproject.toml", "README.md", "LICENSE", *ROOMS):
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, copy / name)
    subprocess.run([sys.executable, "-m", "pip", *WHEEL, wheels, copy], check=True)
    (wheel,) = wheels.glob("*.whl")
    return set(zipfile.ZipFile(wheel).namelist())


def test_a_package_has_everything_that_the_server_reads(packaged: set[str]) -> None:
    assert set(_tracked(*ROOMS)) - packaged == set()


def test_a_package_brings_no_tests(packaged: set[str]) -> None:
    folders = {name.partition("/")[0] for name in packaged}
    assert {name for name in folders if not name.endswith(".dist-info")} == set(ROOMS)
