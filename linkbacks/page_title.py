"""What a page is called, without the name of its site, which nearly all titles of the web have before or behind."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice, pairwise
from urllib.parse import urljoin, urlsplit

from linkbacks.markup import Start, Token
from linkbacks.page_text import line, text_of

HEADINGS = ("h1", "h2")
HEADINGS_TRIED, HEADING_TOKENS, LONGEST = 20, 40, 500
_BETWEEN = r"(?: [-\N{EN DASH}—|·•:»«\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}~/]+|:) "
_BEHIND = re.compile(rf"{_BETWEEN}(\S.*)")
_BEFORE = re.compile(rf"(.*\S){_BETWEEN}")


def title_of(page: Sequence[Token]) -> str:
    """What its `<title>` says."""
    for token, after in pairwise(page):
        if isinstance(token, Start) and token.name == "title" and isinstance(after, str):
            return line(after)
    return ""


def without_site(title: str, site: str) -> str:
    """The title without the site's name beside it."""
    return _beside(title, site) or title


def parted(title: str, names: Iterator[str]) -> tuple[str, str]:
    """The title and the site's name, where one of the `names` is the title alone; else all of it, and none."""
    for name in names:
        if site := _beside(title, name):
            return name, site
    return title, ""


def headings(page: Sequence[Token], link: int, url: str) -> Iterator[str]:
    """Headings before the link, from the nearest on, but for those that lead to another page, such as the site's."""
    places = (place for place in range(link - 1, -1, -1) if _is_heading(page[place]))
    for place in islice(places, HEADINGS_TRIED):
        within = _within(page, place)
        if all(_is_same_page(each, url) for each in within):
            yield text_of(within).strip()


def _beside(title: str, part: str) -> str:
    """What stands before or behind a part of the title; empty where that is no part of it."""
    if not part or len(title) > LONGEST:
        return ""
    for rest, pattern in ((title.removeprefix(part), _BEHIND), (title.removesuffix(part), _BEFORE)):
        if rest != title and (found := pattern.fullmatch(rest)):
            return found[1]
    return ""


def _is_heading(token: Token) -> bool:
    return isinstance(token, Start) and token.name in HEADINGS


def _within(page: Sequence[Token], place: int) -> Sequence[Token]:
    content = page[place + 1 : place + HEADING_TOKENS]
    ends = (at for at, token in enumerate(content) if not isinstance(token, str) and token.name in HEADINGS)
    return content[: next(ends, 0)]


def _is_same_page(token: Token, url: str) -> bool:
    if not isinstance(token, Start) or "href" not in token.attributes:
        return True
    try:
        there, here = urlsplit(urljoin(url, token.attributes["href"])), urlsplit(url)
    except ValueError:
        return False
    return (there.path, there.query) == (here.path, here.query)
