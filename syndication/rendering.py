"""From a feed to its bytes: the same feed is the same bytes."""

from collections.abc import Callable

from syndication import atom, json_feed, rss
from syndication.feed import Feed
from syndication.formats import FeedFormat

_WRITERS: dict[FeedFormat, Callable[[Feed], bytes]] = {
    FeedFormat.ATOM: atom.render,
    FeedFormat.RSS: rss.render,
    FeedFormat.JSON: json_feed.render,
}


def render(feed: Feed, format_: FeedFormat) -> bytes:
    """The feed in this format."""
    return _WRITERS[format_](feed)
