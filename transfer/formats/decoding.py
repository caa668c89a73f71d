"""Bytes that are said to be XML as clean UTF-8: whatever they are really encoded in, without what XML forbids.

Each piece of a file is UTF-8 if it can be. If it cannot, the file's declared encoding is tried, and then what
charset-normalizer makes of it; single bytes that stand in text that is otherwise UTF-8 are taken for Windows-1252.
"""

import codecs
import re
from collections.abc import Iterator
from typing import BinaryIO

from charset_normalizer import CharsetMatch, from_bytes

CHUNK_BYTES = 262_144
LONGEST_BYTES = 8 * 2**20
SAMPLE_BYTES = 65_536
WIDESPREAD = (
    "cp1252",
    "cp1250",
    "cp1251",
    "koi8_r",
    "cp932",
    "euc_jp",
    "gb18030",
    "big5",
    "cp949",
    "cp1253",
    "cp1254",
)

_CONTROLS = bytes(code for code in range(0x20) if code not in b"\t\n\r")
_REFERENCE = re.compile(rb"&#(?:0*([0-9]{1,5})|[xX]0*([0-9a-fA-F]{1,4}));")
_NONCHARACTERS = re.compile(rb"\xef\xbf[\xbe\xbf]")
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z][\w.:-]*)["']""")
_SURROGATES = rb"\xed[\xa0-\xaf][\x80-\xbf]\xed[\xb0-\xbf][\x80-\xbf]"
_CHARACTER = (
    rb"[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xed[\x80-\x9f][\x80-\xbf]"
    rb"|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2}"
)
_UTF8 = re.compile(_CHARACTER + rb"|" + _SURROGATES)
_PIECES = re.compile(rb"((?:[\x00-\x7f]|" + _CHARACTER + rb")+)|(" + _SURROGATES + rb")|([\x80-\xff]+?)")
_HIGH = re.compile(rb"[\x80-\xff]")
_HIGH_LINE = re.compile(rb"[^\n<>]*[\x80-\xff][^\n<>]*")


class Decoding:
    """The clean UTF-8 of one stream. Afterwards `encoding` says what it was in, and `mended` whether it was mixed."""

    def __init__(self, stream: BinaryIO) -> None:
        self.declared = ""
        self.encoding = "utf-8"
        self.mended = False
        self._stream = stream

    def __iter__(self) -> Iterator[bytes]:
        rest = self._stream.read(CHUNK_BYTES)
        if wide := _wide_encoding(rest):
            yield from self._wide(rest, wide)
            return
        rest = rest.removeprefix(codecs.BOM_UTF8)
        if declared := _DECLARED.search(rest):
            self.declared = declared[1].decode().lower()
        while chunk := self._stream.read(CHUNK_BYTES):
            rest += chunk
            end = (
                max(rest.rfind(b"\n"), rest.rfind(b">")) + 1
            )  # no encoding has these in the middle of a character
            if not end and len(rest) < LONGEST_BYTES:
                continue
            end = end or len(rest)
            yield clean(self._decoded(rest[:end]))
            rest = rest[end:]
        yield clean(self._decoded(rest))

    def _wide(self, head: bytes, encoding: str) -> Iterator[bytes]:
        self.encoding = encoding
        decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
        yield clean(decoder.decode(head).removeprefix("\ufeff").encode())
        while chunk := self._stream.read(CHUNK_BYTES):
            yield clean(decoder.decode(chunk).encode(errors="replace"))

    def _decoded(self, data: bytes) -> bytes:
        if _is(data, "utf-8"):
            return data
        if self.encoding == "utf-8":
            self.encoding = self._other_encoding(data)
        if len(_UTF8.findall(data)) < len(_HIGH.findall(_UTF8.sub(b"", data))):
            return data.decode(self.encoding, errors="replace").encode(errors="replace")
        self.mended = True
        return _PIECES.sub(self._mend, data)

    def _mend(self, match: re.Match[bytes]) -> bytes:
        if match[1]:
            return match[1]
        if match[2]:
            halves = match[2].decode("utf-8", "surrogatepass").encode("utf-16", "surrogatepass")
            return halves.decode("utf-16", "replace").encode()
        return match[3].decode(self.encoding, errors="replace").encode()

    def _other_encoding(self, data: bytes) -> str:
        if self.declared and not _is_utf8_name(self.declared) and _is(data, self.declared):
            return self.declared
        sample = b"\n".join(_HIGH_LINE.findall(data))[:SAMPLE_BYTES]
        matches = list(from_bytes(sample, cp_isolation=list(WIDESPREAD)))
        return matches[0].encoding if matches and not _may_be_western(matches) else "cp1252"


def clean(data: bytes) -> bytes:
    """Without the characters that XML forbids, written as they are or by number, and without carriage returns."""
    data = data.translate(None, _CONTROLS)
    if b"&#" in data:
        data = _REFERENCE.sub(_allowed, data)
    return _NONCHARACTERS.sub(b"", data) if b"\xef\xbf" in data else data


def _allowed(reference: re.Match[bytes]) -> bytes:
    code = int(reference[1]) if reference[1] else int(reference[2], 16)
    is_allowed = code in {0x9, 0xA} or 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or code > 0xFFFF  # noqa: PLR2004
    return reference[0] if is_allowed else b""


def _may_be_western(matches: list[CharsetMatch]) -> bool:
    # Most accented letters are in one place in the code pages of the West and of the East, and the East comes first.
    best = matches[0]
    alike = [match for match in matches if match.chaos <= best.chaos and match.coherence >= best.coherence]
    return any("cp1252" in match.could_be_from_charset for match in alike)


def _is(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return False
    return True


def _is_utf8_name(name: str) -> bool:
    return name.replace("_", "-") in {"utf-8", "utf8"}


def _wide_encoding(head: bytes) -> str:
    for start, encoding in (
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (b"<\0", "utf-16-le"),
        (b"\0<", "utf-16-be"),
    ):
        if head.startswith(start):
            return encoding
    return ""
