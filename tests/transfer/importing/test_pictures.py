"""Pictures come over from a folder of uploads, and from nowhere else."""

from dataclasses import replace
from pathlib import Path

import pytest

from models import Image, ImportedRow, Post
from tests.transfer.importing.blogs import NOW, PLAN, author, category, dump, imported, outcomes, post
from transfer.formats import records
from transfer.formats.records import Record
from transfer.importing.media import Folder, UnfitPicture


@pytest.fixture
def uploads(tmp_path: Path) -> Path:
    """`outside.png` is beside the folder, which has a link to it, and one to itself."""
    (tmp_path / "outside.png").write_bytes(b"secret")
    (tmp_path / "uploads" / "2010" / "03").mkdir(parents=True)
    (tmp_path / "uploads" / "2010" / "03" / "soupe d'été.jpg").write_bytes(b"soup")
    (tmp_path / "uploads" / "link.png").symlink_to(tmp_path / "outside.png")
    (tmp_path / "uploads" / "circle.png").symlink_to("circle.png")
    return tmp_path / "uploads"


@pytest.mark.parametrize(
    "address",
    [
        "https://old.example/wp-content/uploads/2010/03/soupe%20d'%C3%A9t%C3%A9.jpg",
        "/2010/03/soupe d'été.jpg?w=300#x",
    ],
)
def test_a_picture_is_found_by_the_end_of_its_path(uploads: Path, address: str) -> None:
    found = Folder(uploads).find(address)
    assert found is not None
    assert found.read_bytes() == b"soup"


@pytest.mark.parametrize(
    "address",
    [
        *(
            "/../outside.png",
            "/2010/../../outside.png",
            "/%2e%2e/outside.png",
            "/..%2foutside.png",
            "..\\outside.png",
        ),
        *(
            "/link.png",
            "/circle.png",
            "/2010/03",
            "/",
            "",
            "https://old.example",
            "/a\0b",
            "/2010/03/soupe d'été.jpg/x",
            "http://[::1",
        ),
    ],
)
def test_nothing_outside_the_folder_is_found(uploads: Path, address: str) -> None:
    assert Folder(uploads).find(address) is None


async def keep(data: bytes, alt: str) -> int:
    if data != b"soup":
        raise UnfitPicture("This is no picture.")
    image = await Image.create(
        digest="0" * 64, media_type="image/webp", width=1, height=1, bytes=len(data), alt=alt, created_at=NOW
    )
    id_: int = image.id
    return id_


BLOG: list[Record] = [
    author(),
    category("kitchen"),
    post("1", image="9"),
    records.Image(key="9", url="https://old.example/2010/03/soupe%20d'%C3%A9t%C3%A9.jpg", alt="Soup"),
    post("2", image="https://old.example/2010/03/soupe d'été.jpg"),
    post("3", image="https://elsewhere.example/lost.jpg"),
]


@pytest.mark.usefixtures("sqlite_database")
async def test_posts_get_their_pictures_also_later(uploads: Path) -> None:
    report = await imported(BLOG)
    assert outcomes(report, "image") == {"left out": 1}
    assert not await Image.exists()
    before = await dump()
    for plan, outcome in ((PLAN, "left out"), (replace(PLAN, media=uploads), "written")):
        told = await imported(BLOG, replace(plan, dry_run=True), keep=keep)
        assert outcomes(told, "image") == {outcome: 1}
    await imported(BLOG)
    assert await dump() == before
    plan = replace(PLAN, media=uploads)
    report = await imported(BLOG, plan, keep=keep)
    assert outcomes(report, "image") == {"written": 1}
    assert [image.alt for image in await Image.all().order_by("id")] == ["Soup", ""]
    assert [each.image_id for each in await Post.all().order_by("id")] == [1, 2, None]
    assert await ImportedRow.filter(kind="picture").count() == 1
    before = await dump()
    assert outcomes(await imported(BLOG, plan, keep=keep), "image") == {"unchanged": 1}
    assert await dump() == before
