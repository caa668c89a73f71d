import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_migrations_make_the_tables_that_the_models_describe() -> None:
    finished = subprocess.run(
        [Path(sys.executable).with_name("tortoise"), "makemigrations", "--name", "forgotten"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for forgotten in (ROOT / "models" / "migrations").glob("*_forgotten.py"):
        forgotten.unlink()
    assert finished.stdout.strip() == "No changes detected"
