"""HTML that is read far from its page: its relative addresses become absolute ones."""

import re
from contextlib import suppress
from urllib.parse import urljoin

ATTRIBUTES = ("href", "src", "cite")
"""Those of bodies that hold addresses."""
_MAY_BE_RELATIVE = re.compile(r'(?:href|src|cite)="(?!https?://|mailto:)')
_DOCUMENT = "<!doctype html><body>"


def absolute(html: str, base: str) -> str:
    """The same HTML, which has been sanitised, with all addresses as they are on the page at `base`.

    Most has none that is relative, and is not even looked into.
    """
    if not base or _MAY_BE_RELATIVE.search(html) is None:
        return html
    from selectolax.lexbor import LexborHTMLParser  # noqa: PLC0415 - hardly any post has such an address

    body = LexborHTMLParser(_DOCUMENT + html).body
    if body is None:
        return html
    for name in ATTRIBUTES:
        for node in body.css(f"[{name}]"):
            address = node.attributes[name]
            with suppress(ValueError):  # an address that none can be made of stays what it is
                node.attrs[name] = urljoin(base, address or "")
    return body.inner_html or ""
