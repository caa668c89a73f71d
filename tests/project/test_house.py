"""The house rules that a program can check."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOMS = ["auth", "compiler", "live", "models", "resolvers", "runtime", "schema", "server", "storage"]
IMPORT_ALL = """
import importlib, pkgutil, sys

touched = []
OPENING = {"socket.connect", "socket.bind", "sqlite3.connect", "subprocess.Popen", "os.posix_spawn"}
sys.addaudithook(lambda event, _: touched.append(event) if event in OPENING else None)
for room in sys.argv[1:]:
    for module in pkgutil.walk_packages(importlib.import_module(room).__path__, f"{room}."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
print(touched)
"""


def test_imports_go_one_way() -> None:
    finished = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 0, finished.stdout


def test_importing_opens_no_connection_and_starts_no_process() -> None:
    finished = subprocess.run(
        [sys.executable, "-c", IMPORT_ALL, *ROOMS], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (finished.stdout.strip(), finished.stderr) == ("[]", "")


def test_every_module_says_what_it_is_for() -> None:
    for room in ROOMS:
        for path in (ROOT / room).rglob("*.py"):
            if "migrations" not in path.parts:
                assert path.read_text().startswith('"""'), path
