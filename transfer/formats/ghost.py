"""JSON exports of Ghost: posts, pages, tags and authors. Ghost exports no comments, and members separately.

The file does not say where the blog was: every address in it begins with a mark in place of that. It is read twice,
since its tables come in any order; what is kept meanwhile is all but the posts themselves.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from transfer.formats.addresses import path_of
from transfer.formats.characters import decoded
from transfer.formats.ghost_posts import Relations, post
from transfer.formats.ghost_text import HOME
from transfer.formats.json_rows import Row, line, rows, text
from transfer.formats.records import Author, Blog, LeftOut, Options, Record, Tag
from transfer.formats.sources import Source

SURVEYED = frozenset({"settings", "tags", "users", "posts_tags", "posts_authors"})

_BEGINNING = re.compile(
    rb'\s*\{\s*"(?:db"\s*:\s*\[\s*\{\s*"(?:meta|data)"'
    rb'|meta"\s*:\s*\{\s*"(?:exported_on|version)"|data"\s*:\s*\{\s*"\w+"\s*:\s*\[)'
)


@dataclass(slots=True)
class Survey:
    """What the first pass finds: tables by id, and the rows that join them by the post's id."""

    settings: dict[str, str] = field(default_factory=dict)
    tags: dict[str, Row] = field(default_factory=dict)
    users: dict[str, Row] = field(default_factory=dict)
    tags_of: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    authors_of: dict[str, list[tuple[int, str]]] = field(default_factory=dict)


def sniff(head: bytes) -> bool:
    """Whether it begins as one, with or without the list of databases around it."""
    return bool(_BEGINNING.match(head))


def read(source: Source, options: Options) -> Iterator[Record]:
    """Authors and tags, then posts in the order of the file."""
    survey = _survey(source)
    yield Blog(
        title=line(survey.settings.get("title")),
        url=options.url,
        language=line(survey.settings.get("locale") or survey.settings.get("lang")),
    )
    yield from (_author(key, row, options.url) for key, row in survey.users.items())
    yield from (_tag(key, row, options.url) for key, row in survey.tags.items())
    known: set[str] = set()
    for _, row in rows(source, _post):
        key = line(row.get("id"))
        if not key:
            yield LeftOut(kind="post", key=line(row.get("slug")), reason="It has no id.")
        elif key in known:
            yield LeftOut(kind="post", key=key, reason="Its id stands twice in the file.")
        else:
            known.add(key)
            yield from post(key, row, _relations(key, survey), options.url)


def _survey(source: Source) -> Survey:
    found = Survey()
    for table, row in rows(source, _surveyed):
        key, post = line(row.get("id")), line(row.get("post_id"))
        match table:
            case "settings":
                found.settings[line(row.get("key"))] = line(row.get("value"))
            case "tags":
                found.tags[key] = row
            case "users":
                found.users[key] = row
            case "posts_tags":
                found.tags_of.setdefault(post, []).append(_ordered(row, "tag_id"))
            case "posts_authors":
                found.authors_of.setdefault(post, []).append(_ordered(row, "author_id"))
    return found


def _table(path: list[str]) -> str:
    """The list of databases around the tables may be missing."""
    match path[2:] if path[:2] == ["db", "item"] else path:
        case ["data", table, "item"]:
            return table
    return ""


def _surveyed(path: list[str]) -> str:
    table = _table(path)
    return table if table in SURVEYED else ""


def _post(path: list[str]) -> str:
    return "posts" if _table(path) == "posts" else ""


def _ordered(row: Row, column: str) -> tuple[int, str]:
    order = row.get("sort_order")
    return (order if isinstance(order, int) else 0, line(row.get(column)))


def _author(key: str, row: Row, url: str) -> Author:
    return Author(
        key=key,
        name=decoded(text(row.get("name"))),
        username=line(row.get("slug")),
        email=line(row.get("email")),
        website=line(row.get("website")).replace(HOME, url),
        bio=text(row.get("bio")),
    )


def _tag(key: str, row: Row, url: str) -> Record:
    if _is_internal(row):
        return LeftOut(kind="tag", key=key, reason="It is an internal tag, which readers were not shown.")
    slug = line(row.get("slug"))
    paths = tuple(filter(None, [path_of(f"{url}/tag/{slug}/")])) if slug else ()
    return Tag(key=key, name=decoded(text(row.get("name"))), slug=slug, paths=paths)


def _is_internal(row: Row) -> bool:
    return row.get("visibility") == "internal" or text(row.get("name")).startswith("#")


def _relations(key: str, survey: Survey) -> Relations:
    tags = (tag for tag in _joined(survey.tags_of, key) if tag in survey.tags)
    return Relations(
        tags=tuple(tag for tag in tags if not _is_internal(survey.tags[tag])),
        authors=tuple(_joined(survey.authors_of, key)),
    )


def _joined(joined: dict[str, list[tuple[int, str]]], key: str) -> list[str]:
    return list(dict.fromkeys(name for _, name in sorted(joined.get(key, ()))))
