"""Media types: what a body is, and what the client would like back (GraphQL over HTTP, sections 4 and 6)."""

from functools import lru_cache

RESPONSE = "application/graphql-response+json"
JSON = "application/json"
HTML = "text/html"
TEXT = "text/plain"
EVENTS = "text/event-stream"

HEADERS_REMEMBERED = 500
"""Characters: a longer header is read anew each time, lest somebody fill the memory with them."""

_RANGES = {
    RESPONSE: (RESPONSE, "application/*", "*/*"),
    JSON: (JSON, "application/*", "*/*"),
    HTML: (HTML,),
    EVENTS: (EVENTS,),
}


def negotiate(accept: str, *, html: bool = False, events: bool = False) -> str | None:
    """The best of our media types for this Accept header; None when the client wants none of them.

    Without a wish it is application/json, as older clients expect. Equal wishes go to the type that is named
    rather than covered by a wildcard, then to application/graphql-response+json. HTML and event streams must be
    named, and a client that would as soon have JSON as a stream gets JSON, of whatever has an end.
    """
    return (_best if len(accept) <= HEADERS_REMEMBERED else _best.__wrapped__)(accept, html, events)


def accepts_events(accept: str) -> bool:
    """Whether the client names event streams as something that it reads, however much it would rather have others."""
    return _wishes(accept).get(EVENTS, 0.0) > 0


@lru_cache(maxsize=256)
def _best(accept: str, html: bool, events: bool) -> str | None:
    wishes = _wishes(accept) if accept.strip() else {"*/*": 1.0}
    offers = ((HTML,) if html else ()) + (RESPONSE, JSON) + ((EVENTS,) if events else ())
    best, best_rank = None, (0.0, 0, False)
    for offer in offers:
        ranges = _RANGES[offer]
        named = next((index for index, name in enumerate(ranges) if name in wishes), None)
        if named is None:
            continue
        rank = (wishes[ranges[named]], -named, named > 0 and offer == JSON)
        if rank[0] > 0 and (best is None or rank > best_rank):
            best, best_rank = offer, rank
    return best


def _wishes(accept: str) -> dict[str, float]:
    wishes = {}
    for part in accept.split(","):
        name, *parameters = (piece.strip().lower() for piece in part.split(";"))
        if name:
            wishes[name] = _quality(parameters)
    return wishes


def _quality(parameters: list[str]) -> float:
    for parameter in parameters:
        key, _, value = parameter.partition("=")
        if key.strip() == "q":
            try:
                return min(max(float(value), 0.0), 1.0)
            except ValueError:
                return 0.0
    return 1.0


def is_json(content_type: str) -> bool:
    """Whether a body so labelled is JSON in UTF-8, which no browser sends to another site unasked."""
    return (_names_json if len(content_type) <= HEADERS_REMEMBERED else _names_json.__wrapped__)(content_type)


@lru_cache(maxsize=256)
def _names_json(content_type: str) -> bool:
    name, *parameters = (piece.strip().lower() for piece in content_type.split(";"))
    charsets = {
        value.strip('" ') for key, _, value in (p.partition("=") for p in parameters) if key == "charset"
    }
    return name == JSON and charsets <= {"utf-8", "utf8"}
