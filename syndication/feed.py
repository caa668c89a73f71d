"""What a feed is made of, whatever it is written in. All addresses are absolute, and all moments aware."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Person:
    """Who wrote something, and where to find out more."""

    name: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Label:
    """Where an entry is filed: the name in addresses, and the one to show."""

    term: str
    name: str


@dataclass(frozen=True, slots=True)
class Reference:
    """What an entry replies to: its id, its page, and a feed that has it, if any has."""

    id: str
    url: str
    feed_url: str | None = None


@dataclass(frozen=True, slots=True)
class Replies:
    """What replies to an entry: how many there are, a feed and a page of them, and when the last one came."""

    count: int
    feed_url: str
    url: str
    updated: datetime | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """Something to read; `html` is all of it, with absolute links, and `summary` plain text."""

    id: str
    url: str
    title: str
    html: str
    author: Person
    published: datetime
    updated: datetime
    language: str
    summary: str = ""
    image_url: str | None = None
    labels: tuple[Label, ...] = ()
    in_reply_to: Reference | None = None
    replies: Replies | None = None


@dataclass(frozen=True, slots=True)
class DeletedEntry:
    """The place of an entry that was taken away."""

    id: str
    deleted: datetime
    in_reply_to: Reference | None = None

    @property
    def updated(self) -> datetime:
        """When it was last changed."""
        return self.deleted


@dataclass(frozen=True, slots=True)
class Feed:
    """A page of a list. `url` is what a browser should show; the others are this page, the first and the next one."""

    id: str
    title: str
    subtitle: str
    url: str
    language: str
    self_url: str
    first_url: str
    next_url: str | None
    entries: tuple[Entry | DeletedEntry, ...]
    begun: datetime
    """When it began, which is when it was last changed while there is nothing in it."""

    @property
    def updated(self) -> datetime:
        """When its newest entry was last changed: what the clock says now does not come into it."""
        return max((entry.updated for entry in self.entries), default=self.begun)
