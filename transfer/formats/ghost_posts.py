"""Posts and pages of Ghost."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from transfer.formats.addresses import is_absolute, path_of
from transfer.formats.characters import clean, title
from transfer.formats.ghost_text import HOME, drafted, public_part, tidy
from transfer.formats.json_rows import Row, line, text
from transfer.formats.moments import EPOCH, after_epoch, instant
from transfer.formats.records import Changed, LeftOut, Post, PostKind, Record

KINDS = {"post": PostKind.ARTICLE, "page": PostKind.PAGE}
SHOWN = frozenset({"published", "scheduled"})
PUBLIC = frozenset({"", "public"})
PRIVATE = {
    "members": "Only members could read it: it became a draft.",
    "paid": "Only paying members could read it: it became a draft.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Relations:
    """The keys of a post's tags and authors, the main ones first."""

    tags: tuple[str, ...]
    authors: tuple[str, ...]


def post(key: str, row: Row, relations: Relations, url: str) -> Iterator[Record]:
    """A post or a page of the blog at `url`, and what is told of it."""
    kind = KINDS.get(line(row.get("type")) or ("page" if row.get("page") else "post"))
    if kind is None:
        yield LeftOut(kind="post", key=key, reason="It is neither a post nor a page.")
        return
    published, hidden_or_undated = _published_at(row)
    body, cut = _body(row)
    authors = relations.authors or tuple(filter(None, [line(row.get("author_id"))]))
    several = "It has several authors: only the first one is named." if len(authors) > 1 else ""
    for reason in filter(None, (hidden_or_undated, cut, several)):
        yield Changed(kind="post", key=key, reason=reason)
    address = f"{url}/{line(row.get('slug'))}/"
    yield Post(
        key=key,
        kind=kind,
        title=title(text(row.get("title"))),
        body=tidy(body, url),
        excerpt=text(row.get("custom_excerpt")),
        slug=line(row.get("slug")),
        language=line(row.get("locale")),
        published_at=published,
        created_at=_moment(row, "created_at"),
        updated_at=_moment(row, "updated_at"),
        author=next(iter(authors), None),
        tags=relations.tags,
        paths=tuple(filter(None, [path_of(address)])) if row.get("slug") else (),
        base=address if is_absolute(address) else "",
        image=line(row.get("feature_image")).replace(HOME, url),
    )


def _published_at(row: Row) -> tuple[datetime | None, str]:
    """When readers saw it first, None if they did not, and what one should know of that."""
    status, visibility = line(row.get("status")), line(row.get("visibility"))
    if status == "sent":
        return None, "It was sent by mail and never shown in the blog: it became a draft."
    if status not in SHOWN:
        return None, "" if status == "draft" else "Its status is unknown: it became a draft."
    if visibility not in PUBLIC:
        return None, PRIVATE.get(visibility, "Only some members could read it: it became a draft.")
    if moment := _moment(row, "published_at"):
        return moment, ""
    reason = "Its date cannot be read: it is filed under the day when it was written, or under 1970."
    return _moment(row, "created_at") or EPOCH, reason


def _body(row: Row) -> tuple[str, str]:
    """The HTML that everybody could read, and what was done to it."""
    html = text(row.get("html"))
    if not html.strip():
        drafted_text = clean(drafted(row))
        return drafted_text, "It was never rendered: only its plain text comes over." if drafted_text else ""
    if line(row.get("status")) == "draft":
        return html, ""
    body, is_cut = public_part(html, members_only=line(row.get("visibility")) not in PUBLIC)
    return body, "The part that only members could read does not come over." if is_cut else ""


def _moment(row: Row, column: str) -> datetime | None:
    """ISO 8601, or `2016-01-01 10:00:00` in UTC in older exports, or milliseconds in the oldest."""
    value = row.get(column)
    if isinstance(value, int) and not isinstance(value, bool):
        return after_epoch(value / 1000)
    return instant(text(value))
