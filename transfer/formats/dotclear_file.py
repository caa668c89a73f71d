r"""The flat file of Dotclear 2: tables of rows, one row a line, every field in double quotes.

`[post post_id,post_title]` begins a table, and `"1","A \"title\"\nof two lines"` is a row of it. Which columns there
are and in which order differs between releases, so that a row goes by its header.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from transfer.formats.characters import Decoder, clean, lines
from transfer.formats.records import FormatError
from transfer.formats.sources import Source

SIGNATURE = "///DOTCLEAR|"

_HEADER = re.compile(r"\[(\w+) ([\w,]+)\]")
_FIELD = re.compile(r'"([^"\\]*+(?:\\.[^"\\]*+)*+)"', re.DOTALL)
_ROW = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"(?:,"[^"\\]*+(?:\\.[^"\\]*+)*+")*+', re.DOTALL)
_ESCAPED = re.compile(r'\\([nr"\\])')
_MEANING = {"n": "\n", "r": "\r", '"': '"', "\\": "\\"}
_KEYS = {"category": "cat_id", "post": "post_id", "comment": "comment_id"}


@dataclass(frozen=True, slots=True)
class Row:
    """A row of `table`. One that does not fit the table's header has no `values`.

    `mended` tells that some of its bytes were not UTF-8.
    """

    table: str
    line: int
    values: dict[str, str] | None
    mended: bool = False

    def __getitem__(self, column: str) -> str:
        """The value of a column, empty where this release has none of that name."""
        return (self.values or {}).get(column, "")


def rows(source: Source, tables: frozenset[str]) -> Iterator[Row]:
    """All rows of those tables, in the order of the file; FormatError when it is none of this format, or cut off."""
    decode = Decoder()
    table, columns = "", [""]
    with source.open() as stream:
        for number, line in lines(stream):
            if number == 1:
                _check_signature(decode(line))
            elif line.startswith(b"["):
                table, columns = _header(decode(line), number)
            elif table in tables and line.strip():
                yield _row(table, columns, number, line, decode)


def _check_signature(line: str) -> None:
    version, _, extent = line.removeprefix(SIGNATURE).strip().partition("|")
    if not line.startswith(SIGNATURE) or extent not in {"single", "full"}:
        raise FormatError(
            'This is no export of Dotclear 2, which begins with "///DOTCLEAR|2.x|single" or "full".'
        )
    if version.startswith("1."):
        raise FormatError(
            "This is an export of Dotclear 1. Import it into Dotclear 2, and export it from there."
        )


def _header(line: str, number: int) -> tuple[str, list[str]]:
    header = _HEADER.fullmatch(line.strip())
    if not header:
        raise FormatError(
            f"Line {number} should name a table and its columns, as in [post post_id,post_title]."
        )
    return header[1], header[2].split(",")


def _row(table: str, columns: list[str], number: int, line: bytes, decode: Decoder) -> Row:
    before = decode.mended
    fields = _fields(decode(line).rstrip("\r\n"))
    if fields is None and not line.endswith(b"\n"):
        raise FormatError(
            f"The file is cut off in line {number}. Export the blog again, or copy the file again."
        )
    if fields is None or len(fields) != len(columns):
        return Row(table, number, None)
    row = Row(table, number, dict(zip(columns, fields, strict=True)), decode.mended > before)
    if table in _KEYS and not row[_KEYS[table]]:
        raise FormatError(
            f"Line {number} has no id: some releases of Dotclear write none when their database is SQLite. "
            "Export the blog with another release, or from a copy of it on MySQL or PostgreSQL."
        )
    return row


def _fields(line: str) -> list[str] | None:
    """The decoded fields of a row, None if it is none."""
    return [_decoded(field) for field in _FIELD.findall(line)] if _ROW.fullmatch(line) else None


def _decoded(field: str) -> str:
    if "\\" in field:  # in one pass: what comes after an escaped backslash is not escaped
        field = _ESCAPED.sub(lambda escape: _MEANING[escape[1]], field)
    return clean(field)
