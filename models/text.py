"""What people write, made fit to be stored, compared and shown.

Text is Unicode in normal form C without control characters, lone surrogates, noncharacters (XML and so feeds cannot
have some of them) or towers of combining marks. What cannot be made so is refused with a reason; nothing is silently
changed but white space and normal form.

Direction controls (embeddings, overrides, isolates) are refused in a line, since it is shown within other people's
sentences: one that is left open turns what comes after it, and one name looks like another. Whoever writes from right
to left needs none there, because a page isolates what it shows; the mere marks LRM, RLM and ALM are kept. Paragraphs
keep all of them: they are what Unicode has for mixed text, and end with the paragraph that they stand in.
"""

import re
import unicodedata
from collections.abc import Iterator

BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and symbols, as Unicode has it, that nobody can see."""
COMBINING_AT_MOST = 30
"""Marks on one letter: the limit of Unicode's stream-safe text format (UAX 15, section 13)."""

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_NONCHARACTER = re.compile(
    "[\ufdd0-\ufdef" + "".join(chr(last - 1) + chr(last) for last in range(0xFFFF, 0x110000, 0x10000)) + "]"
)
_UNUSUAL = re.compile("[^\t\n\r\x20-\x7e\xa0-\u02ff\u2002-\u20cf]")
"""What may be unfit, a mark, or not in normal form: texts in Latin letters without it can stay as they are."""
_DIRECTION = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
_LINE_END = re.compile(r"\r\n?|\u2028|\u2029")
_EMPTY_LINES = re.compile(r"\A(?:[^\S\n]*\n)+")
_INVISIBLE_KINDS = frozenset({"Cc", "Cf", "Mc", "Me", "Mn", "Zl", "Zp", "Zs"})


class TextError(ValueError):
    """The text cannot be accepted; `str()` goes on after "The title " or the like."""


def line(value: str, *, longest: int) -> str:
    """One line: white space of any kind is one space, and none around."""
    if control := _DIRECTION.search(value[: 4 * longest]):
        raise TextError(f"contains a character that turns the direction of writing ({_code(control[0])}).")
    return _checked(" ".join(_clean(value, longest).split()), longest)


def paragraphs(value: str, *, longest: int) -> str:
    """Text of several lines, which end with a line feed; no empty lines around it."""
    lines = _LINE_END.sub("\n", _clean(value, longest)).rstrip()
    return _checked(_EMPTY_LINES.sub("", lines), longest)


def purged(value: str) -> str:
    """Text of another system without what `line` and `paragraphs` refuse wherever it stands, in normal form."""
    if not _UNUSUAL.search(value):
        return value
    for unfit in (_CONTROL, _SURROGATE, _NONCHARACTER):
        value = unfit.sub("", value)
    return unicodedata.normalize("NFC", "".join(_without_towers(value)))


def purged_paragraphs(value: str) -> str:
    """Paragraphs of another system, as `paragraphs` makes them but of any length; empty where nothing can be seen."""
    lines = purged(value)
    if "\r" in lines or "\u2028" in lines or "\u2029" in lines:
        lines = _LINE_END.sub("\n", lines)
    lines = lines.rstrip()
    if lines[:1].isspace():
        lines = _EMPTY_LINES.sub("", lines)
    return "" if is_blank(lines) else lines


def _without_towers(value: str) -> Iterator[str]:
    height = 0
    for char in value:
        height = height + 1 if unicodedata.combining(char) else 0
        if height <= COMBINING_AT_MOST:
            yield char


def without_direction(value: str) -> str:
    """A line of another system without what turns the direction of writing."""
    return _DIRECTION.sub("", value)


def is_blank(value: str) -> bool:
    """Whether nothing of it can be seen."""
    return all(unicodedata.category(char) in _INVISIBLE_KINDS or char in BLANK for char in value)


def _clean(value: str, longest: int) -> str:
    if len(value) > 4 * longest:  # before any work that grows with it
        raise TextError(f"is longer than {longest:,} characters.")
    if _SURROGATE.search(value):
        raise TextError("contains half a character (a lone surrogate).")
    if control := _CONTROL.search(value):
        raise TextError(f"contains a control character ({_code(control[0])}).")
    if found := _NONCHARACTER.search(value):
        raise TextError(f"contains a code that is no character ({_code(found[0])}).")
    _refuse_towers(value)
    return unicodedata.normalize("NFC", value)


def _code(char: str) -> str:
    return f"U+{ord(char):04X}"


def _refuse_towers(value: str) -> None:
    """Normalising long runs of combining marks takes time that grows with the square of their length."""
    if value.isascii():
        return
    height = 0
    for char in value:
        height = height + 1 if unicodedata.combining(char) else 0
        if height > COMBINING_AT_MOST:
            raise TextError(f"has more than {COMBINING_AT_MOST} combining marks on one letter.")


def _checked(value: str, longest: int) -> str:
    if len(value) > longest:
        raise TextError(f"is longer than {longest:,} characters.")
    if is_blank(value):
        return ""
    return value


def shortened(value: str, *, longest: int) -> str:
    """The beginning of a line, cut between words and ended with an ellipsis when it is longer than that.

    Direction controls are taken out: the cut may separate two of them. Where there are no spaces it is cut between
    what a reader takes for one character, such as a letter with its accents or a family of emoji.
    """
    value = _DIRECTION.sub("", value)
    if len(value) <= longest:
        return value
    head = value[: longest - 1]
    if not value[longest - 1].isspace():
        whole_words = head.rpartition(" ")[0]
        head = whole_words if len(whole_words) > longest // 2 else _whole_characters(value, longest - 1)
    return head.rstrip(" ,;:.-\u2013\u2014") + "…"


def _whole_characters(value: str, longest: int) -> str:
    """As many grapheme clusters (UAX 29) as fit; a part of the first one where not even that does."""
    # 2 MB that a process which writes nothing never needs.
    import regex  # type: ignore[import-untyped]  # noqa: PLC0415

    clusters = regex.finditer(r"\X", value, endpos=longest + 1)
    ends = [cluster.end() for cluster in clusters if cluster.end() <= longest]
    return value[: max(ends, default=longest)]
