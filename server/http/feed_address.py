"""Addresses of feeds, as clients ask for them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import parse_qsl, urlencode

from resolvers import feeds
from resolvers.feeds import FeedKind
from syndication import FeedFormat

LONGEST_PATH = 500
_PATH = re.compile(
    r"(?:/(?P<site>feed|comments)|/(?P<folder>categories|tags|people)/(?P<term>[^/]+)/feed"
    r"|/(?P<talk>posts|comments)/(?P<about>[^/]+)/comments)\.(?P<ending>atom|rss|json)"
)
_SITE = {"feed": FeedKind.POSTS, "comments": FeedKind.COMMENTS}
_FOLDERS = {"categories": FeedKind.CATEGORY, "tags": FeedKind.TAG, "people": FeedKind.USER}
_TALKS = {"posts": FeedKind.POST, "comments": FeedKind.THREAD}


@dataclass(frozen=True, slots=True)
class FeedAddress:
    """A page of a feed: `name` is the list's in addresses, `after` the cursor where the page begins."""

    kind: FeedKind
    name: str
    format: FeedFormat
    after: str | None = None

    @property
    def size(self) -> int:
        """The characters that came with the request."""
        return len(self.name) + len(self.after or "")

    def path(self, *, after: str | None = None, kind: FeedKind | None = None, name: str | None = None) -> str:
        """Where a page of it is on the site, or of another list's feed in the same format."""
        where = feeds.path(kind or self.kind, self.name if name is None else name, self.format)
        return f"{where}?{urlencode({'after': after})}" if after is not None else where


def feed_at(path: str, query_string: bytes = b"") -> FeedAddress | None:
    """The feed at this address; None where none can be. Parameters that mean nothing here are let pass."""
    address = _feed_at(path) if len(path) <= LONGEST_PATH else None
    if address is None or not query_string:
        return address
    return FeedAddress(address.kind, address.name, address.format, _parameters(query_string).get("after"))


@lru_cache(maxsize=256)
def _feed_at(path: str) -> FeedAddress | None:
    match = _PATH.fullmatch(path)
    if match is None:
        return None
    format_ = FeedFormat[match["ending"].upper()]
    if match["site"]:
        return FeedAddress(_SITE[match["site"]], "", format_)
    if match["folder"]:
        return FeedAddress(_FOLDERS[match["folder"]], match["term"], format_)
    return FeedAddress(_TALKS[match["talk"]], match["about"], format_)


def _parameters(query_string: bytes) -> Mapping[str, str]:
    try:
        return dict(parse_qsl(query_string.decode("latin-1"), max_num_fields=100))
    except ValueError:
        return {}
