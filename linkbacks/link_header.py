"""`Link` headers, as RFC 8288 has them and as they are written: what each leads to, and how it is related."""

import re
from collections.abc import Iterable, Iterator

_TARGET = re.compile(r"\s*<([^<>]*)>")
_PARAMETER = re.compile(r"""\s*;\s*([\w*!#$&+.^`|~-]+)\s*(?:=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;,"]*)))?""")
_NEXT = re.compile(r'(?:[^",]++|"(?:[^"\\]++|\\.)*+(?:"|$))*+,')
"""Up to the next link. Nothing is read twice: its length squared is long, and others wait meanwhile."""
LONGEST_HEADER_CHARACTERS = 16_384


def links(headers: Iterable[str]) -> Iterator[tuple[str, frozenset[str]]]:
    """Each link of the headers, in their order: its target as it is written, and its relations in small letters."""
    for header in headers:
        yield from _links(header[:LONGEST_HEADER_CHARACTERS])


def _links(header: str) -> Iterator[tuple[str, frozenset[str]]]:
    place = 0
    while place < len(header):
        if target := _TARGET.match(header, place):
            place, relations = _relations(header, target.end())
            yield target[1].strip(), relations
        following = _NEXT.match(header, place)
        if following is None:
            return
        place = following.end()


def _relations(header: str, place: int) -> tuple[int, frozenset[str]]:
    """Where the parameters end, and what the first `rel` among them says."""
    found: frozenset[str] | None = None
    while parameter := _PARAMETER.match(header, place):
        place = parameter.end()
        if found is None and parameter[1].lower() == "rel":
            found = frozenset((parameter[2] or parameter[3] or "").lower().split())
    return place, found or frozenset()
