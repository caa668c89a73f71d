"""How a post's page says where others tell it of their links, and where its feeds are.

Webmention and pingback by headers and by `link` elements, trackback by RDF in a comment of the page's HTML.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree as ET

from markupsafe import Markup

from linkbacks.web_address import normal_address
from resolvers import feeds
from resolvers.feeds import FeedLink
from resolvers.ids import primary_key
from resolvers.linkback_addresses import linkback_endpoints
from resolvers.policy import Policy
from server.http.http_error import Headers

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
DUBLIN_CORE = "http://purl.org/dc/elements/1.1/"
TRACKBACK = "http://madskills.com/public/xml/rss/module/trackback/"
for _prefix, _uri in (("rdf", RDF), ("dc", DUBLIN_CORE), ("trackback", TRACKBACK)):
    ET.register_namespace(_prefix, _uri)


@dataclass(frozen=True, slots=True)
class Discovery:
    """Absolute addresses that a post's page tells of; None and nothing where there are none."""

    webmention: str | None = None
    pingback: str | None = None
    trackback: str | None = None
    feeds: Sequence[FeedLink] = ()

    @classmethod
    def of(cls, post: dict[str, Any], policy: Policy) -> "Discovery":
        """What the page of a public post tells of; the post as the page's operation reads it."""
        key = primary_key("post", post["id"])
        endpoints = linkback_endpoints(policy, key, linkbacks_open=post["linkbacksOpen"])
        lists = feeds.of_post(post["slug"], post["title"], post["language"]), feeds.of_site(policy.site)
        return cls(
            endpoints.webmention,
            endpoints.pingback,
            endpoints.trackback,
            feeds.feeds([each for listed in lists for each in listed], policy.site),
        )

    @property
    def headers(self) -> Headers:
        """What a page's answer says, to HEAD as well: nobody need read the page then."""
        headers = []
        if self.webmention is not None:
            headers.append((b"link", b'<%b>; rel="webmention"' % _ascii(self.webmention)))
        if self.pingback is not None:
            headers.append((b"x-pingback", _ascii(self.pingback)))
        return headers

    def trackback_rdf(self, post: dict[str, Any]) -> Markup | None:
        """The comment with the address for trackbacks: nothing in it can end it, whatever the post is called."""
        if self.trackback is None:
            return None
        rdf = ET.Element(f"{{{RDF}}}RDF")
        facts = {
            f"{{{RDF}}}about": post["url"],
            f"{{{DUBLIN_CORE}}}identifier": post["url"],
            f"{{{DUBLIN_CORE}}}title": post["title"],
            f"{{{TRACKBACK}}}ping": self.trackback,
        }
        ET.SubElement(rdf, f"{{{RDF}}}Description", facts)
        written = ET.tostring(rdf, encoding="unicode").replace("--", "-&#45;")
        return Markup("<!--\n{}\n-->").format(Markup(written))  # noqa: S704 - ElementTree has escaped it


def _ascii(address: str) -> bytes:
    """The address as a header has it."""
    return normal_address(address).encode("ascii")
