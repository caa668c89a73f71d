"""Reading the sample blog's files: people.toml, categories.toml, and for each post its text and what was said of it.

A post begins with its facts between two lines of `+++`, as TOML. Its comments stand in the file of the same name that
ends in .comments.toml, each reply below what it answers, and the pages elsewhere that link to it in the one that ends
in .linkbacks.toml. An age says how long before the installation something happened (`12d 4h`; a minus means it is still
to come), `after` how long after what it is about.
"""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from models import CommentStatus, LinkbackKind, LinkbackStatus, PostKind, Role

FOLDER = Path(__file__).parent / "content"
UNITS = {"d": "days", "h": "hours", "m": "minutes"}


@dataclass(frozen=True)
class Person:
    """An account."""

    username: str
    name: str
    age: timedelta
    role: Role
    bio: str
    website: str | None

    @property
    def email(self) -> str:
        """An address that nobody reads: example.org is reserved for examples."""
        return f"{self.username}@example.org"


@dataclass(frozen=True)
class Section:
    """A category and those below it."""

    name: str
    description: str
    children: list["Section"] = field(default_factory=list)


@dataclass(frozen=True)
class Remark:
    """A comment and its replies; a deleted one has neither text nor author."""

    by: str | None
    after: timedelta
    text: str
    status: CommentStatus
    replies: list["Remark"]


@dataclass(frozen=True)
class Mention:
    """A page elsewhere that links to a post."""

    kind: LinkbackKind
    after: timedelta
    source: str
    site: str
    title: str
    excerpt: str
    author: str | None
    status: LinkbackStatus


@dataclass(frozen=True)
class Article:
    """A post, what was said below it, and what was said of it elsewhere."""

    title: str
    author: str
    category: str
    also_in: list[str]
    tags: list[str]
    language: str
    age: timedelta
    draft: bool
    pinned: bool
    kind: PostKind
    body: str
    remarks: list[Remark]
    mentions: list[Mention]


def people() -> list[Person]:
    """Everybody, authors first."""
    return [
        Person(
            username=facts["username"],
            name=facts["name"],
            age=duration(facts["age"]),
            role=Role(facts.get("role", "READER")),
            bio=facts.get("bio", ""),
            website=facts.get("website"),
        )
        for facts in _toml(FOLDER / "people.toml")["people"]
    ]


def sections() -> list[Section]:
    """The top-level categories, in the order of the menu."""
    return [_section(facts) for facts in _toml(FOLDER / "categories.toml")["categories"]]


def articles() -> Iterator[Article]:
    """The posts, in the order of their files."""
    for path in sorted((FOLDER / "posts").glob("*.md")):
        _, front, body = path.read_text(encoding="utf-8").split("+++\n", 2)
        facts = tomllib.loads(front)
        comments, linkbacks = (path.with_suffix(f".{name}.toml") for name in ("comments", "linkbacks"))
        yield Article(
            title=facts["title"],
            author=facts["author"],
            category=facts["category"],
            also_in=facts.get("also_in", []),
            tags=facts["tags"],
            language=facts["language"],
            age=duration(facts["age"]),
            draft=facts.get("draft", False),
            pinned=facts.get("pinned", False),
            kind=PostKind(facts.get("kind", "ARTICLE")),
            body=body.strip(),
            remarks=[_remark(it) for it in _toml(comments)["comments"]] if comments.exists() else [],
            mentions=[_mention(it) for it in _toml(linkbacks)["linkbacks"]] if linkbacks.exists() else [],
        )


def duration(text: str) -> timedelta:
    """`12d 4h 30m` as a length of time; with a minus in front, a negative one."""
    parts = re.findall(r"(\d+)([dhm])", text)
    length = timedelta(**{UNITS[unit]: int(number) for number, unit in parts})
    return -length if text.startswith("-") else length


def _toml(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _section(facts: dict[str, Any]) -> Section:
    children = [_section(child) for child in facts.get("children", [])]
    return Section(facts["name"], facts["description"], children)


def _remark(facts: dict[str, Any]) -> Remark:
    deleted = facts.get("deleted", False)
    return Remark(
        by=None if deleted else facts["by"],
        after=duration(facts["after"]),
        text=facts.get("text", "").strip(),
        status=CommentStatus(facts.get("status", "APPROVED")),
        replies=[_remark(reply) for reply in facts.get("replies", [])],
    )


def _mention(facts: dict[str, Any]) -> Mention:
    return Mention(
        kind=LinkbackKind(facts["kind"]),
        after=duration(facts["after"]),
        source=facts["source"],
        site=facts.get("site", ""),
        title=facts["title"],
        excerpt=facts["excerpt"],
        author=facts.get("author"),
        status=LinkbackStatus(facts.get("status", "APPROVED")),
    )
