import asyncio
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from media.errors import StoreUnavailable
from media.folder import UNFINISHED
from media.names import digest_of, name_of, names_of
from media.places import place_of, store_at
from media.store import MediaStore
from tests.media.s3_server import BUCKET, KEY, Kept, s3_server

DIGEST, OTHER = "ab" * 32, "cd" * 32
NAME, SMALL = name_of(DIGEST), name_of(DIGEST, 320)
LARGE = bytes(range(256)) * 4096


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[Kept]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    with s3_server() as kept:
        yield kept


@pytest.fixture(params=["folder", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> MediaStore:
    if request.param == "folder":
        return store_at(str(tmp_path / "media"))
    kept: Kept = request.getfixturevalue("bucket")
    return store_at(f"s3://{BUCKET}/blog/media?endpoint={kept.url}&region=eu-west-1")


async def content(store: MediaStore, name: str) -> bytes | None:
    file = await store.read(name)
    if file is None:
        return None
    read = b"".join([piece async for piece in file.pieces])
    assert file.size == len(read)
    await file.close()
    return read


async def test_what_is_put_can_be_read(store: MediaStore) -> None:
    assert await content(store, NAME) is None
    await store.put(NAME, LARGE)
    await store.put(SMALL, b"small")
    assert await content(store, NAME) == LARGE
    assert await content(store, SMALL) == b"small"
    assert await content(store, name_of(OTHER)) is None


async def test_putting_it_twice_is_putting_it_once(store: MediaStore) -> None:
    await asyncio.gather(*(store.put(NAME, LARGE) for _ in range(8)))
    assert [name async for name, _ in store.listed()] == [NAME]
    assert await content(store, NAME) == LARGE


async def test_large_files_come_in_pieces(store: MediaStore) -> None:
    await store.put(NAME, LARGE)
    file = await store.read(NAME)
    assert file is not None
    pieces = [len(piece) async for piece in file.pieces]
    await file.close()
    assert len(pieces) > 1
    assert max(pieces) < len(LARGE)


async def test_what_is_deleted_is_gone(store: MediaStore) -> None:
    await store.put(NAME, b"1")
    await store.put(name_of(OTHER), b"2")
    await store.delete([NAME, SMALL])
    assert [name async for name, _ in store.listed()] == [name_of(OTHER)]
    assert await content(store, NAME) is None


async def test_the_list_says_since_when_each_is_there(store: MediaStore) -> None:
    assert [name async for name, _ in store.listed()] == []
    await store.put(SMALL, b"1")
    [(name, moment)] = [each async for each in store.listed()]
    assert name == SMALL
    assert moment.tzinfo is not None
    assert moment < datetime.now(UTC) + timedelta(minutes=1)


async def test_a_file_in_a_folder_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    store = store_at(str(tmp_path))
    await store.put(NAME, LARGE)
    assert [entry.name for entry in os.scandir(tmp_path / "ab")] == [f"{DIGEST}.webp"]
    assert (tmp_path / NAME).stat().st_mode & 0o777 == 0o644
    (tmp_path / "ab" / f"{UNFINISHED}1").write_bytes(b"half")  # as a crash leaves it
    assert [name async for name, _ in store.listed()] == [NAME]


async def test_a_folder_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "media").write_text("a file")
    store = store_at(str(tmp_path / "media"))
    with pytest.raises(StoreUnavailable, match=r"No picture can be written to .*media"):
        await store.put(NAME, b"1")
    assert await store.read(NAME) is None


async def test_a_bucket_is_told_what_each_file_is(bucket: Kept) -> None:
    await store_at(f"s3://{BUCKET}/blog?endpoint={bucket.url}&region=eu-west-1").put(NAME, b"picture")
    body, headers = bucket.objects[f"blog/{NAME}"]
    assert body == b"picture"
    assert headers["content-type"] == "image/webp"
    assert headers["cache-control"] == "public, max-age=31536000, immutable"


async def test_a_bucket_that_is_missing_or_away_says_so(bucket: Kept) -> None:
    missing = store_at(f"s3://other?endpoint={bucket.url}&region=eu-west-1")
    with pytest.raises(StoreUnavailable, match=r"s3://other.*NoSuchBucket"):
        await missing.put(NAME, b"1")
    away = store_at("s3://pictures?endpoint=http://127.0.0.1:9&region=eu-west-1")
    with pytest.raises(StoreUnavailable, match="s3://pictures"):
        await away.read(NAME)


def test_names_are_ours_or_none() -> None:
    assert digest_of(NAME) == digest_of(SMALL) == DIGEST
    assert names_of(DIGEST, 700) == [NAME, SMALL, name_of(DIGEST, 640)]
    for name in (
        "",
        f"../{DIGEST}.webp",
        f"ab/{DIGEST}.webp/..",
        f"cd/{DIGEST}.webp",
        f"ab/{DIGEST}.png",
        f"ab/{DIGEST}-w321.webp",
        f"ab/{DIGEST.upper()}.webp",
        f"ab/{DIGEST}.webp\n",
        f"ab/{DIGEST[:-1]}٣.webp",
    ):
        assert digest_of(name) is None


@pytest.mark.parametrize(
    "written",
    [
        "s3://",
        "s3:///prefix",
        "ftp://host/x",
        "s3://b?endpoint=nowhere",
        "s3://b?key=1",
        "s3://user:pw@b/x",
        "s3://b?x",
    ],
)
def test_places_that_are_none_are_refused(written: str) -> None:
    with pytest.raises(ValueError, match=r"no folder|an option|bad query"):
        place_of(written)
