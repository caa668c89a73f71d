"""Which format a file has: told by what is in it, not by its name.

A format is a row in the table below: its name, what people call it, whether the first bytes of a stream are its, and
its reader. The first that says yes has the file, so that the strict ones come first.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from transfer.formats import (
    blogger,
    commento,
    disqus,
    dotclear,
    ghost,
    isso,
    movabletype,
    remark42,
    wordpress,
)
from transfer.formats.records import Author, Blog, Category, FormatError, Options, Record, Tag
from transfer.formats.sources import Source, sources


@dataclass(frozen=True, slots=True)
class Format:
    """`sniff` is given the first 64 KiB in UTF-8 without a byte order mark, or as they are where they are no text.

    `in_parts` says whether several such files in one ZIP or folder are parts of one export.
    """

    name: str
    title: str
    sniff: Callable[[bytes], bool]
    read: Callable[[Source, Options], Iterator[Record]]
    in_parts: bool = False


FORMATS: tuple[Format, ...] = (
    Format("blogger", "Blogger (archive or Takeout)", blogger.sniff, blogger.read),
    Format("disqus", "Disqus (XML)", disqus.sniff, disqus.read),
    Format("wordpress", "WordPress (WXR)", wordpress.sniff, wordpress.read, in_parts=True),
    Format("isso", "Isso", isso.sniff, isso.read),
    Format("dotclear", "Dotclear 2", dotclear.sniff, dotclear.read),
    Format("ghost", "Ghost", ghost.sniff, ghost.read),
    Format("commento", "Commento and Comentario", commento.sniff, commento.read),
    Format("remark42", "Remark42", remark42.sniff, remark42.read),
    Format("movabletype", "Movable Type and TypePad", movabletype.sniff, movabletype.read),
)


OWN_BLOGS = "Blogger/Blogs/"


@dataclass(frozen=True, slots=True)
class Export:
    """What is to be read: a file's format, and its streams, which are several where an export comes in parts."""

    format: Format
    sources: tuple[Source, ...]

    def read(self, options: Options) -> Iterator[Record]:
        """The records of all parts, one part after the other; what each part begins with comes once."""
        told: set[tuple[type, str]] = set()
        for source in self.sources:
            for record in self.format.read(source, options):
                if isinstance(record, Blog | Author | Category | Tag):
                    name = (type(record), "" if isinstance(record, Blog) else record.key)
                    if name in told:
                        continue
                    told.add(name)
                yield record


def detect(source: Source) -> Format | None:
    """The format of one stream, None if it is none that we know."""
    head = _as_utf8(source.head())
    return next((known for known in FORMATS if known.sniff(head)), None)


def find(path: Path) -> Export:
    """The export at `path`, a file, a ZIP or a folder; FormatError where there is none, or more than one."""
    found = _known(path)
    if len(found) > 1:  # Takeout has what its owner wrote in the blogs of others beside the own ones
        found = [(known, source) for known, source in found if OWN_BLOGS in source.name] or found
    first, rest = found[0][0], found[1:]
    if rest and not (first.in_parts and all(known is first for known, _ in rest)):
        names = ", ".join(source.name for _, source in found)
        raise FormatError(
            f"{path.name} holds several exports: {names}. Unpack it, and import them one by one."
        )
    return Export(first, tuple(source for _, source in found))


def _known(path: Path) -> list[tuple[Format, Source]]:
    found: list[tuple[Format, Source]] = []
    damaged: FormatError | None = None
    for source in sources(path):
        try:
            known = detect(source)
        except FormatError as error:  # it may be one of many files, none of which is the export
            damaged = damaged or error
        else:
            found += [(known, source)] if known else []
    if not found:
        raise damaged or FormatError(f"{path.name} is no export that we know. Known are: {_titles()}.")
    return found


def _titles() -> str:
    return ", ".join(sorted(known.title for known in FORMATS))


def _as_utf8(head: bytes) -> bytes:
    for mark, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if head.startswith(mark):
            return head[2:].decode(encoding, errors="ignore").encode()
    return head.removeprefix(b"\xef\xbb\xbf")
