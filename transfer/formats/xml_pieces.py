"""Cuts XML into the pieces that a reader takes one by one, such as the entries of a feed, without parsing it.

A piece ends at its end tag, or where the next of its kind begins: what is wrong inside one does not reach the others,
however broken a file is. Pieces may have pieces: a post's comments come after the post, which has them no longer. Those
of one post are held back until its own end tag is seen, but not when they become many.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from transfer.formats.records import FormatError

LONGEST_BYTES = 64 * 2**20
HELD_BACK_BYTES = 2**20
TOKEN_BYTES = 128

_END = re.compile(rb">")
_TAG = re.compile(rb"<(?=[A-Za-z_])")
_CLOSED_BY = {b"<![CDATA[": re.compile(rb"\]\]>"), b"<!--": re.compile(rb"-->"), b"<?": re.compile(rb"\?>")}

Grammar = Mapping[str, frozenset[str]]
"""The local names of what is a piece, with those of the pieces in it."""


@dataclass(slots=True)
class RawPiece:
    """The bytes of a piece from its start tag on; `is_cut` if the file ends within it."""

    name: str
    line: int
    data: bytes
    is_cut: bool = False


class Scanner:
    """Reads forward to the next place where something stands, and counts lines."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self.line = 1
        self._chunks = chunks
        self._buffer = b""
        self._at = 0

    def until(self, pattern: re.Pattern[bytes]) -> tuple[bytes, re.Match[bytes] | None]:
        """What stands before it, and what matched; nothing matched at the end of the file."""
        parts: list[bytes] = []
        size, ended = 0, False
        while True:
            match = pattern.search(self._buffer, self._at)
            if match and (ended or match.end() < len(self._buffer)):
                return self._taken(parts, match.start(), match.end()), match
            if ended:
                return self._taken(parts, len(self._buffer), len(self._buffer)), None
            kept = max(self._at, len(self._buffer) - TOKEN_BYTES)
            parts.append(self._buffer[self._at : kept])
            size += len(parts[-1])
            if size > LONGEST_BYTES:
                raise FormatError(
                    f"What begins in line {self.line} is longer than 64 MiB, which no export has."
                )
            chunk = next(self._chunks, b"")
            ended = not chunk
            self._buffer, self._at = self._buffer[kept:] + chunk, 0

    def rest_of(self, tag: bytes) -> bytes | None:
        """The rest of the element that has just begun, if it is all here and its end is certain."""
        end = b"</%s>" % tag
        found = self._buffer.find(end, self._at)
        if found < 0:
            return None
        rest = self._buffer[self._at : found]
        is_clear = rest.count(b"<![CDATA[") == rest.count(b"]]>") and b"<!--" not in rest
        if not is_clear or b"<%s>" % tag in rest or b"<%s " % tag in rest:
            return None
        self._at = found + len(end)
        self.line += rest.count(b"\n")
        return rest + end

    def _taken(self, parts: list[bytes], start: int, end: int) -> bytes:
        parts.append(self._buffer[self._at : start])
        taken = b"".join(parts)
        self.line += taken.count(b"\n") + self._buffer.count(b"\n", start, end)
        self._at = end
        return taken


@dataclass(slots=True)
class _Open:
    """A piece whose end has not come yet, with the pieces in it that are held back."""

    tag: bytes
    name: str
    line: int
    parts: list[bytes]
    size: int = 0
    is_told: bool = False
    inner: list[RawPiece] = field(default_factory=list)
    inner_size: int = 0


