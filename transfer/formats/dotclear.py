"""Exports of Dotclear 2, of one blog or of a whole installation: posts, pages, tags, comments and trackbacks.

The file is read twice, since a post's tags come after it. What is kept meanwhile is the tags of all posts, the
categories, and the ids that have come: some hundred bytes for a post and for a comment.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from transfer.formats.addresses import is_absolute
from transfer.formats.characters import clean, plain
from transfer.formats.dotclear_categories import categories
from transfer.formats.dotclear_file import SIGNATURE, Row, rows
from transfer.formats.dotclear_posts import Site, comment, post
from transfer.formats.records import Author, Blog, Changed, FormatError, LeftOut, Options, Record, Tag
from transfer.formats.sources import Source

SURVEYED = frozenset({"blog", "setting", "user", "category", "meta"})
STREAMED = frozenset({"link", "post", "meta", "comment"})

NO_FIT = "Its row does not have as many fields as its table has columns."
TWICE = "Its id stands twice in the file."
OTHER_BLOG = "It belongs to another blog of the same file."


@dataclass(slots=True)
class Survey:
    """What the first pass finds, by id; `tags` are those of each post."""

    blogs: dict[str, Row] = field(default_factory=dict)
    settings: dict[tuple[str, str], str] = field(default_factory=dict)
    users: dict[str, Row] = field(default_factory=dict)
    categories: list[Row] = field(default_factory=list)
    tags: dict[str, list[str]] = field(default_factory=dict)

    def setting(self, blog: str, name: str) -> str:
        """That of a blog, of any if there is but one, or that of all, which have no blog; empty if there is none."""
        found = {of: value for (of, called), value in self.settings.items() if called == name}
        return found.get(blog) or (next(iter(found.values()), "") if not blog else found.get("", ""))


def sniff(head: bytes) -> bool:
    """Whether the file says that it is one."""
    return head.startswith(SIGNATURE.encode())


def read(source: Source, options: Options) -> Iterator[Record]:
    """The records of one blog; FormatError where the file has several, and the options name none by its `url`."""
    survey = _survey(source)
    blog = _chosen(survey.blogs, options)
    zones = (survey.setting(blog, "blog_timezone"), options.timezone)
    site = Site(blog, _address(survey, blog, options), zones)
    name = survey.blogs[blog]["blog_name"] if blog else ""
    url = site.address.rstrip("/?") if is_absolute(site.address) else options.url
    yield Blog(title=clean(name), url=url, language=survey.setting(blog, "lang"))
    yield from categories([row for row in survey.categories if site.has(row)], site)
    yield from (_left_out(row, OTHER_BLOG) for row in survey.categories if not site.has(row))
    yield from _Reader(survey, site).records(source)


def _survey(source: Source) -> Survey:
    found = Survey()
    for row in rows(source, SURVEYED):
        match row.table:
            case "blog":
                found.blogs[row["blog_id"]] = row
            case "setting" if row["setting_ns"] == "system":
                found.settings[row["blog_id"], row["setting_id"]] = row["setting_value"]
            case "user":
                found.users[row["user_id"]] = row
            case "category":
                found.categories.append(row)
            case "meta" if row["meta_type"] == "tag":
                found.tags.setdefault(row["post_id"], []).append(row["meta_id"])
    return found


def _chosen(blogs: dict[str, Row], options: Options) -> str:
    """The id of the one blog to read; empty in a file of one blog, which does not describe it."""
    if len(blogs) < 2:  # noqa: PLR2004 - one, or none
        return next(iter(blogs), "")
    named = [key for key, row in blogs.items() if row["blog_url"].rstrip("/?") == options.url]
    if len(named) != 1:
        urls = ", ".join(sorted(row["blog_url"] for row in blogs.values()))
        raise FormatError(f"The file has several blogs: {urls}. Give the address of the one to import.")
    return named[0]


def _address(survey: Survey, blog: str, options: Options) -> str:
    """What a post's address begins with. Blogs without rewriting have one that ends with a question mark."""
    told = survey.blogs[blog]["blog_url"] if blog else ""
    return told if told and told.startswith(options.url) else f"{options.url}/"


def _left_out(row: Row, reason: str, kind: str = "") -> LeftOut:
    key = row[f"{row.table}_id"] or row["cat_id"] or f"line {row.line}"
    return LeftOut(kind=kind or row.table, key=key, reason=reason)


class _Reader:
    """The second pass. It remembers which ids, authors and tags have come, and which posts are not of this blog."""

    def __init__(self, survey: Survey, site: Site) -> None:
        self._survey = survey
        self._site = site
        self._told: set[int] = set()
        self._foreign: set[str] = set()

    def records(self, source: Source) -> Iterator[Record]:
        for row in rows(source, STREAMED):
            if reason := self._refusal(row):
                yield _left_out(row, reason)
            elif row.table == "post":
                yield from self._post(row)
            elif row.table == "comment":
                yield from self._comment(row)
            elif row.table == "link":
                yield _left_out(row, "Lists of links to other sites do not come over.")
            elif row["meta_type"] != "tag":
                yield LeftOut(
                    kind=f"meta {row['meta_type']}", key=row["meta_id"], reason="Only tags come over."
                )
        yield from self._users_without_posts()

    def _refusal(self, row: Row) -> str:
        """Why a row is not even looked at."""
        if row.values is None:
            return NO_FIT
        if not self._site.has(row):
            self._foreign.add(row["post_id"])
            return OTHER_BLOG
        if row.table != "post" and row["post_id"] in self._foreign:
            return OTHER_BLOG
        if row.table in {"post", "comment"} and not self._is_new(row.table, row[f"{row.table}_id"]):
            return TWICE
        return ""

    def _is_new(self, kind: str, key: str) -> bool:
        before = len(self._told)
        self._told.add(hash((kind, key)))  # a number takes a third of what the two names do
        return len(self._told) > before

    def _post(self, row: Row) -> Iterator[Record]:
        tags = list(dict.fromkeys(self._survey.tags.get(row["post_id"], ())))
        yield from self._author(row["user_id"])
        yield from (self._tag(name) for name in tags if self._is_new("tag", name))
        yield from _mended(row)
        yield from post(row, tags, self._site)

    def _comment(self, row: Row) -> Iterator[Record]:
        yield from _mended(row)
        yield from comment(row, self._site)

    def _author(self, login: str) -> Iterator[Record]:
        if not login or not self._is_new("user", login):
            return
        user = self._survey.users.get(login)
        yield _author(login, user) if user else Author(key=login, name=clean(login), username=clean(login))

    def _tag(self, name: str) -> Tag:
        return Tag(key=name, name=clean(name), paths=self._site.paths("tag", name))

    def _users_without_posts(self) -> Iterator[Record]:
        unnamed = (row for login, row in self._survey.users.items() if self._is_new("user", login))
        yield from (_left_out(row, "They have written no post of this blog.") for row in unnamed)


def _author(login: str, user: Row) -> Author:
    full_name = f"{user['user_firstname']} {user['user_name']}".strip()
    return Author(
        key=login,
        name=clean(user["user_displayname"] or full_name or login),
        username=clean(login),
        email=clean(user["user_email"]),
        website=clean(user["user_url"]),
        bio=plain(user["user_desc"]),
    )


def _mended(row: Row) -> Iterator[Record]:
    if row.mended:
        reason = "It has bytes that are not UTF-8: they were taken for Windows-1252."
        yield Changed(kind=row.table, key=row[f"{row.table}_id"], reason=reason)
