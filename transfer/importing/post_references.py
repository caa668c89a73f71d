"""Whom and what posts refer to: their authors, categories and tags, found by the keys that the file has for them."""

from collections.abc import Sequence
from typing import NamedTuple

from auth.guests import NO_PASSWORD
from models import Role, User
from resolvers.filing import uncategorized
from transfer.formats.records import Post, PostKind
from transfer.importing import rows
from transfer.importing.cleaning import username_of
from transfer.importing.incoming import Item
from transfer.importing.ledger import NOT_OURS, Kind, Ledger, Note, fitting, reference
from transfer.importing.people import is_trusted
from transfer.importing.plan import Plan
from transfer.importing.report import Report
from transfer.importing.terms import Terms

NOBODY = "Nobody is named as its author."
UNKNOWN = {
    Kind.CATEGORY: "It is in a category that the file does not have.",
    Kind.TAG: "It has a tag that the file does not have.",
}


class References(NamedTuple):
    """The keys of rows that a post refers to; there is one category at least."""

    author: int
    categories: list[int]
    tags: list[int]


class PostReferences:
    """Finds them; to be called in a unit of work."""

    def __init__(self, plan: Plan, ledger: Ledger, terms: Terms, report: Report) -> None:
        self._plan = plan
        self._ledger = ledger
        self._terms = terms
        self._report = report

    async def of(self, items: Sequence[Item[Post]]) -> list[References]:
        """What each of these posts refers to."""
        categories = await self._found(
            Kind.CATEGORY, {key for item in items for key in item.record.categories}
        )
        tags = await self._found(Kind.TAG, {key for item in items for key in item.record.tags})
        authors = await self._authors(items)
        made = []
        for item in items:
            filed = self._places(Kind.CATEGORY, item, item.record.categories, categories)
            tagged = self._places(Kind.TAG, item, item.record.tags, tags)
            author = authors.get(fitting(item.record.author)) if item.record.author else None
            if author is None and item.record.kind is not PostKind.EXTERNAL:
                self._report.changed(Kind.POST, item.key, NOBODY)
            made.append(
                References(
                    author if author is not None else await self._owner(),
                    filed or [await uncategorized()],
                    tagged,
                )
            )
        return made

    async def note_pictures(self, posts: Sequence[tuple[int, Item[Post]]]) -> None:
        """Note which pictures the posts have, which come when all are known."""
        await self._ledger.remember(
            Note.PICTURE,
            [(reference(id_, fitting(item.record.image)), id_) for id_, item in posts if item.record.image],
        )

    async def _found(self, kind: Kind, keys: set[str]) -> dict[str, int]:
        found = await self._ledger.find(kind, {fitting(key) for key in keys})
        return {key: entry.row_id for key, entry in found.items()}

    def _places(self, kind: Kind, item: Item[Post], keys: Sequence[str], found: dict[str, int]) -> list[int]:
        known = [found.get(fitting(key)) for key in keys]
        if None in known:
            self._report.changed(Kind.POST, item.key, UNKNOWN[kind])
        return [*dict.fromkeys(id_ for id_ in known if id_ is not None)]

    async def _authors(self, items: Sequence[Item[Post]]) -> dict[str, int]:
        """Their accounts, who are authors from now on if they have come with the blog."""
        keys = {fitting(item.record.author) for item in items if item.record.author}
        entries = await self._ledger.find(Kind.AUTHOR, keys)
        new = {entry.row_id for entry in entries.values() if entry.stamp != NOT_OURS}
        if entries:
            await rows.select(
                f"UPDATE users SET role = 'AUTHOR' WHERE role = 'READER' AND id {rows.among(1)}"  # noqa: S608 - ours
                f" AND (password_hash = '{NO_PASSWORD}' OR id {rows.among(2)})",
                rows.as_list({entry.row_id for entry in entries.values()}),
                rows.as_list(new),
            )
        return {key: entry.row_id for key, entry in entries.items()}

    async def _owner(self) -> int:
        """Whose posts are of nobody: the administrator who has been here longest, or an account that is made once."""
        owner = await User.filter(role=Role.ADMIN).order_by("id").first()
        base = username = username_of(self._plan.source, "author")
        number = 1
        while owner is None:
            owner = await User.filter(username=username).first() or await self._made(username)
            if not is_trusted(owner):  # anybody may have registered with that name
                number += 1
                owner, username = None, f"{base}-{number}"
        id_: int = owner.id
        return id_

    async def _made(self, username: str) -> User:
        return await User.create(
            username=username,
            name=self._plan.policy.site.title,
            role=Role.AUTHOR,
            password_hash=NO_PASSWORD,
            created_at=self._plan.now,
        )
