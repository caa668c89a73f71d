from pathlib import Path

import pytest

from transfer.formats.records import FormatError
from transfer.formats.sources import Source
from transfer.formats.xml_pieces import HELD_BACK_BYTES, LONGEST_BYTES
from transfer.formats.xml_stream import XmlStream, inner_xml, text_of

GRAMMAR = {"item": frozenset({"comment"}), "author": frozenset[str]()}


def stream(tmp_path: Path, content: str | bytes) -> XmlStream:
    path = tmp_path / "export.xml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return XmlStream(Source(path), "rss", GRAMMAR)


def told(xml: XmlStream) -> list[tuple[str, str]]:
    """Each piece's name and text, with a mark where it is broken or cut."""
    return [
        (piece.name + "!" * piece.is_broken + "…" * piece.is_cut, text_of(piece.element)) for piece in xml
    ]


def test_pieces_come_in_their_order_and_those_inside_after_the_one_they_are_in(tmp_path: Path) -> None:
    content = """<?xml version="1.0"?><!-- <item>no</item> --><rss xmlns:wp="urn:wp"><title>Head</title>
    <wp:author>a</wp:author><item>1<wp:comment>1a</wp:comment><wp:comment>1b</wp:comment>!</item><x/>
    <item><![CDATA[2 </item><wp:comment>]]></item><item/></rss>"""
    xml = stream(tmp_path, content)
    expected = [("author", "a"), ("item", "1!"), ("comment", "1a"), ("comment", "1b")]
    assert told(xml) == [*expected, ("item", "2 </item><wp:comment>"), ("item", "")]
    assert [child.tag for child in xml.head] == ["title"]
    assert list(xml.notices()) == []


def test_namespaces_and_lines_are_kept(tmp_path: Path) -> None:
    content = (
        '<rss xmlns="urn:a"\n xmlns:wp="urn:b">\n<item>\n\n<wp:comment>\n</wp:comment></item>\n<item/></rss>'
    )
    pieces = list(stream(tmp_path, content))
    assert [(piece.element.tag, piece.line) for piece in pieces] == [
        ("{urn:a}item", 3),
        ("{urn:b}comment", 5),
        ("{urn:a}item", 7),
    ]


@pytest.mark.parametrize(
    ("broken", "text"),
    [
        ("Tom & Jerry, 1 < 2 ]]> 3", "Tom & Jerry, 1 < 2 ]]> 3"),
        ("http://a/?b=1&c=2", "http://a/?b=1&c=2"),
        ("&eacute;t&eacute;&nbsp;&amp;amp;&#233;", "été\xa0&amp;é"),
        ("&nope;&amp;nbsp;<![CDATA[&eacute;]]>", "&nope;&nbsp;&eacute;"),
    ],
)
def test_text_that_xml_does_not_allow_is_read_as_it_is_meant(tmp_path: Path, broken: str, text: str) -> None:
    xml = stream(tmp_path, f"<rss><item>0</item><item>{broken}</item><item>2</item></rss>")
    assert told(xml) == [("item", "0"), ("item", text), ("item", "2")]


@pytest.mark.parametrize(
    ("fault", "fields"),
    [
        ("<t>1</p></t>", {"t": "1"}),
        ("<t>1</t></x>", {"t": "1"}),
        ("<t>1<b>2</t>", {"t": "12"}),
        ("<b>", {"b": "u"}),
        ("<t a=1 b='<'>1</t>", {"t": "1"}),
        ("</channel><t>1</t>", {"t": "1"}),
        ("<t>1 <- 2 <3> 4</t>", {"t": "1 <- 2 <3> 4"}),
    ],
)
def test_a_fault_does_no_harm_to_what_is_beside_it(
    tmp_path: Path, fault: str, fields: dict[str, str]
) -> None:
    content = f"<rss><item>0</item><item>{fault}<u>u</u></item><item>2</item>]]><item>3</item></rss>"
    pieces = list(stream(tmp_path, content))
    assert [text_of(pieces[index].element) for index in (0, 2, 3)] == ["0", "2", "3"]
    found = {child.tag: text_of(child) for child in pieces[1].element}
    assert {name: found[name] for name in fields} == fields
    assert "u" in found or "b" in fields
    assert [piece.is_broken for piece in pieces] == [False, "<3>" not in fault, False, False]