class Pieces:
    """The pieces of a file within its `root`, in its order.

    `outside` is what stands before the first of them, and `is_cut` says afterwards whether the root has no end.
    """

    def __init__(self, scanner: Scanner, root: bytes, grammar: Grammar) -> None:
        self.outside = b""
        self.is_cut = True
        self._root = root
        self._scanner = scanner
        self._grammar = grammar
        self._open: list[_Open] = []
        self._outside: list[bytes] | None = []
        names = "|".join(sorted({root.rpartition(b":")[2].decode(), *grammar}.union(*grammar.values())))
        self._token = re.compile(
            rb"<!\[CDATA\[|<!--|<\?|<(/?)((?:[\w.-]{1,40}:)?(%s))(?=[\s/>])" % names.encode()
        )

    def __iter__(self) -> Iterator[RawPiece]:
        while True:
            before, token = self._scanner.until(self._token)
            self._add(before)
            if token is None:
                break
            if token[3] is None:
                self._skip(token[0])
            elif token[1]:
                yield from self._end_tag(token)
            else:
                yield from self._start_tag(token)
        yield from self._end_of_file()

    def _add(self, data: bytes) -> None:
        if self._open:
            piece = self._open[-1]
            piece.parts.append(data)
            piece.size += len(data)
            if piece.size > LONGEST_BYTES:
                raise FormatError(f"The {piece.name} that begins in line {piece.line} is longer than 64 MiB.")
        elif self._outside is not None:
            self._outside.append(data)

    def _skip(self, opening: bytes) -> None:
        content, _ = self._scanner.until(_CLOSED_BY[opening])
        if opening == b"<![CDATA[":
            self._add(opening + content + b"]]>")

    def _start_tag(self, token: re.Match[bytes]) -> Iterator[RawPiece]:
        tag, name = token[2], token[3].decode()
        again = next((depth for depth, piece in enumerate(self._open) if piece.tag == tag), None)
        if again is not None:
            yield from self._close(again)
        inside = self._grammar.get(self._open[-1].name, frozenset()) if self._open else self._grammar
        if name not in inside:
            self._add(token[0])
            return
        if self._outside is not None:
            self.outside, self._outside = b"".join(self._outside), None
        self._open.append(_Open(tag, name, self._scanner.line, [token[0]]))
        attributes, _ = self._scanner.until(_END)
        self._add(attributes + b">")
        if attributes.endswith(b"/"):
            yield from self._close(len(self._open) - 1)
        elif not self._grammar.get(name) and (rest := self._scanner.rest_of(tag)):
            self._add(rest)
            yield from self._close(len(self._open) - 1)

    def _end_tag(self, token: re.Match[bytes]) -> Iterator[RawPiece]:
        if token[2] == self._root:
            self.is_cut = False
            yield from self._close(0)
        ended = [depth for depth, piece in enumerate(self._open) if piece.tag == token[2]]
        if not ended:
            self._add(token[0])
            return
        while len(self._open) > ended[0] + 1:
            yield from self._close(len(self._open) - 1)
        self._add(token[0] + b">")
        self._scanner.until(_END)
        yield from self._close(ended[0])

    def _close(self, depth: int) -> Iterator[RawPiece]:
        while len(self._open) > depth:
            piece = self._open.pop()
            if not self._open:
                yield from self._tell(piece)
                return
            self._open[-1].inner.append(RawPiece(piece.name, piece.line, b"".join(piece.parts)))
            self._open[-1].inner_size += piece.size
            if self._open[-1].inner_size > HELD_BACK_BYTES:
                yield from self._tell_early(self._open[-1])

    def _tell_early(self, piece: _Open) -> Iterator[RawPiece]:
        piece.parts.append(b"</%s>" % piece.tag)
        yield from self._tell(piece)
        piece.is_told, piece.parts, piece.inner, piece.inner_size = True, [], [], 0

    def _tell(self, piece: _Open, *, is_cut: bool = False) -> Iterator[RawPiece]:
        if not piece.is_told:
            yield RawPiece(piece.name, piece.line, b"".join(piece.parts), is_cut)
        yield from piece.inner

    def _end_of_file(self) -> Iterator[RawPiece]:
        if self._outside is not None:
            self.outside = b"".join(self._outside)
        if not self._open:
            return
        outer, *inner = self._open
        outer.inner += [
            RawPiece(piece.name, piece.line, b"".join(piece.parts), is_cut=True) for piece in inner
        ]
        if outer.inner:
            yield from self._tell_early(outer)
        else:
            yield from self._tell(outer, is_cut=not outer.is_told)
