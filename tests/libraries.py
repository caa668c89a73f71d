"""`python -m tests.libraries [VERSION …]`: what reads and stores, tested on other versions of SQLite than Python's.

The sources come with an npm package, by its hash; nothing of that is run. A compiled library stays in `build/sqlite`
and is put before the system's own. Without arguments all versions are taken, one after the other.
"""

import base64
import hashlib
import os
import subprocess
import sys
import tarfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from web.__main__ import search_path

ROOT = Path(__file__).parents[1]
BUILT = ROOT / "build" / "sqlite"
PACKAGE = "better-sqlite3"
PACKAGES = {
    "3.46.1": (
        "11.3.0",
        "iHt9j8NPYF3oKCNOO5ZI4JwThjt3Z6J6XrcwG85VNMVzv1ByqrHWv5VILEbCMFWDsoHhXvQ7oC8vgRXFAKgl9w==",
    ),
    "3.54.1": (
        "13.2.0",
        "Z8Q/9x/uNyKxA1v4FNodyItRVRw1TeKBrmj32JhxhR0ceNcBY+wMobt/Bv7M7TzwPAXjnZRtNaEsATnUZSKWZQ==",
    ),
}
"""The package's version, and the SHA-512 of its archive. 3.46 is Debian's and Python's images', 3.54.1 the newest."""
SOURCE = "package/deps/sqlite3/sqlite3.c"
OPTIONS = [  # Debian's, as far as they concern us
    "THREADSAFE=1",
    "USE_URI",
    "SECURE_DELETE",
    "LIKE_DOESNT_MATCH_BLOBS",
    "ENABLE_COLUMN_METADATA",
    "ENABLE_FTS5",
    "ENABLE_LOAD_EXTENSION",
    "ENABLE_MATH_FUNCTIONS",
    "ENABLE_PREUPDATE_HOOK",
    "ENABLE_SESSION",
    "ENABLE_UNLOCK_NOTIFY",
    "ENABLE_UPDATE_DELETE_LIMIT",
]
TESTS = ["tests/compiler", "tests/schema", "tests/storage", "-k", "not postgresql"]
ALIKE = (
    "compiler/test_garbage",
    "compiler/test_memory",
    "compiler/test_source",
    "schema/test_errors",
    "schema/test_one_of",
    "schema/test_scalars",
    "schema/test_sdl",
    "storage/test_fair_limiter",
    "storage/test_location",
    "storage/test_memory",
    "storage/test_pooler",
    "storage/test_shares",
    "storage/test_silence",
    "storage/test_stopwatch",
)
"""Tests that ask SQLite nothing, or nothing that is about its answers."""
NAMED = "TESTED_SQLITE"
"""The environment variable that says which version has to be found."""


class Impossible(Exception):
    """A library cannot be made or used here."""


def library(version: str) -> Path:
    """The folder of the compiled library."""
    if version not in PACKAGES:
        raise Impossible(f"{version} is none of {', '.join(PACKAGES)}")
    folder = BUILT / version
    shared = folder / "libsqlite3.so.0"
    if not shared.exists():
        folder.mkdir(parents=True, exist_ok=True)
        source = _source(version, folder)
        defined = [f"-DSQLITE_{option}" for option in OPTIONS]
        made = folder / "unfinished.so"
        _run(
            [
                "gcc",
                "-O1",
                "-fPIC",
                "-shared",
                "-Wl,-soname,libsqlite3.so.0",
                *defined,
                "-o",
                made,
                source,
                "-lm",
            ]
        )
        made.rename(shared)
    return folder


def _source(version: str, folder: Path) -> Path:
    package, digest = PACKAGES[version]
    _run(["npm", "pack", "--silent", "--ignore-scripts", f"{PACKAGE}@{package}"], folder)
    archive = folder / f"{PACKAGE}-{package}.tgz"
    if base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode() != digest:
        raise Impossible(f"{archive.name} is not the archive that it was: its hash is another one")
    with tarfile.open(archive) as files:
        source = files.extractfile(SOURCE)
        assert source is not None
        (folder / "sqlite3.c").write_bytes(source.read())
    return folder / "sqlite3.c"


def _run(command: list[str | Path], folder: Path = ROOT) -> None:
    environment = os.environ | {"PATH": search_path()}
    try:
        subprocess.run(command, cwd=folder, env=environment, check=True, stdout=subprocess.DEVNULL)
    except FileNotFoundError:
        raise Impossible(f"{command[0]} is missing") from None
    except subprocess.CalledProcessError as error:
        raise Impossible(str(error)) from None


def test(version: str) -> int:
    """Run the tests on the version; the exit code."""
    environment = os.environ | {"LD_LIBRARY_PATH": str(library(version)), NAMED: version}
    shown = [sys.executable, "-c", "import sqlite3; print(sqlite3.sqlite_version)"]
    found = subprocess.run(shown, env=environment, capture_output=True, text=True, check=True).stdout.strip()
    if found != version:
        raise Impossible(f"this Python has SQLite {found} built in, and takes no other")
    command = [
        sys.executable,
        "-m",
        "pytest",
        "--quiet",
        "--numprocesses",
        str((os.cpu_count() or 1) + 1),  # they wait, too
        "--dist",
        "loadfile",
        "-p",
        __package__ + ".libraries",
        *TESTS,
        *(f"--ignore=tests/{each}.py" for each in ALIKE),
    ]
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is about PostgreSQL alone: another SQLite changes nothing of that."""
    others = [item for item in items if "postgresql_server" in getattr(item, "fixturenames", ())]
    config.hook.pytest_deselected(items=others)
    items[:] = [item for item in items if item not in others]


def main(versions: list[str]) -> int:
    """The exit code: the first one that is none of success; where CI is set, nothing may be left out."""
    try:
        with ThreadPoolExecutor() as compilers:  # which take most of a minute each
            list(compilers.map(library, versions or PACKAGES))
        for version in versions or PACKAGES:
            print(f"On SQLite {version}:", flush=True)  # noqa: T201
            if code := test(version):
                return code
    except Impossible as error:
        print(f"The tests do not run on another SQLite: {error}.", file=sys.stderr)  # noqa: T201
        return 1 if os.environ.get("CI") or versions else 0
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
