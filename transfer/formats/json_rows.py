"""Objects in the lists of a JSON file, one at a time however long the file is."""

import re
from codecs import getincrementaldecoder
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

import ijson  # type: ignore[import-untyped]
from ijson.common import ObjectBuilder  # type: ignore[import-untyped]

from transfer.formats.characters import clean
from transfer.formats.records import FormatError
from transfer.formats.sources import Source

DEEPEST_NESTING = 64
LONGEST_ESCAPE = len(rb"\ud83d\ude00")
_ESCAPE = re.compile(
    rb"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(?P<half>u[dD][89a-fA-F][0-9a-fA-F]{2})|.)",
    re.DOTALL,
)

Row = dict[str, Any]
TableOf = Callable[[list[str]], str]
"""The table that an object belongs to which stands at a path of keys, with "item" for a list; empty for none."""


def rows(source: Source, table_of: TableOf) -> Iterator[tuple[str, Row]]:
    """The objects of tables, with the tables' names, in the order of the file; FormatError when it is no JSON."""
    with source.open() as stream:
        try:
            yield from _rows(stream, table_of)
        except (ijson.JSONError, ValueError) as error:
            reason = str(error).strip().partition("\n")[0]
            raise FormatError(f"{source.name} is cut off, or no JSON ({reason}). Export it again.") from error


def line(value: object) -> str:
    """A value as a line of text; empty for null."""
    return " ".join(text(value).split())


def text(value: object) -> str:
    """A value as text; empty for null."""
    return "" if value is None or isinstance(value, dict | list) else clean(str(value))


class _UTF8:
    """A stream in which what is no UTF-8 is replaced, and halves of characters, which only escapes can name."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._decoder = getincrementaldecoder("utf-8")(errors="replace")

    def read(self, size: int) -> bytes:
        """Some bytes, and none at the end."""
        while data := self._whole(size):
            if decoded := self._decoder.decode(data):
                return decoded.removeprefix("\ufeff").encode()
        return self._decoder.decode(b"", final=True).encode()

    def _whole(self, size: int) -> bytes:
        """Some bytes that do not end within an escape, nor between the two of one character."""
        data = self._stream.read(size)
        while b"\\" in data[-LONGEST_ESCAPE:] and (more := self._stream.read(size)):
            data += more
        return _ESCAPE.sub(_replaced, data) if b"\\ud" in data or b"\\uD" in data else data


def _replaced(escape: re.Match[bytes]) -> bytes:
    return b"\\ufffd" if escape["half"] else escape[0]


def _rows(stream: BinaryIO, table_of: TableOf) -> Iterator[tuple[str, Row]]:
    path: list[str] = []  # our own: that of ijson.parse takes memory by the square of its depth
    table, builder, above = "", ObjectBuilder(), 0
    for event, value in ijson.basic_parse(_UTF8(stream)):
        if event == "map_key":
            path[-1] = value
        elif event in {"start_map", "start_array"}:
            if not table and event == "start_map" and (table := table_of(path)):
                builder, above = ObjectBuilder(), len(path)
            _deepen(path, "item" if event == "start_array" else "")
        elif event in {"end_map", "end_array"}:
            path.pop()
        if table:
            builder.event(event, value)
            if len(path) == above:
                yield table, builder.value
                table = ""


def _deepen(path: list[str], label: str) -> None:
    if len(path) == DEEPEST_NESTING:
        raise FormatError(f"The file is nested more than {DEEPEST_NESTING} levels deep, which no export is.")
    path.append(label)
