"""What a file's bytes, lines and marked-up names are as text."""

import codecs
import html
import re
from collections.abc import Iterator
from typing import BinaryIO

import nh3
from charset_normalizer import from_bytes

from runtime.xml_characters import fit_for_xml
from transfer.formats.records import FormatError

LONGEST_LINE_BYTES = 32 * 2**20
SAMPLE_BYTES = 256 * 2**10
LEAST_KANA = 0.3
"""What share of the characters that are not ASCII is kana, at least, in anything written in Japanese."""

_LINE_END = re.compile(r"\r\n?")
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_INLINE = (
    "a|abbr|acronym|b|big|br|cite|code|del|em|font|i|ins|kbd|mark|q|s|small|span|strike|strong|sub|sup|tt|u"
)
_INLINE_TAG = re.compile(rf"</?(?:{_INLINE})(?:\s[^<>]*)?/?>", re.IGNORECASE)
_END_OF_BLOCK = re.compile(r"<br\s*/?>|</(?:p|div|li|h[1-6]|blockquote|pre|tr|td|dd|dt)\s*>", re.IGNORECASE)
_KANA = re.compile("[\u3040-\u30ff]")
_NOT_ASCII = re.compile("[^\x00-\x7f]")


def clean(text: str) -> str:
    """The text without what XML forbids and without half characters; lines end with a line feed."""
    if "\r" in text:
        text = _LINE_END.sub("\n", text)
    return fit_for_xml(text)


def decoded(text: str) -> str:
    """One line, with its entities decoded once: the name of somebody or something."""
    return " ".join(clean(_ENTITY.sub(lambda entity: html.unescape(entity[0]), text)).split())


def title(text: str) -> str:
    """A title that may be marked up or not: inline tags are taken out, and `a < b` and `List<T>` left alone."""
    return decoded(_INLINE_TAG.sub("", text))


def plain(markup: str) -> str:
    """What one reads of some HTML, as one line."""
    apart = _END_OF_BLOCK.sub(lambda tag: f"{tag[0]} ", markup)
    return " ".join(clean(html.unescape(nh3.clean(apart, tags=set()))).split())


def lines(stream: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Numbered lines, which end with a line feed alone; only the last one may be without it."""
    number = 0
    while line := stream.readline(LONGEST_LINE_BYTES):
        number += 1
        if len(line) == LONGEST_LINE_BYTES and not line.endswith(b"\n"):
            raise FormatError(
                f"Line {number} is longer than 32 MiB, which no export is. Export the blog again."
            )
        yield number, line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line


class Decoder:
    """Decodes line by line; bytes that are not UTF-8 in a file that is, it takes for Windows-1252.

    `mended` counts the lines in which it had to guess or to put a replacement character.
    """

    def __init__(self, encoding: str = "utf-8") -> None:
        self.encoding = encoding
        self.mended = 0

    def __call__(self, line: bytes) -> str:
        """The line as text."""
        try:
            return line.decode(self.encoding)
        except UnicodeDecodeError:
            self.mended += 1
        return line.decode(self.encoding, errors=_AS_CP1252 if self.encoding == "utf-8" else "replace")


def _as_cp1252(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", errors="replace"), error.end


_AS_CP1252 = "causerie.cp1252"
codecs.register_error(_AS_CP1252, _as_cp1252)


def encoding_of(stream: BinaryIO) -> str:
    """How a text is encoded whose file does not say so: UTF-8, else Windows-1252, EUC-JP or Shift_JIS."""
    utf8_lines = other_lines = 0
    sample = bytearray()
    for _, line in lines(stream):
        if line.isascii():
            continue
        if _is_utf8(line):
            utf8_lines += 1
            continue
        other_lines += 1
        if len(sample) < SAMPLE_BYTES:
            sample += line[:SAMPLE_BYTES]
    return "utf-8" if utf8_lines >= other_lines else _guess(bytes(sample))


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _guess(sample: bytes) -> str:
    best = from_bytes(sample, cp_isolation=["cp1252", "euc_jp", "cp932"]).best()
    if best is None or best.encoding == "cp1252":
        return "cp1252"
    text = sample.decode(best.encoding, errors="ignore")
    japanese = len(_KANA.findall(text)) >= LEAST_KANA * len(_NOT_ASCII.findall(text))
    return best.encoding if japanese else "cp1252"
