"""Feeds: Atom, RSS and JSON Feed of plain entries. It knows no row."""

from syndication.feed import DeletedEntry, Entry, Feed, Label, Person, Reference, Replies
from syndication.formats import FeedFormat
from syndication.html import absolute
from syndication.rendering import render

__all__ = [
    "DeletedEntry",
    "Entry",
    "Feed",
    "FeedFormat",
    "Label",
    "Person",
    "Reference",
    "Replies",
    "absolute",
    "render",
]
