"""JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/), with threads as an extension, `_thread`.

A deleted entry has no form in it, so it is left out.
"""

from typing import Any

import orjson

from runtime.xml_characters import fit_for_xml
from syndication.feed import Entry, Feed, Reference
from syndication.xml import rfc3339

VERSION = "https://jsonfeed.org/version/1.1"
EXTENSION = "_thread"


def render(feed: Feed) -> bytes:
    """The feed as JSON; it has the same characters as in XML."""
    shown = {
        "version": VERSION,
        "title": fit_for_xml(feed.title),
        "description": fit_for_xml(feed.subtitle) or None,
        "home_page_url": feed.url,
        "feed_url": feed.self_url,
        "next_url": feed.next_url,
        "language": feed.language,
        "items": [_item(entry) for entry in feed.entries if isinstance(entry, Entry)],
    }
    return orjson.dumps(_given(shown))


def _item(entry: Entry) -> dict[str, Any]:
    author = {"name": fit_for_xml(entry.author.name), "url": entry.author.url}
    return _given(
        {
            "id": entry.id,
            "url": entry.url,
            "title": fit_for_xml(entry.title),
            "content_html": fit_for_xml(entry.html),
            "summary": fit_for_xml(entry.summary) or None,
            "image": entry.image_url,
            "date_published": rfc3339(entry.published),
            "date_modified": rfc3339(entry.updated),
            "authors": [_given(author)],
            "tags": list(dict.fromkeys(fit_for_xml(label.name) for label in entry.labels)) or None,
            "language": fit_for_xml(entry.language),
            EXTENSION: _thread(entry) or None,
        }
    )


def _thread(entry: Entry) -> dict[str, Any]:
    """What it replies to and what replies to it."""
    replies = entry.replies
    return _given(
        {
            "in_reply_to": entry.in_reply_to and _reference(entry.in_reply_to),
            "replies": replies and {"count": replies.count, "feed_url": replies.feed_url, "url": replies.url},
        }
    )


def _reference(reference: Reference) -> dict[str, Any]:
    return _given({"id": reference.id, "url": reference.url, "feed_url": reference.feed_url})


def _given(members: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value is not None}
