"""`causerie export`, `backup` and `restore` as those who type them see them."""

import asyncio
import shutil
from pathlib import Path

import pytest

from media.folder import Folder
from media.names import name_of
from models import Image, Post
from tests import factories
from tests.databases import opened
from tests.server.running import command
from tests.transfer.archive.content import DIGEST, PICTURE


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    return tmp_path / "pictures"


@pytest.fixture
def site(database_url: str, pictures: Path) -> str:
    """A site on either database, with a post and a picture."""

    async def write() -> None:
        async with opened(database_url):
            await factories.post(title="Here")
            await Image.create(
                digest=DIGEST,
                media_type="image/webp",
                width=300,
                height=1,
                bytes=9,
                created_at=factories.EPOCH,
            )
            await Folder(pictures).put(name_of(DIGEST), PICTURE)

    asyncio.run(write())
    return database_url


def titles(url: str) -> list[str]:
    async def read() -> list[str]:
        async with opened(url):
            return [post.title for post in await Post.all()]

    return asyncio.run(read())


def test_a_site_is_exported_and_restored_into_a_new_file(site: str, pictures: Path, tmp_path: Path) -> None:
    archive, new = tmp_path / "site.zip", tmp_path / "new.db"
    exported = command("export", str(archive), "--database", site, media=pictures)
    assert exported.returncode == 0, exported.stderr
    assert "1 user, 1 post, 0 comments, 1 picture file. It holds e-mail addresses" in exported.stdout
    restored = command("restore", str(archive), "--database", str(new), media=tmp_path / "others")
    assert restored.returncode == 0, restored.stderr
    assert "1 user, 1 post, 0 comments, 1 picture file. People sign in again." in restored.stdout
    assert titles(str(new)) == ["Here"]
    assert (tmp_path / "others" / name_of(DIGEST)).read_bytes() == PICTURE
    again = command("restore", str(archive), "--database", str(new))
    assert (again.returncode, again.stdout) == (1, "")
    assert "The site has rows already (categories): name a new database" in again.stderr


def test_pictures_that_are_not_there_are_told_of(site: str, pictures: Path, tmp_path: Path) -> None:
    shutil.rmtree(pictures)
    exported = command("export", str(tmp_path / "site"), "--database", site, media=pictures)
    assert f"Not in {pictures}, and so not in the export: 1 picture files that rows name." in exported.stdout


def test_who_leaves_gets_a_file_for_wordpress(site: str, tmp_path: Path) -> None:
    file = tmp_path / "site.xml"
    nowhere = command("export", "--wxr", str(file), "--database", site)
    assert (nowhere.returncode, file.exists()) == (1, False)
    assert "CAUSERIE_SITE_URL is not set: the file has to say where posts and pictures are." in nowhere.stderr
    written = command("export", "--wxr", str(file), "--database", site, site_url="https://blog.example")
    assert written.returncode == 0, written.stderr
    assert f"{file}: 1 post, 0 comments. It holds e-mail addresses." in written.stdout
    assert "<title>Here</title>\n<link>https://blog.example/posts/" in file.read_text()


def test_a_backup_is_put_back_when_it_may_replace_what_is_there(site: str, tmp_path: Path) -> None:
    file = tmp_path / "backup"
    made = command("backup", str(file), "--database", site)
    assert made.returncode == 0, made.stderr

    async def change() -> None:
        async with opened(site):
            await Post.all().update(title="Changed")

    asyncio.run(change())
    refused = command("restore", str(file), "--database", site)
    assert refused.returncode == 1
    assert "has content, which would be lost: --replace" in refused.stderr
    assert titles(site) == ["Changed"]
    restored = command("restore", "--replace", str(file), "--database", site)
    assert restored.returncode == 0, restored.stderr
    assert f"is as it was when {file} was made" in restored.stdout
    assert titles(site) == ["Here"]


def test_what_cannot_be_done_is_said_in_a_line(sqlite_url: str, postgresql_url: str, tmp_path: Path) -> None:
    backup, text = tmp_path / "backup.db", tmp_path / "text"
    assert command("backup", str(backup), "--database", sqlite_url).returncode == 0
    text.write_text("Not a site")
    for arguments, said in (
        (("backup", str(backup), "--database", sqlite_url), "exists already"),
        (
            ("backup", str(tmp_path / "b"), "--database", str(tmp_path / "no.db")),
            "does not exist: run causerie migrate",
        ),
        (("backup", str(tmp_path / "no" / "b"), "--database", sqlite_url), "is no folder: make it first"),
        (("restore", str(backup), "--database", postgresql_url), "is a backup of an SQLite database, and"),
        (("restore", str(text), "--database", sqlite_url), "causerie import reads those of other systems"),
        (("restore", str(tmp_path / "none"), "--database", sqlite_url), "none does not exist"),
    ):
        done = command(*arguments)
        assert done.returncode == 1
        assert said in done.stderr
        assert len(done.stderr.splitlines()) == 1, done.stderr
