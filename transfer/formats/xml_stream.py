"""XML as a stream of parsed pieces: in constant memory, and as much of a broken file as can be read.

No entity is ever declared and nothing is fetched: a file that declares entities is refused, because no exporter does
and because that is how a few bytes become gigabytes.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree  # type: ignore[import-untyped]  # it has no types

from transfer.formats.decoding import Decoding
from transfer.formats.records import Changed, FormatError
from transfer.formats.sources import Source
from transfer.formats.xml_pieces import Grammar, Pieces, RawPiece, Scanner
from transfer.formats.xml_repair import balanced, escaped

BATCH_BYTES = 65_536
_NAMESPACE = re.compile(r"\sxmlns(?::[\w.-]+)?=\"[^\"<>]*\"")
_END = re.compile(rb">")
_CLOSED_BY = {b"<!--": re.compile(rb"-->"), b"<?": re.compile(rb"\?>")}


@dataclass(frozen=True, slots=True)
class Piece:
    """A parsed piece; it `is_broken` if not all of it could be read, and `is_cut` if the file ends within it."""

    name: str
    element: etree._Element
    line: int
    is_broken: bool
    is_cut: bool


class XmlStream:
    """The pieces of a file whose root element is called `root`, each for itself."""

    def __init__(self, source: Source, root: str, grammar: Grammar) -> None:
        self._source = source
        self._root = root
        self._grammar = grammar
        self._start_tag = self._end_tag = b""
        self._parser = etree.XMLParser(
            recover=True,
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=True,
            encoding="utf-8",
        )
        self._decoding: Decoding | None = None
        self._scanner: Scanner | None = None
        self._pieces: Pieces | None = None

    def __iter__(self) -> Iterator[Piece]:
        return self.having(b"")

    def having(self, content: bytes) -> Iterator[Piece]:
        """Only the pieces that have these bytes in them; the others are not even parsed."""
        with self._source.open() as stream:
            self._decoding = Decoding(stream)
            self._scanner = Scanner(iter(self._decoding))
            name = self._find_root(self._scanner)
            self._pieces = Pieces(self._scanner, name, self._grammar)
            wanted = (raw for raw in self._pieces if content in raw.data)
            while batch := list(_batch(wanted)):
                yield from self._parsed(batch)

    @property
    def head(self) -> etree._Element:
        """The root with what stands before the first piece, once that has been read."""
        outside = self._pieces.outside if self._pieces else b""
        return self._parse(outside)[0]

    def notices(self) -> Iterator[Changed]:
        """What was wrong with the file as such, once all of it has been read."""
        if self._decoding and self._decoding.encoding != "utf-8":
            yield self._changed(
                f"It is not written in UTF-8 throughout; {self._decoding.encoding} was read, too."
            )
        if self._pieces and self._pieces.is_cut:
            line = self._scanner.line if self._scanner else 0
            yield self._changed(f"It is cut off in line {line}: what stands before that came over.")

    def _changed(self, reason: str) -> Changed:
        return Changed(kind="file", key=self._source.name, reason=reason)

    def _find_root(self, scanner: Scanner) -> bytes:
        root = rb"<!--|<\?|(<!DOCTYPE)|<((?:[\w.-]{1,40}:)?%s)(?=[\s/>])" % self._root.encode()
        pattern = re.compile(root)
        while token := scanner.until(pattern)[1]:
            content, _ = scanner.until(_CLOSED_BY.get(token[0], _END))
            if token[1] and b"[" in content:
                raise FormatError(f"{self._source.name} declares entities of its own, which no export does.")
            if token[2]:
                self._start_tag = b"<%s%s>" % (token[2], content.removesuffix(b"/"))
                self._end_tag = b"</%s>" % token[2]
                return token[2]
        raise FormatError(
            f"{self._source.name} has no <{self._root}> element, so that it is not what it seems to be."
        )

    def _parsed(self, batch: list[RawPiece]) -> Iterator[Piece]:
        root, is_broken = self._parse_once(b"".join(raw.data for raw in batch))
        if not is_broken and len(root) == len(batch):
            for raw, element in zip(batch, root, strict=True):
                yield Piece(raw.name, element, raw.line, is_broken=False, is_cut=raw.is_cut)
            return
        for raw in batch:
            root, is_broken = self._parse(raw.data)
            yield Piece(raw.name, root[0] if len(root) else root, raw.line, is_broken, raw.is_cut)

    def _parse(self, data: bytes) -> tuple[etree._Element, bool]:
        root, is_broken = self._parse_once(data)
        if is_broken:
            data = escaped(data)
            root, is_broken = self._parse_once(data)
        return self._parse_once(balanced(data))[0] if is_broken else root, is_broken

    def _parse_once(self, data: bytes) -> tuple[etree._Element, bool]:
        root = etree.fromstring(self._start_tag + data + self._end_tag, self._parser)
        return root, any(not entry.type_name.startswith("NS_") for entry in self._parser.error_log)


def text_of(element: etree._Element | None) -> str:
    """The text in an element."""
    if element is None:
        return ""
    return "".join(element.itertext()) if len(element) else element.text or ""


def inner_xml(element: etree._Element) -> str:
    """What is in an element, as markup without namespaces."""
    for child in element.iter():
        if isinstance(child.tag, str):
            child.tag = child.tag.rpartition("}")[2]
    parts = [html.escape(element.text or "", quote=False)]
    parts += [etree.tostring(child, encoding="unicode") for child in element]
    return _NAMESPACE.sub("", "".join(parts))


def _batch(pieces: Iterator[RawPiece]) -> Iterator[RawPiece]:
    # What a parser costs before it begins is more than what one comment costs.
    size = 0
    for raw in pieces:
        yield raw
        size += len(raw.data)
        if size >= BATCH_BYTES:
            return
