"""The fast path of feeds: readers ask for them again and again, and mostly have them already."""

from collections.abc import Mapping

from server.http.feed_address import feed_at
from server.http.feed_response import FeedResponse
from server.http.kept_answers import KeptAnswers

ENDINGS = (b".atom", b".rss", b".json")
_ENCODED = b"%"


class KeptFeeds(KeptAnswers):
    """Answers for the first pages of feeds, with the bytes and the headers of `server.http.feeds`."""

    def may_have(self, url: bytes) -> bool:
        """Whether a feed may be at this address."""
        return url.endswith(ENDINGS) and _ENCODED not in url

    def find(self, url: str, headers: Mapping[bytes, bytes]) -> FeedResponse | None:
        """The feed, if it is kept."""
        del headers
        address = feed_at(url)
        found = None if address is None else self._responses.look(address)
        return found if isinstance(found, FeedResponse) else None
