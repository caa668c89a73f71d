"""WordPress' exports (WXR 1.0 to 1.2) as records.

Replies name their parents by key, whether those come later, are left out or exist at all. An export of only some posts
lists no categories and tags: they are then made from what the posts say, and have no parents.
"""

from collections.abc import Iterator
from urllib.parse import urlsplit

from transfer.formats.characters import decoded
from transfer.formats.reasons import BROKEN, CUT
from transfer.formats.records import Blog, Changed, LeftOut, Options, Record
from transfer.formats.sources import Source
from transfer.formats.wordpress_comments import Comments
from transfer.formats.wordpress_fields import Fields, name_of
from transfer.formats.wordpress_galleries import Galleries
from transfer.formats.wordpress_items import Item, Items
from transfer.formats.wordpress_terms import Terms
from transfer.formats.xml_stream import Piece, XmlStream

LISTED = ("author", "category", "tag", "term")
GRAMMAR = {"item": frozenset({"comment"}), **{name: frozenset[str]() for name in LISTED}}
IDS = {"item": "wp:post_id", "comment": "wp:comment_id"}


def sniff(head: bytes) -> bool:
    """Whether it is a feed with WordPress' own elements."""
    return b"<rss" in head and (b"wordpress.org/export/" in head or b"<wp:" in head)


def read(source: Source, options: Options) -> Iterator[Record]:
    """The records of one file."""
    return _Reader(source, options).records()


class _Reader:
    """Goes through a file once, and before that once more for the pictures of galleries, if it has any."""

    def __init__(self, source: Source, options: Options) -> None:
        self._options = options
        self._stream = XmlStream(source, "rss", GRAMMAR)
        self._terms = Terms()
        self._galleries = Galleries(source)
        self._comments = Comments(self._terms, options)
        self._items: Items | None = None
        self._item: Item | None = None

    def records(self) -> Iterator[Record]:
        blog: Blog | None = None
        for piece in self._stream:
            if blog is None:
                blog = self._blog()
                yield blog
            yield from self._piece(piece, blog)
        if blog is None:
            yield self._blog()
        yield from self._terms.all_listed()
        yield from self._stream.notices()

    def _blog(self) -> Blog:
        channel = next((child for child in self._stream.head if child.tag == "channel"), self._stream.head)
        fields = Fields(channel)
        url = (fields["wp:base_blog_url"] or fields["link"] or self._options.url).strip().rstrip("/")
        self._terms.prefix = urlsplit(url).path
        return Blog(title=decoded(fields["title"]), url=url, language=fields["language"].strip())

    def _piece(self, piece: Piece, blog: Blog) -> Iterator[Record]:
        if name_of(piece.element.tag).removeprefix("wp:") != piece.name:
            return
        fields = Fields(piece.element)
        if piece.is_cut:
            yield LeftOut(kind=_kind(piece, fields), key=fields[IDS.get(piece.name, "")], reason=CUT)
            return
        if piece.name in LISTED:
            yield from self._listed(piece, fields)
            return
        yield from self._told(piece, fields, blog)
        if piece.is_broken:
            yield Changed(kind=_kind(piece, fields), key=fields[IDS[piece.name]], reason=BROKEN)

    def _listed(self, piece: Piece, fields: Fields) -> Iterator[Record]:
        if piece.name == "author":
            yield from self._terms.author(fields)
        else:
            yield from self._terms.listed(piece.name, fields)

    def _told(self, piece: Piece, fields: Fields, blog: Blog) -> Iterator[Record]:
        if self._items is None:
            self._items = Items(self._terms, self._options, blog.url, self._galleries.pictures)
            yield from self._terms.all_listed()
        if piece.name == "item":
            self._item, records = self._items.records(fields, piece.line)
            yield from records
        elif self._item:
            yield from self._comments.records(fields, self._item, piece.line)


def _kind(piece: Piece, fields: Fields) -> str:
    name = {"item": "wp:post_type", "comment": "wp:comment_type"}.get(piece.name, "")
    return fields[name] or {"item": "post"}.get(piece.name, piece.name)
