"""A state of the server's sources, run by this Python: as it is here, or as a commit has it."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from benchmarks.competitors import Competitor
from benchmarks.data import Size
from benchmarks.programs import ROOT, find

BEFORE = "c3e5102f4d14818866afc814ef3472d0ca9335f8"
"""The last build that knew of no fair shares but the database's."""
BLOG = Size("hostile", users=200, categories=12, posts=1_000, comments=20_000)
SIGN_IN = """
import asyncio, hashlib, secrets, sys
from datetime import timedelta
from auth.viewer import now
from models import Post, Session, User
from storage import open_database

async def main():
    database = await open_database(sys.argv[1])
    writer = await User.filter(role="READER").order_by("id").first()
    post = await Post.filter(status="PUBLISHED", comments_open=True).order_by("-comment_count").first()
    token, moment = secrets.token_urlsafe(32), now()
    digest = hashlib.sha256(token.encode()).hexdigest()
    await Session.create(
        user_id=writer.id, token_hash=digest, created_at=moment, expires_at=moment + timedelta(days=1)
    )
    print(post.id, token)
    await database.close()

asyncio.run(main())
"""


@dataclass(frozen=True)
class Build:
    """Sources in a folder, by the name that the page has for them."""

    key: str
    title: str
    sources: Path

    @property
    def competitor(self) -> Competitor:
        """How it serves: as it comes, but that the neighbour may comment as often as it is measured."""
        return Competitor(
            self.key,
            self.title,
            "",
            "sqlite",
            "ours",
            (*self._python, "-m", "server", "serve"),
            database_variable="CAUSERIE_DATABASE",
            environment={
                "PYTHONPATH": str(self.sources),
                "CAUSERIE_LOG_LEVEL": "error",
                "CAUSERIE_COMMENTS_PER_WINDOW": "10000",
            },
        )

    def filled(self, folder: Path) -> str:
        """A new database of its own, with the rows that every build makes alike."""
        file = folder / f"hostile-{self.key}.db"
        for old in folder.glob(f"{file.name}*"):
            old.unlink()
        numbers = {"users": BLOG.users, "categories": BLOG.categories}
        numbers |= {"posts": BLOG.posts, "comments": BLOG.comments}
        options = [part for name, number in numbers.items() for part in (f"--{name}", str(number))]
        self._run("-m", "server", "fill", "--database", str(file), *options)
        return str(file)

    def somebody(self, database: str) -> tuple[int, str]:
        """A post to comment on, and the token of who may."""
        post, token = self._run("-c", SIGN_IN, database).split()
        return int(post), token

    @property
    def _python(self) -> tuple[str, ...]:
        return sys.executable, "-P"  # or the folder of the benchmarks would come first

    def _run(self, *words: str) -> str:
        return subprocess.run(
            [*self._python, *words],
            env={"PYTHONPATH": str(self.sources), "PATH": ""},
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        ).stdout


def here() -> Build:
    """The sources as they are."""
    return Build("now", "Causerie", ROOT)


def before(folder: Path, commit: str = BEFORE) -> Build:
    """The sources of a commit, which are written into the folder."""
    sources = folder / f"sources-{commit[:10]}"
    if not sources.exists():
        archive = folder / "sources.tar"
        subprocess.run(
            [find("git"), "archive", "--format=tar", f"--output={archive}", commit], cwd=ROOT, check=True
        )
        sources.mkdir(parents=True)
        subprocess.run([find("tar"), "-xf", str(archive), "-C", str(sources)], check=True)
        archive.unlink()
    return Build("before", f"Build {commit[:10]}", sources)
