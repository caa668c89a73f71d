"""The house rules that a program can check."""

import ast
import builtins
import pkgutil
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOMS = ["auth", "compiler", "jobs", "live", "models", "resolvers", "runtime", "schema", "server", "storage"]
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


def test_docstrings_refer_to_what_exists() -> None:
    reference = re.compile(rf"`((?:{'|'.join(ROOMS)})(?:\.\w+)+)`")
    names = {name for text in _docstrings() for name in reference.findall(text)}
    assert len(names) > 10
    assert [name for name in sorted(names) if not _exists(name)] == []


def test_docstrings_call_what_is_raised_by_its_name() -> None:
    raised = re.compile(r"^ +([A-Z]\w+): ", re.MULTILINE)
    names = {name for text in _docstrings() for name in raised.findall(text.partition("Raises:\n")[2])}
    known = {node.name for node in _nodes() if isinstance(node, ast.ClassDef | ast.alias)}
    assert len(names) > 10
    assert sorted(names - known - set(dir(builtins))) == []


def _nodes() -> Iterator[ast.AST]:
    for room in ROOMS:
        for path in (ROOT / room).rglob("*.py"):
            yield from ast.walk(ast.parse(path.read_text()))


def _docstrings() -> Iterator[str]:
    for node in _nodes():
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield ast.get_docstring(node, clean=False) or ""


def _exists(name: str) -> bool:
    try:
        pkgutil.resolve_name(name)
    except (ImportError, AttributeError):
        return False
    return True
