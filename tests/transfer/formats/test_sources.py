import gzip
import zipfile
from pathlib import Path

import pytest

from transfer.formats.records import FormatError
from transfer.formats.sources import Source, sources

CONTENT = b"".join(b"%d\n" % number for number in range(50_000))


def zipped(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def read(source: Source) -> bytes:
    with source.open() as stream:
        return stream.read()


def read_into(taken: bytearray, source: Source) -> None:
    with source.open() as stream:
        for piece in iter(lambda: stream.read(1_000), b""):
            taken += piece


@pytest.fixture(params=["plain", "gzip", "zip", "gzip in zip", "folder"])
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    match request.param:
        case "plain":
            return written(tmp_path / "export", CONTENT)
        case "gzip":
            return written(tmp_path / "export", gzip.compress(CONTENT))
        case "zip":
            return zipped(tmp_path / "export", {"a/b": CONTENT})
        case "gzip in zip":
            return zipped(tmp_path / "export", {"a/b": gzip.compress(CONTENT)})
        case _:
            (tmp_path / "folder").mkdir()
            written(tmp_path / "folder" / "export", CONTENT)
            return tmp_path / "folder"


def test_a_stream_can_be_opened_again_and_again(path: Path) -> None:
    (source,) = sources(path)
    assert [read(source), read(source)] == [CONTENT, CONTENT]
    assert source.position == len(CONTENT)
    assert source.head(10) == CONTENT[:10]
    with source.on_disk() as file:
        assert file.read_bytes() == CONTENT


def test_the_size_is_that_of_the_unpacked_stream(tmp_path: Path) -> None:
    plain = written(tmp_path / "plain", CONTENT)
    packed = written(tmp_path / "packed", gzip.compress(CONTENT))
    member = zipped(tmp_path / "zip", {"a": CONTENT})
    assert [source.size for path in (plain, packed, member) for source in sources(path)] == [len(CONTENT)] * 3


def test_names_of_members_lead_nowhere(tmp_path: Path) -> None:
    folder = tmp_path / "inner"
    folder.mkdir()
    path = zipped(folder / "export.zip", {"../outside": b"1", "/absolute": b"2"})
    assert [read(source) for source in sources(path)] == [b"1", b"2"]
    assert [file.name for file in tmp_path.rglob("*")] == ["inner", "export.zip"]


def test_links_in_a_folder_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "link").symlink_to(written(tmp_path / "secret", b"x"))
    assert sources(tmp_path / "folder") == []


@pytest.mark.parametrize("packed", ["gzip", "zip"])
def test_a_bomb_is_refused_long_before_its_end(tmp_path: Path, packed: str) -> None:
    zeros = bytes(80 * 2**20)
    if packed == "zip":
        path = zipped(tmp_path / "bomb", {"feed.atom": zeros})
    else:
        path = written(tmp_path / "bomb", gzip.compress(zeros, 9))
    (source,) = sources(path)
    with pytest.raises(FormatError, match="grows far more than an export does"):
        read(source)
    assert source.position < 65 * 2**20


@pytest.mark.parametrize("packed", ["gzip", "zip"])
def test_what_is_cut_off_is_given_up_to_there(tmp_path: Path, packed: str) -> None:
    if packed == "gzip":
        path = written(tmp_path / "cut", gzip.compress(CONTENT)[:-40_000])
    else:
        content = zipped(tmp_path / "whole", {"a": CONTENT}).read_bytes()
        path = written(tmp_path / "cut", content[:20_000] + bytes(5_000) + content[25_000:])
    (source,) = sources(path)
    taken = bytearray()
    with pytest.raises(FormatError, match=r"cut(: a)? is damaged or cut off .* after \d+ bytes"):
        read_into(taken, source)
    assert len(taken) > 10_000
    assert CONTENT.startswith(taken[:10_000])


def test_a_zip_without_its_directory_says_that_it_is_damaged(tmp_path: Path) -> None:
    path = written(tmp_path / "export.zip", zipped(tmp_path / "whole", {"a": CONTENT}).read_bytes()[:5_000])
    with pytest.raises(FormatError, match=r"export\.zip is a damaged ZIP file"):
        sources(path)


def test_an_encrypted_member_says_so(tmp_path: Path) -> None:
    content = bytearray(zipped(tmp_path / "plain", {"a": b"x"}).read_bytes())
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(signature) + flags] |= 1
    (source,) = sources(written(tmp_path / "export.zip", bytes(content)))
    with pytest.raises(FormatError, match=r"export.zip: a is encrypted"):
        source.open()
