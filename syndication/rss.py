"""RSS 2.0, with what other vocabularies have that it lacks: all of the text, names, threads and pages.

A deleted entry has no form in it, so it is left out.
"""

from email.utils import format_datetime
from html import escape

from lxml import etree  # type: ignore[import-untyped]

from runtime.xml_characters import fit_for_xml
from syndication import atom
from syndication.feed import Entry, Feed
from syndication.formats import FeedFormat
from syndication.xml import ATOM, LANG, THREAD, document, element, rfc3339

MEDIA_TYPE = FeedFormat.RSS.media_type
CONTENT = "http://purl.org/rss/1.0/modules/content/"
DUBLIN_CORE = "http://purl.org/dc/elements/1.1/"
SLASH = "http://purl.org/rss/1.0/modules/slash/"
COMMENTS = "http://wellformedweb.org/CommentAPI/"
_PREFIXES = {
    "atom": ATOM,
    "content": CONTENT,
    "dc": DUBLIN_CORE,
    "slash": SLASH,
    "thr": THREAD,
    "wfw": COMMENTS,
}


def render(feed: Feed) -> bytes:
    """The feed as RSS."""
    root = etree.Element("rss", {"version": "2.0"}, nsmap=_PREFIXES)
    channel = element(root, "channel")
    element(channel, "title", feed.title)
    element(channel, "link", feed.url)
    element(channel, "description", _as_html(feed.subtitle or feed.title))
    element(channel, "language", feed.language)
    element(channel, "lastBuildDate", format_datetime(feed.updated, usegmt=True))
    element(channel, "generator", "Causerie")
    atom.page_links(channel, feed, MEDIA_TYPE)
    for entry in feed.entries:
        if isinstance(entry, Entry):
            _add(channel, entry)
    return document(root)


def _add(channel: etree._Element, entry: Entry) -> None:
    item = etree.SubElement(channel, "item", {LANG: fit_for_xml(entry.language)})
    element(item, "title", entry.title)
    element(item, "link", entry.url)
    element(item, "guid", entry.id, isPermaLink="false")
    element(item, "pubDate", format_datetime(entry.published, usegmt=True))
    element(item, f"{{{ATOM}}}updated", rfc3339(entry.updated))
    element(item, f"{{{DUBLIN_CORE}}}creator", entry.author.name)
    element(item, f"{{{DUBLIN_CORE}}}language", entry.language)
    for label in entry.labels:
        element(item, "category", label.name)
    description = _as_html(entry.summary) if entry.summary else entry.html
    element(item, "description", description)  # of which many readers know nothing else
    element(item, f"{{{CONTENT}}}encoded", entry.html)
    atom.add_reference(item, entry.in_reply_to)
    if entry.replies is not None:
        element(item, "comments", entry.replies.url)
        element(item, f"{{{COMMENTS}}}commentRss", entry.replies.feed_url)
        element(item, f"{{{SLASH}}}comments", str(entry.replies.count))


def _as_html(text: str) -> str:
    """Plain text where readers expect HTML."""
    return escape(text, quote=False)
