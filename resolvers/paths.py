"""Paths of a site in their normal form: however somebody writes an address, it is one path here.

`/2008/02/Cr%C3%AApes/`, `/2008/02/Crêpes` and `/2008/02//Crêpes/?utm_source=x` are the same; `/?p=18` and
`/index.php?p=18` have their meaning in the query and keep that of it. A path in its normal form is its own.
"""

import re
import unicodedata
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from models.address import LONGEST_PATH

IDENTIFYING = ("p", "page_id", "attachment_id", "cat", "tag", "author", "post", "id", "q", "year", "monthnum")
"""Parameters that say what is meant where the path does not, as WordPress, Dotclear and Movable Type have them."""
LONGEST_ADDRESS = 20_000
"""Twelve characters for each of a path at most, percent-encoded, and what is not of it."""
_BLANKS = " \t\n\v\f\r"
_IGNORED = str.maketrans("", "", "\t\n\r")
"""What is in no address: `urlsplit` leaves it out."""
_SLASHES = re.compile("/{2,}")
_INDEX = re.compile(r"/index\.(?:php|html?)\Z", re.IGNORECASE)
_ENCODED = re.compile("%(?=[0-9A-Fa-f]{2})")


def normal_path(address: str) -> str:
    """The path, and the query where that tells what is meant; of a whole address, without its host.

    Empty where it can be no path that anything is at.
    """
    address = address.strip(_BLANKS)
    if not 0 < len(address) <= LONGEST_ADDRESS:
        return ""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    path = _without_index(_SLASHES.sub("/", "/" + _decoded(parts.path, but_for="?#")))
    query = _identifying(parts.query) if path == "/" or path.endswith((".php", ".cgi")) else ""
    found = f"{path}{query}"
    return "" if "\0" in found or len(found) > LONGEST_PATH else found


def _decoded(text: str, *, but_for: str) -> str:
    """The characters themselves, but for those that would have another meaning then, and for what looks encoded."""
    plain = unicodedata.normalize("NFC", unquote(text).translate(_IGNORED))
    plain = _ENCODED.sub("%25", plain)
    return plain.translate({ord(each): f"%{ord(each):02X}" for each in but_for})


def _without_index(path: str) -> str:
    """Without what a server adds by itself, and without blanks and a slash at the end."""
    path = path.rstrip("/" + _BLANKS)
    while (shorter := _INDEX.sub("", path)) != path:
        path = shorter.rstrip("/" + _BLANKS)
    return path or "/"


def _identifying(query: str) -> str:
    """The parameters that matter, in their order; of `?post/2009/12/Titre`, as Dotclear has it, all of it."""
    if "=" not in query:
        rest = _decoded(query, but_for="#=").strip("/" + _BLANKS)
        return f"?{rest}" if rest else ""
    kept = [
        (name, unicodedata.normalize("NFC", value)) for name, value in parse_qsl(query) if name in IDENTIFYING
    ]
    return "?" + urlencode(kept, safe="/", errors="replace") if kept else ""


def last_of(prefix: str, path: str) -> str:
    """What stands behind `/prefix/` in a path; empty where it is another one."""
    head, _, rest = normal_path(path).removeprefix("/").partition("/")
    return rest if head == prefix and "/" not in rest and "?" not in rest else ""
