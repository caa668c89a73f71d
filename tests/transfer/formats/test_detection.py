import gzip
import zipfile
from pathlib import Path

import pytest

from tests.transfer.formats.xml_writing import PARIS, SAMPLES, comment, item, of, wxr
from transfer.formats.detection import detect, find
from transfer.formats.records import Author, Blog, Category, Comment, FormatError, Post
from transfer.formats.sources import Source

NAMES = {
    "wordpress-6.1.9-all.xml": "wordpress",
    "wordpress-6.1.9-post.xml": "wordpress",
    "by-hand-disqus.xml": "disqus",
    "by-hand-blogger-takeout.atom": "blogger",
}


@pytest.mark.parametrize(("name", "expected"), NAMES.items())
def test_a_format_is_told_by_its_content(tmp_path: Path, name: str, expected: str) -> None:
    content = (SAMPLES / name).read_bytes()
    variants = [content, gzip.compress(content), b"\xef\xbb\xbf" + content, content.decode().encode("utf-16")]
    for index, variant in enumerate(variants):
        path = tmp_path / f"{index}.txt"
        path.write_bytes(variant)
        found = detect(Source(path))
        assert found is not None
        assert found.name == expected


@pytest.mark.parametrize(
    "content", [b"", b"<rss><channel/></rss>", b"<html>Disqus</html>", b"\x89PNG\r\n", bytes(100)]
)
def test_an_unknown_file_is_told_what_is_known(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "holiday.jpg").write_bytes(content)
    with pytest.raises(
        FormatError, match=r"holiday\.jpg is no export that we know. Known are: .*WordPress \(WXR\)"
    ):
        find(tmp_path / "holiday.jpg")


def test_the_parts_of_one_export_are_read_one_after_the_other(tmp_path: Path) -> None:
    head = "<wp:category><wp:category_nicename>a</wp:category_nicename><wp:cat_name>A</wp:cat_name></wp:category>"
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("blog.002.xml", wxr(item(comment(comment_id=2), post_id=2), head=head))
        archive.writestr("blog.001.xml", wxr(item(comment(), post_id=1), head=head))
    records = list(find(tmp_path / "all.zip").read(PARIS))
    assert [len(of(kind, records)) for kind in (Blog, Author, Category)] == [1, 1, 1]
    assert [post.key for post in of(Post, records)] == ["1", "2"]
    assert [record.key for record in of(Comment, records)] == ["1", "2"]


def test_what_is_damaged_beside_an_export_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "a.gz").write_bytes(b"\x1f\x8bnothing that gzip knows")
    with pytest.raises(FormatError, match=r"a\.gz is damaged or cut off"):
        find(tmp_path)
    (tmp_path / "b.xml").write_text(wxr(item()))
    assert [source.name for source in find(tmp_path).sources] == ["b.xml"]
