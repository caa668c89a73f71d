"""The formats of feeds, and what each is called in addresses and in headers."""

from enum import StrEnum


class FeedFormat(StrEnum):
    """How a feed is written."""

    ATOM = "ATOM"
    RSS = "RSS"
    JSON = "JSON"

    @property
    def ending(self) -> str:
        """What addresses of such feeds end with, behind the dot."""
        return self.value.lower()

    @property
    def media_type(self) -> str:
        """What it is called in headers and in links of pages."""
        return _MEDIA_TYPES[self]


_MEDIA_TYPES = {
    FeedFormat.ATOM: "application/atom+xml",
    FeedFormat.RSS: "application/rss+xml",
    FeedFormat.JSON: "application/feed+json",
}
