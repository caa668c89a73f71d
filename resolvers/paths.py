"""Paths of a site in their normal form: however somebody writes an address, it is one path here.

`/2008/02/Cr%C3%AApes/`, `/2008/02/Crêpes` and `/2008/02//Crêpes/?utm_source=x` are the same; `/?p=18` and
`/index.php?p=18` have their meaning in the query and keep that of it.
"""

import re
import unicodedata
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from models.address import LONGEST_PATH

IDENTIFYING = ("p", "page_id", "attachment_id", "cat", "tag", "author", "post", "id", "q", "year", "monthnum")
"""Parameters that say what is meant where the path does not, as WordPress, Dotclear and Movable Type have them."""
_SLASHES = re.compile("/{2,}")
_INDEX = re.compile(r"/index\.(?:php|html?)\Z", re.IGNORECASE)


def normal_path(address: str) -> str:
    """The path, and the query where that tells what is meant; of a whole address, without its host.

    Empty where it can be no path that anything is at.
    """
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return ""
    path = _SLASHES.sub("/", "/" + unicodedata.normalize("NFC", unquote(parts.path)))
    path = _INDEX.sub("/", path)
    if len(path) > 1:
        path = path.rstrip("/") or "/"
    query = _identifying(parts.query) if path == "/" or path.endswith((".php", ".cgi")) else ""
    found = f"{path}{query}"
    return "" if "\0" in found else found[: LONGEST_PATH + 1]


def _identifying(query: str) -> str:
    """The parameters that matter, in their order; of `?post/2009/12/Titre`, as Dotclear has it, all of it."""
    if query and "=" not in query:
        return "?" + unicodedata.normalize("NFC", unquote(query)).strip("/")
    kept = [(name, value) for name, value in parse_qsl(query) if name in IDENTIFYING]
    return "?" + urlencode(kept, safe="/", encoding="utf-8") if kept else ""


def last_of(prefix: str, path: str) -> str:
    """What stands behind `/prefix/` in a path; empty where it is another one."""
    head, _, rest = normal_path(path).removeprefix("/").partition("/")
    return rest if head == prefix and "/" not in rest and "?" not in rest else ""
