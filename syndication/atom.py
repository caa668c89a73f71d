"""Atom 1.0 (RFC 4287) with threads (RFC 4685), pages (RFC 5005) and places of what was deleted (RFC 6721)."""

from lxml import etree  # type: ignore[import-untyped]

from runtime.xml_characters import fit_for_xml
from syndication.feed import DeletedEntry, Entry, Feed, Reference, Replies
from syndication.formats import FeedFormat
from syndication.xml import ATOM, LANG, THREAD, document, element, rfc3339

TOMBSTONES = "http://purl.org/atompub/tombstones/1.0"
MEDIA_TYPE = FeedFormat.ATOM.media_type
_A, _THR, _AT = f"{{{ATOM}}}", f"{{{THREAD}}}", f"{{{TOMBSTONES}}}"
_PREFIXES = {None: ATOM, "thr": THREAD, "at": TOMBSTONES}


def render(feed: Feed) -> bytes:
    """The feed as Atom."""
    root = etree.Element(f"{_A}feed", {LANG: feed.language}, nsmap=_PREFIXES)
    element(root, f"{_A}id", feed.id)
    element(root, f"{_A}title", feed.title, type="text")
    if feed.subtitle:
        element(root, f"{_A}subtitle", feed.subtitle, type="text")
    element(root, f"{_A}updated", rfc3339(feed.updated))
    element(root, f"{_A}generator", "Causerie")
    link(root, "alternate", feed.url, "text/html")
    page_links(root, feed, MEDIA_TYPE)
    for entry in feed.entries:
        if isinstance(entry, DeletedEntry):
            _add_deleted(root, entry)
        else:
            _add(root, entry)
    return document(root)


def link(parent: etree._Element, rel: str, href: str, type_: str) -> etree._Element:
    """A link, which RSS has no other way to say either."""
    return element(parent, f"{_A}link", rel=rel, href=href, type=type_)


def page_links(parent: etree._Element, feed: Feed, type_: str) -> None:
    """Where this page of the list is, and where the first and the next one are."""
    link(parent, "self", feed.self_url, type_)
    link(parent, "first", feed.first_url, type_)
    if feed.next_url:
        link(parent, "next", feed.next_url, type_)


def add_reference(parent: etree._Element, reference: Reference | None) -> None:
    """What an entry replies to."""
    if reference is not None:
        made = element(parent, f"{_THR}in-reply-to", ref=reference.id, href=reference.url, type="text/html")
        if reference.feed_url:
            made.set("source", reference.feed_url)


def _add(root: etree._Element, entry: Entry) -> None:
    made = etree.SubElement(root, f"{_A}entry", {LANG: fit_for_xml(entry.language)})
    link(
        made, "alternate", entry.url, "text/html"
    )  # before the id, which feedparser 6.0.14 else takes for it
    element(made, f"{_A}id", entry.id)
    element(made, f"{_A}title", entry.title, type="text")
    element(made, f"{_A}published", rfc3339(entry.published))
    element(made, f"{_A}updated", rfc3339(entry.updated))
    author = element(made, f"{_A}author")
    element(author, f"{_A}name", entry.author.name)
    if entry.author.url:
        element(author, f"{_A}uri", entry.author.url)
    for label in entry.labels:
        element(made, f"{_A}category", term=label.term, label=label.name)
    add_reference(made, entry.in_reply_to)
    if entry.replies is not None:
        _add_replies(made, entry.replies)
    if entry.summary:
        element(made, f"{_A}summary", entry.summary, type="text")
    element(made, f"{_A}content", entry.html, type="html")


def _add_replies(made: etree._Element, replies: Replies) -> None:
    feed = link(made, "replies", replies.feed_url, MEDIA_TYPE)
    for told in (feed, link(made, "replies", replies.url, "text/html")):
        told.set(f"{_THR}count", str(replies.count))
        if replies.updated is not None:
            told.set(f"{_THR}updated", rfc3339(replies.updated))
    element(made, f"{_THR}total", str(replies.count))


def _add_deleted(root: etree._Element, entry: DeletedEntry) -> None:
    made = element(root, f"{_AT}deleted-entry", ref=entry.id, when=rfc3339(entry.deleted))
    add_reference(made, entry.in_reply_to)
