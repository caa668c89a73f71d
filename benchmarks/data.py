"""The rows that are read: made once by `causerie fill` in both databases, and kept."""

import hashlib
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from benchmarks.postgresql import Cluster
from benchmarks.programs import ROOT

SEED = 1
MAKERS = ("models", "server/fill")
"""Where the code is that decides what the rows are; when it changes, they are made again."""


@dataclass(frozen=True)
class Size:
    """How many rows of each kind."""

    name: str
    users: int
    categories: int
    posts: int
    comments: int

    def times(self, factor: int) -> "Size":
        """So many times as many."""
        numbers = (self.users, self.categories, self.posts, self.comments)
        return Size(f"{self.name}{factor}", *(factor * number for number in numbers))

    @property
    def words(self) -> str:
        """For people."""
        return (
            f"{self.users:,} users, {self.categories:,} categories, {self.posts:,} posts, "
            f"{self.comments:,} comments"
        )


BLOG = Size("blog", users=1_000, categories=24, posts=5_000, comments=100_000)


def sqlite(size: Size, folder: Path) -> Path:
    """The SQLite file with so many rows."""
    finished, path = folder / f"{size.name}_{_made_by()}.db", folder / f"{size.name}_unfinished.db"
    if not finished.exists():
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob(f"{size.name}_*"):
            old.unlink()
        _fill(f"sqlite://{path.absolute()}", size)
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        path.rename(finished)
    return finished


def postgresql(size: Size, cluster: Cluster) -> str:
    """The address of the PostgreSQL database with so many rows."""
    finished, unfinished = f"{size.name}_{_made_by()}", f"{size.name}_unfinished"
    if finished not in cluster.databases():
        for old in cluster.databases():
            if old.startswith(f"{size.name}_"):
                cluster.execute(f"DROP DATABASE {old}")
        cluster.execute(f"CREATE DATABASE {unfinished}")
        _causerie("migrate", "--database", cluster.url(unfinished))
        _fill(cluster.url(unfinished), size)
        cluster.execute("VACUUM (ANALYZE)", unfinished)
        cluster.execute("CHECKPOINT")
        cluster.execute(f"ALTER DATABASE {unfinished} RENAME TO {finished}")
    return cluster.url(finished)


def _made_by() -> str:
    """A name for the code that makes the rows."""
    digest = hashlib.sha256()
    for folder in MAKERS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:8]


def _fill(url: str, size: Size) -> None:
    numbers = {
        "users": size.users,
        "categories": size.categories,
        "posts": size.posts,
        "comments": size.comments,
    }
    options = [part for name, number in numbers.items() for part in (f"--{name}", str(number))]
    _causerie("fill", "--database", url, "--seed", str(SEED), *options)


def _causerie(*words: str) -> None:
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "-m", "server", *words], env=environment, check=True)
