"""Which page is at which path."""

import re
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from server.site.answers import Answer
from server.site.visit import Visit

Handler = Callable[[Visit], Awaitable[Answer]]

LONGEST_PATH = 500
NUL = "%00"
"""It is in no name; the API takes it for a mistake of its client."""
_PARAMETER = re.compile(r"\{(\w+)(?::(\w+))?\}")
_KINDS = {None: r"[^/]+", "int": r"[1-9]\d{0,5}", "year": r"\d{4}", "month": r"0[1-9]|1[0-2]"}


@dataclass(frozen=True, slots=True)
class Route:
    """`get` shows the page, `post` takes its form, in which there may be a picture.

    `resume` shows the form again with what was typed, where it is another session's by now or nobody's; without it,
    that is lost.
    """

    pattern: re.Pattern[str]
    get: Handler | None = None
    post: Handler | None = None
    picture: bool = False
    resume: Handler | None = None

    @property
    def methods(self) -> bytes:
        """What may be done there, as the header `Allow` says it."""
        return b", ".join([*([b"GET, HEAD"] if self.get else []), *([b"POST"] if self.post else [])])


@dataclass(frozen=True, slots=True)
class Found:
    """A route, and what its path says of its parameters, decoded."""

    route: Route
    params: dict[str, str]


def route(
    template: str,
    *,
    get: Handler | None = None,
    post: Handler | None = None,
    picture: bool = False,
    resume: Handler | None = None,
) -> Route:
    """A route for paths such as /tags/{slug}/page/{number:int}."""
    pieces, end = [], 0
    for match in _PARAMETER.finditer(template):
        pieces.append(re.escape(template[end : match.start()]))
        pieces.append(f"(?P<{match[1]}>{_KINDS[match[2]]})")
        end = match.end()
    pieces.append(re.escape(template[end:]))
    return Route(re.compile("".join(pieces)), get, post, picture, resume)


class Routes:
    """Of several that match, the first is meant."""

    def __init__(self, routes: Iterator[Route]) -> None:
        self._routes = tuple(routes)

    def find(self, raw_path: str) -> Found | None:
        """What is at a path, as it was sent: percent-encoded."""
        if len(raw_path) > LONGEST_PATH or NUL in raw_path:
            return None
        for each in self._routes:
            match = each.pattern.fullmatch(raw_path)
            if match is not None:
                return Found(each, {name: unquote(value) for name, value in match.groupdict().items()})
        return None
