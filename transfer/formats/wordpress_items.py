"""WordPress' items as records: posts and pages, pictures, and what is left out of the rest."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import unquote, urlsplit

from transfer.formats.addresses import is_absolute, path_of
from transfer.formats.characters import plain, title
from transfer.formats.keys import Keys
from transfer.formats.moments import EPOCH
from transfer.formats.reasons import (
    IMPOSSIBLE_DATE,
    NO_DATE,
    POST_TRASHED,
    PRIVATE,
    PROTECTED,
    SECOND_KEY,
    TRASHED,
    UNKNOWN_STATUS,
)
from transfer.formats.records import Changed, Image, LeftOut, Options, Post, PostKind, Record
from transfer.formats.shortcodes import Gallery
from transfer.formats.wordpress_body import html_of, shares_blocks
from transfer.formats.wordpress_fields import Fields, mail_date
from transfer.formats.wordpress_terms import Terms

KINDS = {"post": PostKind.ARTICLE, "page": PostKind.PAGE, "": PostKind.ARTICLE}
PICTURES = {"jpg", "jpeg", "jpe", "png", "gif", "webp", "avif", "bmp", "tif", "tiff"}
DATED = {"publish", "future"}
DRAFTS = {"draft", "pending", "auto-draft"}
PARENT_LEFT_OUT = "What it is about is left out."
OTHER_TYPE = "It is neither a post nor a page."
NO_PICTURE = "It is no picture."
SHARED_BLOCK = "A part of it that is kept for several posts is left out."


@dataclass(slots=True)
class Item:
    """What the comments of an item need to know of it; they are left out with it for the reason `left_out`."""

    key: str
    date: datetime
    left_out: str = ""
    was_hidden: bool = False
    is_misdated: bool = False


class Items:
    """Makes records of items, one after the other."""

    def __init__(self, terms: Terms, options: Options, url: str, gallery: Gallery) -> None:
        self._terms = terms
        self._options = options
        self._url = url
        self._gallery = gallery
        self._keys = Keys()

    def records(self, fields: Fields, line: int) -> tuple[Item, list[Record]]:
        """The item as its comments see it, and its records."""
        own = fields["wp:post_id"] or fields["guid"] or f"line {line}"
        kind = fields["wp:post_type"]
        if kind == "attachment":
            return Item(own, EPOCH, PARENT_LEFT_OUT), [self._attachment(own, fields)]
        if kind not in KINDS:
            return Item(own, EPOCH, PARENT_LEFT_OUT), [LeftOut(kind=kind, key=own, reason=OTHER_TYPE)]
        if fields["wp:status"] == "trash":
            return Item(own, EPOCH, POST_TRASHED), [LeftOut(kind=kind or "post", key=own, reason=TRASHED)]
        date, is_impossible = self._date(fields)
        item = Item(self._keys.take(own), date or EPOCH, is_misdated=is_impossible)
        return item, list(self._post(item, own, fields))

    def _attachment(self, key: str, fields: Fields) -> Record:
        address = (fields["wp:attachment_url"] or fields["guid"]).strip()
        if fields["wp:status"] == "trash":
            return LeftOut(kind="attachment", key=key, reason=TRASHED)
        if not is_picture(address):
            return LeftOut(kind="attachment", key=key, reason=NO_PICTURE)
        return Image(key=key, url=address, alt=plain((fields.meta["_wp_attachment_image_alt"] or [""])[0]))

    def _post(self, item: Item, own: str, fields: Fields) -> Iterator[Record]:
        changes = list(self._changes(item, own, fields))
        item.was_hidden = any(change in {PRIVATE, PROTECTED} for change in changes)
        is_dated = fields["wp:status"] in DATED and not fields["wp:post_password"]
        yield from self._terms.creator(fields["dc:creator"])
        yield from self._terms.of_post(fields)
        categories, tags = self._terms.keys(fields)
        yield Post(
            key=item.key,
            title=title(fields["title"]),
            kind=KINDS[fields["wp:post_type"]],
            body=html_of(fields["content:encoded"], lambda wanted: self._gallery({"post": own, **wanted})),
            excerpt=plain(fields["excerpt:encoded"]),
            slug=unquote(fields["wp:post_name"]),
            language=next((nicename for domain, nicename, _ in fields.terms if domain == "language"), ""),
            published_at=item.date if is_dated else None,
            created_at=item.date,
            updated_at=fields.date("wp:post_modified", self._options)[0],
            author=fields["dc:creator"] or None,
            categories=categories,
            tags=tags,
            paths=self._paths(own, fields),
            base=fields["link"] if is_absolute(fields["link"]) else self._url,
            image=next((number for number in fields.meta["_thumbnail_id"] if number.strip("0")), ""),
            comments_open=fields["wp:comment_status"] == "open",
            pinned=fields["wp:is_sticky"] == "1",
        )
        for reason in changes:
            yield Changed(kind=fields["wp:post_type"] or "post", key=item.key, reason=reason)

    def _changes(self, item: Item, own: str, fields: Fields) -> Iterator[str]:
        status = fields["wp:status"]
        if item.key != own:
            yield SECOND_KEY
        if status == "private":
            yield PRIVATE
        elif fields["wp:post_password"]:
            yield PROTECTED
        elif status not in DATED | DRAFTS:
            yield UNKNOWN_STATUS
        if item.date == EPOCH:
            yield NO_DATE
        elif item.is_misdated:
            yield IMPOSSIBLE_DATE
        if shares_blocks(fields["content:encoded"]):
            yield SHARED_BLOCK

    def _date(self, fields: Fields) -> tuple[datetime | None, bool]:
        date, is_impossible = fields.date("wp:post_date", self._options)
        other = date or mail_date(fields["pubDate"]) or fields.date("wp:post_modified", self._options)[0]
        return other, is_impossible

    def _paths(self, key: str, fields: Fields) -> tuple[str, ...]:
        link = fields["link"].strip()
        path = path_of(link) if link else ""
        olds = [
            old
            for slug in fields.meta["_wp_old_slug"]
            if (old := _with_slug(path, fields["wp:post_name"], slug))
        ]
        by_number = [f"{self._terms.prefix}/?p={key}"] if key.isdecimal() else []
        if by_number and fields["wp:post_type"] == "page":
            by_number.append(f"{self._terms.prefix}/?page_id={key}")
        return tuple(dict.fromkeys(filter(None, [path, *by_number, *olds])))


def is_picture(address: str) -> bool:
    """Whether the address is that of a picture, by the end of its name."""
    return urlsplit(address).path.rpartition(".")[2].lower() in PICTURES


def _with_slug(path: str, slug: str, old: str) -> str:
    """The path with another last slug; empty if it does not end with the slug, which a suffix may follow."""
    slash = "/" if path.endswith("/") else ""
    above, _, last = path.removesuffix("/").rpartition("/")
    name, dot, suffix = last.partition(".")
    if not slug or not old or unquote(name) != unquote(slug) or "?" in path:
        return ""
    return f"{above}/{old}{dot}{suffix}{slash}"
