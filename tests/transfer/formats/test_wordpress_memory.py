import tracemalloc
from collections import Counter
from pathlib import Path

from benchmarks.imports.wxr import POSTS_PER_MEBIBYTE, write
from transfer.formats.detection import find
from transfer.formats.records import Options


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    path = tmp_path / "export.xml"
    write(path, 7)
    tracemalloc.start()
    try:
        found = Counter(type(record).__name__ for record in find(path).read(Options()))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    posts = 7 * POSTS_PER_MEBIBYTE
    assert (found["Post"], found["Comment"]) == (posts, 100 * posts)
    assert path.stat().st_size > 6 * 2**20
    assert peak < 4 * 2**20, f"{peak / 2**20:.1f} MiB"


def test_the_comments_of_one_post_are_not_kept_in_memory(tmp_path: Path) -> None:
    path = tmp_path / "export.xml"
    write(path, 1)
    text = path.read_text(encoding="utf-8")
    begin, end = text.index("<wp:comment>"), text.index("</item>")
    path.write_text(text[:begin] + text[begin:end] * 75 + text[end:], encoding="utf-8")
    tracemalloc.start()
    try:
        comments = sum(type(record).__name__ == "Comment" for record in find(path).read(Options()))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert comments == 100 * (75 + POSTS_PER_MEBIBYTE - 1)
    assert path.stat().st_size > 6 * 2**20
    assert peak < 5 * 2**20, f"{peak / 2**20:.1f} MiB"
