"""WordPress' comments as records: comments, trackbacks and pingbacks, and what only looks like one."""

import re
from collections.abc import Iterator
from datetime import datetime

from transfer.formats.addresses import is_absolute
from transfer.formats.characters import plain
from transfer.formats.keys import Keys
from transfer.formats.reasons import IMPOSSIBLE_DATE, POST_TRASHED, SECOND_KEY, SPAM, TRASHED, UNKNOWN_STATE
from transfer.formats.records import (
    Changed,
    Comment,
    Guest,
    LeftOut,
    Linkback,
    LinkbackKind,
    Options,
    Record,
    Visibility,
)
from transfer.formats.wordpress_body import comment_html
from transfer.formats.wordpress_fields import Fields, name_in
from transfer.formats.wordpress_items import Item
from transfer.formats.wordpress_terms import Terms

LINKBACKS = {"trackback": LinkbackKind.TRACKBACK, "pingback": LinkbackKind.PINGBACK}
VISIBILITY = {"1": Visibility.PUBLIC, "0": Visibility.PENDING}
LEFT_OUT = {"spam": SPAM, "trash": TRASHED, "post-trashed": POST_TRASHED}
OTHER_TYPE = "It is not what a reader wrote."
NO_ADDRESS = "It has no address that could be visited."
WAS_HIDDEN = "Its post was not public: it waits for a moderator."

_TITLE = re.compile(r"\s*<strong>(.*?)</strong>\s*(.*)", re.DOTALL)


class Comments:
    """Makes records of the comments of items."""

    def __init__(self, terms: Terms, options: Options) -> None:
        self._terms = terms
        self._options = options
        self._keys = Keys()

    def records(self, fields: Fields, item: Item, line: int) -> Iterator[Record]:
        """A comment of the item, or why it is none."""
        own = fields["wp:comment_id"] or f"line {line}"
        kind = fields["wp:comment_type"] or "comment"
        if reason := self._reason(kind, fields, item):
            yield LeftOut(kind=kind, key=own, reason=reason)
            return
        key = self._keys.take(own)
        date, is_impossible = fields.date("wp:comment_date", self._options)
        visibility = VISIBILITY.get(fields["wp:comment_approved"], Visibility.PENDING)
        visibility = Visibility.PENDING if item.was_hidden else visibility
        make = self._linkback if kind in LINKBACKS else self._comment
        yield make(key, item, fields, date or item.date, visibility)
        for reason in self._changes(key != own, is_impossible or date is None, fields, item):
            yield Changed(kind=kind, key=key, reason=reason)

    def _reason(self, kind: str, fields: Fields, item: Item) -> str:
        if reason := item.left_out or LEFT_OUT.get(fields["wp:comment_approved"], ""):
            return reason
        if kind not in {"comment", *LINKBACKS}:
            return OTHER_TYPE
        return NO_ADDRESS if kind in LINKBACKS and not is_absolute(_address(fields)) else ""

    def _changes(self, is_second: bool, is_misdated: bool, fields: Fields, item: Item) -> Iterator[str]:
        if is_second:
            yield SECOND_KEY
        if item.was_hidden:
            yield WAS_HIDDEN
        elif fields["wp:comment_approved"] not in VISIBILITY:
            yield UNKNOWN_STATE
        if is_misdated:
            yield IMPOSSIBLE_DATE

    def _comment(
        self, key: str, item: Item, fields: Fields, date: datetime, visibility: Visibility
    ) -> Record:
        email = fields["wp:comment_author_email"].strip()
        parent = fields["wp:comment_parent"]
        guest = Guest(name=name_in(fields["wp:comment_author"]), email=email, website=_address(fields))
        return Comment(
            key=key,
            post=item.key,
            author=self._terms.commenter(fields["wp:comment_user_id"], email) or guest,
            body=comment_html(fields["wp:comment_content"]),
            parent=parent if parent.strip("0") else None,
            created_at=date,
            visibility=visibility,
        )

    def _linkback(
        self, key: str, item: Item, fields: Fields, date: datetime, visibility: Visibility
    ) -> Record:
        author, content = name_in(fields["wp:comment_author"]), fields["wp:comment_content"]
        is_trackback = fields["wp:comment_type"] == "trackback"
        titled = _TITLE.match(content) if is_trackback else None
        return Linkback(
            key=key,
            post=item.key,
            kind=LINKBACKS[fields["wp:comment_type"]],
            source_url=_address(fields),
            site_name=author if is_trackback else "",
            title=plain(titled[1]) if titled else "" if is_trackback else author,
            excerpt=plain(titled[2] if titled else content),
            received_at=date,
            visibility=visibility,
        )


def _address(fields: Fields) -> str:
    return name_in(fields["wp:comment_author_url"])
