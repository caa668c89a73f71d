"""Which characters bytes are, as far as anybody says, and a guess where nobody does.

Only charsets that the web has are believed: Python knows others, of which some take time that grows with the square of
a text's length, and some are no charsets at all.
"""

import codecs
import re
from collections.abc import Iterable

NAMED_WITHIN_BYTES = 1024
"""Bytes of a page in which it says what its charset is, as in HTML5."""
GUESSED_BYTES = 8 * 1024
"""Bytes of a text that are looked at for a guess."""
FOREIGN_BYTES = 32
"""Of less nothing is guessed: by a few letters, French is taken for Polish."""
BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
UTF_16_BOMS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
KNOWN = frozenset(
    (
        *("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "ascii", "big5", "big5hkscs"),
        *(f"iso8859-{n}" for n in range(1, 17)),
        *(f"cp125{n}" for n in range(9)),
        *("cp866", "cp874", "cp932", "cp949", "koi8-r", "koi8-u", "mac-roman", "mac-cyrillic"),
        *("shift_jis", "euc_jp", "iso2022_jp", "euc_kr", "gb2312", "gbk", "gb18030"),
    )
)
WIDER = {
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "iso8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
}
"""What browsers take for a charset that leaves some bytes without meaning."""
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:+-]{1,40})", re.IGNORECASE | re.ASCII)


def named_charset(text: str) -> str:
    """The charset that a content type, or the beginning of a page, names; empty where it names none."""
    found = _CHARSET.search(text)
    return found[1] if found else ""


def decoded(data: bytes, named: Iterable[str] = ()) -> str:
    """The text, as `charset_of` understands it. Never raises."""
    return data.decode(charset_of(data, named), "replace")


def page_text(body: bytes, content_type: str) -> str:
    """A page's text: its charset is what its content type, or else its beginning, names. Never raises."""
    said = content_type, body[:NAMED_WITHIN_BYTES].decode("latin-1")
    return decoded(body, [named_charset(text) for text in said])


def charset_of(data: bytes, named: Iterable[str] = ()) -> str:
    """The charset of a text: the first of these that it can be in, else UTF-8, else a guess."""
    bom = next((charset for bom, charset in BOMS.items() if data.startswith(bom)), "")
    for label in (bom, *named, "utf-8"):
        charset = _known(label)
        if charset and _fits(data, charset):
            return charset
    return _guess(data[:GUESSED_BYTES]) or "cp1252"


def _known(label: str) -> str:
    try:
        name = codecs.lookup(label.strip()).name if label.isascii() and len(label) <= 40 else ""  # noqa: PLR2004 - more than any has
    except (LookupError, ValueError):
        return ""
    return WIDER.get(name, name) if name in KNOWN else ""


def _fits(data: bytes, charset: str) -> bool:
    """Whether it is that, or nearly so where somebody says it: a letter that was cut in two is no reason to guess."""
    if charset.startswith("utf-16") and b"\0" not in data and not data.startswith(UTF_16_BOMS):
        return False  # ASCII is UTF-16 of some Chinese, too
    try:
        data.decode(charset)
    except UnicodeError:
        text = data.decode(charset, "replace")
        return charset != "utf-8" and text.count("\ufffd") * 100 <= len(text)
    return True


def _guess(data: bytes) -> str:
    if sum(byte > 127 for byte in data) < FOREIGN_BYTES:  # noqa: PLR2004 - the end of ASCII
        return ""
    # Who is never sent anything but UTF-8 need not wait for it.
    from charset_normalizer import from_bytes  # noqa: PLC0415

    best = from_bytes(data).best()
    return _known(best.encoding) if best is not None else ""
