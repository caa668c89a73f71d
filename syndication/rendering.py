"""From a feed to its bytes: the same feed is the same bytes."""

from importlib import import_module

from syndication.feed import Feed
from syndication.formats import FeedFormat

_WRITERS = {
    FeedFormat.ATOM: "syndication.atom",
    FeedFormat.RSS: "syndication.rss",
    FeedFormat.JSON: "syndication.json_feed",
}
"""The modules that write them, which are not loaded before somebody asks: a server without readers needs no lxml."""


def render(feed: Feed, format_: FeedFormat) -> bytes:
    """The feed in this format."""
    written: bytes = import_module(_WRITERS[format_]).render(feed)
    return written