def test_a_piece_without_end_ends_where_the_next_begins(tmp_path: Path) -> None:
    content = "<rss><item>1<wp:comment>a<wp:comment>b</item><item>2<item>3</item></rss>"
    assert told(stream(tmp_path, content)) == [
        ("item", "1"),
        ("comment!", "a"),
        ("comment!", "b"),
        ("item!", "2"),
        ("item", "3"),
    ]


def test_a_file_that_is_cut_off_is_read_up_to_there(tmp_path: Path) -> None:
    whole = "<rss>\n<item>1<comment>a</comment>\n<comment>b</comment></item>\n<item>22</item></rss>"
    for length in range(len("<rss>"), len(whole) - 1):
        xml = stream(tmp_path, whole[:length])
        names = [name for name, _ in told(xml)]
        assert all("…" not in name for name in names[:-1])
        assert [change.reason for change in xml.notices()] == [
            f"It is cut off in line {whole[:length].count(chr(10)) + 1}: what stands before that came over."
        ]
    cut = whole[: whole.index("b</comment>")]
    assert told(stream(tmp_path, cut)) == [("item", "1\n"), ("comment", "a"), ("comment!…", "")]
    assert told(stream(tmp_path, whole[: whole.index("2</item>")]))[-1:] == [("item!…", "2")]


def test_entities_of_a_file_are_refused(tmp_path: Path) -> None:
    xml = stream(
        tmp_path, '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "aaaa">]><rss><item>&a;</item></rss>'
    )
    with pytest.raises(
        FormatError, match=r"export\.xml declares entities of its own, which no export does\."
    ):
        list(xml)


def test_a_document_type_without_entities_is_passed_over(tmp_path: Path) -> None:
    assert told(stream(tmp_path, '<!DOCTYPE rss SYSTEM "a.dtd"><rss><item>&a;</item></rss>')) == [
        ("item", "&a;")
    ]


def test_what_stands_before_the_declaration_is_passed_over(tmp_path: Path) -> None:
    content = "\n<br />\n<b>Warning</b>: x in <b>/y</b>\n<?xml version='1.0'?>\n<rss><item>1</item></rss>"
    assert told(stream(tmp_path, content)) == [("item", "1")]


def test_a_file_of_another_kind_says_so(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=r"export\.xml has no <rss> element"):
        list(stream(tmp_path, "<html><item>1</item></html>"))


def test_the_pieces_of_a_long_piece_are_not_held_back_until_its_end(tmp_path: Path) -> None:
    comment = "<comment>" + "x" * 1_000 + "</comment>"
    comments = comment * (HELD_BACK_BYTES // 1_000 + 500)
    content = f"<rss><item><t>title</t>{comments}<t>late</t></item><item>2</item></rss>"
    pieces = told(stream(tmp_path, content))
    assert [pieces[0], pieces[-1]] == [("item", "title"), ("item", "2")]
    assert len(pieces) == HELD_BACK_BYTES // 1_000 + 502


def test_what_never_ends_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "export.xml"
    path.write_bytes(b"<rss>\n<item><![CDATA[" + b"x" * (LONGEST_BYTES + 2**20))
    with pytest.raises(FormatError, match="begins in line 2 is longer than 64 MiB"):
        list(XmlStream(Source(path), "rss", GRAMMAR))


def test_markup_inside_an_element_is_kept(tmp_path: Path) -> None:
    content = '<rss><item xmlns="urn:x"><div>a &amp; <b class="c">b</b>&lt;</div> c</item></rss>'
    (piece,) = stream(tmp_path, content)
    assert inner_xml(piece.element) == '<div>a &amp; <b class="c">b</b>&lt;</div> c'
