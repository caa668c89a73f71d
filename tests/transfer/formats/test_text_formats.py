"""The formats that are not XML, found by what is in them, and read within bounds."""

import gzip
import json
import time
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.transfer.formats.reading import SAMPLES, of
from transfer.formats.detection import find
from transfer.formats.records import Comment, FormatError, Options, Post

NAMES = {
    "by-hand-ghost.json": "ghost",
    "by-hand-movabletype.txt": "movabletype",
    "by-hand-remark42.gz": "remark42",
    "dotclear-2.40-dev-single.txt": "dotclear",
    "isso-0.14.0.sqlite": "isso",
}


@pytest.mark.parametrize("packed", ["plain", "gzip", "zip"])
@pytest.mark.parametrize("name", NAMES)
def test_a_format_is_found_by_what_is_in_the_file(tmp_path: Path, name: str, packed: str) -> None:
    content = (SAMPLES / name).read_bytes()
    path = tmp_path / "export"
    if packed == "zip":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("folder/whatever.bin", content)
    else:
        path.write_bytes(gzip.compress(content) if packed == "gzip" and not name.endswith(".gz") else content)
    export = find(path)
    assert export.format.name == NAMES[name]
    assert list(export.read(Options())) == list(find(SAMPLES / name).read(Options()))


def dotclear_rows(count: int) -> Iterator[str]:
    yield "///DOTCLEAR|2.30|single\n\n[post post_id,post_type,post_status,post_dt,post_title,post_content_xhtml]\n"
    for number in range(count):
        yield f'"{number}","post","1","2021-01-01 00:00:00","Titre","{"x" * 1000}"\n'


def movabletype_entries(count: int) -> Iterator[str]:
    for number in range(count):
        yield f"TITLE: T\nBASENAME: b{number}\nSTATUS: Publish\nDATE: 01/01/2021 10:00:00\n-----\nBODY:\n{'x' * 1000}\n"
        yield "-----\n--------\n"


def ghost_posts(count: int) -> Iterator[str]:
    yield '{"db":[{"meta":{},"data":{"posts":['
    for number in range(count):
        row = {
            "id": str(number),
            "title": "T",
            "html": "x" * 1000,
            "status": "published",
            "published_at": "2021-01-01",
        }
        yield ("," if number else "") + json.dumps(row)
    yield "]}}]}"


def remark42_comments(count: int) -> Iterator[str]:
    for number in range(count):
        row = {"id": str(number), "pid": "", "text": "x" * 1000, "locator": {"url": "https://a.example/"}}
        yield json.dumps({**row, "time": "2021-01-01T00:00:00Z"}) + "\n"


@pytest.mark.parametrize("lines", [dotclear_rows, movabletype_entries, ghost_posts, remark42_comments])
def test_a_long_file_takes_little_memory(tmp_path: Path, lines: Callable[[int], Iterator[str]]) -> None:
    path = tmp_path / "export"
    with path.open("w") as file:
        file.writelines(lines(4_000))
    tracemalloc.start()
    count = sum(isinstance(record, Post | Comment) for record in find(path).read(Options()))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count >= 4_000
    assert peak < 2_500_000


def test_a_line_full_of_escapes_is_read_in_a_moment(tmp_path: Path) -> None:
    path = tmp_path / "export"
    text = '\\"' * 500_000
    path.write_text(f'///DOTCLEAR|2.30|single\n\n[post post_id,post_type,post_title]\n"1","post","{text}"\n')
    start = time.process_time()
    (post,) = of(Post, find(path).read(Options()))
    assert post.title == '"' * 500_000
    assert time.process_time() - start < 5


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(NAMES)), st.floats(0, 1), st.integers(0, 40), st.binary(max_size=12))
def test_a_damaged_file_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, name: str, where: float, gone: int, new: bytes
) -> None:
    content = (SAMPLES / name).read_bytes()
    content = gzip.decompress(content) if name.endswith(".gz") else content
    position = int(where * len(content))
    path = tmp_path_factory.mktemp("damaged") / "export"
    path.write_bytes(content[:position] + new + content[position + gone :])
    with suppress(FormatError):
        for record in find(path).read(Options()):
            assert "\0" not in repr(record)
