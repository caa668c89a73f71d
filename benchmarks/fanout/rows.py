"""The rows that the servers share, and somebody who may write."""

import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from auth import sessions
from auth.policy import SessionLifetime
from auth.viewer import now
from benchmarks import data
from storage import open_database

BLOG = data.Size("live", users=100, categories=8, posts=200, comments=2_000)
POSTS = 50


@dataclass(frozen=True)
class Rows:
    """A database, the posts that are commented on, and the token of who comments."""

    file: Path
    posts: list[int]
    token: str

    @property
    def post(self) -> int:
        """The one post."""
        return self.posts[0]

    def comments(self, post: int) -> list[int]:
        """The newest comments of a post, in order."""
        with closing(sqlite3.connect(self.file)) as connection:
            rows = connection.execute("SELECT id FROM comments WHERE post_id = ? ORDER BY id", (post,))
            return [id_ for (id_,) in rows]


async def prepare(folder: Path, size: data.Size = BLOG) -> Rows:
    """A copy of the rows that this run may write to."""
    file = _copy(folder, size)
    with closing(sqlite3.connect(file)) as connection:
        found = connection.execute(
            "SELECT id FROM posts WHERE status = 'PUBLISHED' AND comments_open ORDER BY id LIMIT ?", (POSTS,)
        ).fetchall()
        ((writer,),) = connection.execute("SELECT min(id) FROM users WHERE role = 'READER'").fetchall()
    database = await open_database(str(file))
    token, _ = await sessions.start(SessionLifetime(), writer, now())
    await database.close()
    return Rows(file, [id_ for (id_,) in found], token)


def _copy(folder: Path, size: data.Size) -> Path:
    file = folder / "written.db"
    for old in folder.glob(f"{file.name}*"):
        old.unlink()
    shutil.copy(data.sqlite(size, folder), file)
    return file
