"""Posts, comments and trackbacks of Dotclear 2, a row each."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote
from zoneinfo import ZoneInfo

from transfer.formats.addresses import is_absolute, path_of
from transfer.formats.characters import decoded, plain, title
from transfer.formats.dotclear_file import Row
from transfer.formats.moments import EPOCH, in_zone, wall_clock, zone
from transfer.formats.records import (
    BodyFormat,
    Changed,
    Comment,
    Guest,
    LeftOut,
    Linkback,
    LinkbackKind,
    Post,
    PostKind,
    Record,
    Visibility,
)

KINDS = {"post": PostKind.ARTICLE, "page": PostKind.PAGE}
PREFIXES = {PostKind.ARTICLE: "post", PostKind.PAGE: "pages"}
PUBLISHED, SCHEDULED = "1", "-1"
POST_STATUSES = {PUBLISHED, SCHEDULED, "0", "-2"}
JUNK = "-2"
VISIBILITIES = {"1": Visibility.PUBLIC, "0": Visibility.HIDDEN, "-1": Visibility.PENDING}

_TRACKBACK = re.compile(r"\s*(?:<!-- TB -->\s*)?<p><strong>(.*?)</strong></p>(.*)", re.DOTALL)
_TRACKBACK_MARK = re.compile(r"<!-- TB -->\s*")


@dataclass(frozen=True, slots=True)
class Site:
    """Where the blog was: its id if the file tells, what its addresses begin with, and its time zones by preference."""

    blog: str
    address: str
    zones: tuple[str, ...]

    def has(self, row: Row) -> bool:
        """Whether a row is of this blog, as far as it says."""
        return not self.blog or row["blog_id"] in {"", self.blog}

    def url(self, kind: str, name: str) -> str:
        """The address of a post, page, category or tag, as Dotclear writes it."""
        return f"{self.address}{kind}/{quote(name)}"

    def paths(self, kind: str, name: str) -> tuple[str, ...]:
        """The same as a record's paths; none for what never had a name."""
        return tuple(filter(None, [path_of(self.url(kind, name))])) if name else ()

    def moment(self, clock: str, place: str) -> datetime | None:
        """What the wall clock of a place says; the blog's own place where there is no such."""
        found = next(filter(None, map(zone, (place, *self.zones))), ZoneInfo("UTC"))
        return in_zone(wall_clock(clock), found)


def post(row: Row, tags: list[str], site: Site) -> Iterator[Record]:
    """A post or a page, and what is told of it."""
    kind = KINDS.get(row["post_type"])
    if kind is None:
        yield LeftOut(kind="post", key=row["post_id"], reason="It is neither a post nor a page.")
        return
    published = None
    if reason := _hidden_because(row):
        yield Changed(kind="post", key=row["post_id"], reason=reason)
    elif row["post_status"] in {PUBLISHED, SCHEDULED}:
        published = site.moment(row["post_dt"], row["post_tz"])
        if published is None:
            published = _utc(row["post_creadt"]) or _utc(row["post_upddt"]) or EPOCH
            reason = "Its date cannot be read: it is filed under the day when it was written, or under 1970."
            yield Changed(kind="post", key=row["post_id"], reason=reason)
    yield _post(row, kind, published, tags, site)


def _hidden_because(row: Row) -> str:
    """Why a post becomes a draft that was none in the old blog."""
    if row["post_status"] not in POST_STATUSES:
        return "Its status is unknown: it became a draft."
    if row["post_password"] and row["post_status"] in {PUBLISHED, SCHEDULED}:
        return "It was protected by a password: it became a draft."
    return ""


def _post(row: Row, kind: PostKind, published: datetime | None, tags: list[str], site: Site) -> Post:
    url = site.url(PREFIXES[kind], row["post_url"])
    body, body_format = _body(row)
    return Post(
        key=row["post_id"],
        kind=kind,
        title=title(row["post_title"]),
        body=body,
        body_format=body_format,
        excerpt=plain(row["post_excerpt_xhtml"]),
        slug=row["post_url"].rpartition("/")[2],
        language=row["post_lang"],
        published_at=published,
        created_at=_utc(row["post_creadt"]),
        updated_at=_utc(row["post_upddt"]),
        author=row["user_id"] or None,
        categories=(row["cat_id"],) if row["cat_id"] else (),
        tags=tuple(tags),
        paths=site.paths(PREFIXES[kind], row["post_url"]),
        base=url if is_absolute(url) else "",
        comments_open=row["post_open_comment"] == "1",
    )


def _body(row: Row) -> tuple[str, BodyFormat]:
    """What stands on a post's own page: its excerpt, and below it the rest."""
    written = (row["post_excerpt"], row["post_content"])
    if row["post_format"] == "markdown":
        return "\n\n".join(filter(str.strip, written)), BodyFormat.MARKDOWN
    rendered = (row["post_excerpt_xhtml"], row["post_content_xhtml"])
    return "\n".join(filter(str.strip, rendered if any(rendered) else written)), BodyFormat.HTML


def comment(row: Row, site: Site) -> Iterator[Record]:
    """A comment, or a trackback, which Dotclear keeps among them as it does pingbacks and webmentions."""
    kind = "trackback" if row["comment_trackback"] == "1" else "comment"
    if row["comment_status"] == JUNK:
        yield LeftOut(kind=kind, key=row["comment_id"], reason="It was marked as junk.")
        return
    if row["comment_status"] not in VISIBILITIES:
        yield Changed(kind=kind, key=row["comment_id"], reason="Its status is unknown: it stays hidden.")
    moment = site.moment(row["comment_dt"], row["comment_tz"])
    if moment is None:
        moment = _utc(row["comment_upddt"]) or EPOCH
        reason = "Its date cannot be read: that of its last change was taken, or 1970."
        yield Changed(kind=kind, key=row["comment_id"], reason=reason)
    yield (_trackback if kind == "trackback" else _comment)(row, moment)


def _comment(row: Row, moment: datetime) -> Comment:
    website = row["comment_site"].strip()
    return Comment(
        key=row["comment_id"],
        post=row["post_id"],
        author=Guest(
            name=decoded(row["comment_author"]), email=row["comment_email"].strip(), website=website
        ),
        body=row["comment_content"],
        created_at=moment,
        visibility=VISIBILITIES.get(row["comment_status"], Visibility.HIDDEN),
    )


def _trackback(row: Row, moment: datetime) -> Linkback:
    content = _TRACKBACK.fullmatch(row["comment_content"])
    heading, excerpt = content.groups() if content else ("", _TRACKBACK_MARK.sub("", row["comment_content"]))
    return Linkback(
        key=row["comment_id"],
        post=row["post_id"],
        kind=LinkbackKind.TRACKBACK,
        source_url=row["comment_site"].strip(),
        site_name=decoded(row["comment_author"]),
        title=plain(heading),
        excerpt=plain(excerpt),
        received_at=moment,
        visibility=VISIBILITIES.get(row["comment_status"], Visibility.HIDDEN),
    )


def _utc(clock: str) -> datetime | None:
    moment = wall_clock(clock)
    return moment and moment.replace(tzinfo=UTC)
