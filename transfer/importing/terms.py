"""Categories and tags: those that there are already are taken as they are, and the others made."""

from models import Category, Tag
from models.text import purged_paragraphs
from resolvers.filing import tag_key
from resolvers.slugs import category_slug, slug_of, tag_slug
from transfer.formats.records import Category as CategoryRecord
from transfer.formats.records import Tag as TagRecord
from transfer.importing.addresses import Addresses
from transfer.importing.cleaning import fit_line
from transfer.importing.incoming import CHANGED_HERE, Incoming, Item
from transfer.importing.ledger import NOT_OURS, Kind, Ledger, Note, fitting, reference, stamp
from transfer.importing.report import Outcome, Report

NAME_LENGTH = 100
LAST_POSITION = 2**31 - 1
CUT = "The name was cut."


class Terms:
    """Writes categories and tags; to be called in a unit of work."""

    def __init__(self, ledger: Ledger, addresses: Addresses, report: Report) -> None:
        self._ledger = ledger
        self._addresses = addresses
        self._report = report

    async def write_categories(self, incoming: Incoming[CategoryRecord]) -> None:
        """Make those that are new, at the top until their parents are known."""
        for item in incoming.new:
            await self._add_category(item)
        for item in incoming.changed:
            await self._update_category(item)

    async def write_tags(self, incoming: Incoming[TagRecord]) -> None:
        """Make those that are new."""
        for item in incoming.new:
            await self._add_tag(item)
        for item in incoming.changed:
            await self._update_tag(item)

    async def _add_category(self, item: Item[CategoryRecord]) -> None:
        record, name = item.record, self._name(Kind.CATEGORY, item)
        slug = slug_of(record.slug or name, otherwise="category")
        category = await Category.filter(slug=slug).first()
        stamped = NOT_OURS
        if category is None or await self._ledger.has_row(Kind.CATEGORY, category.id):
            category = await Category.create(
                slug=slug if category is None else await category_slug(slug, None),
                name=name,
                description=purged_paragraphs(record.description),
                position=max(0, min(record.position, LAST_POSITION)),
            )
            stamped = _stamp(category)
        await self._ledger.write(Kind.CATEGORY, [(item.key, category.id, item.read, stamped)])
        if stamped != NOT_OURS and record.parent is not None:
            await self._ledger.remember(
                Note.ABOVE, [(reference(category.id, fitting(record.parent)), category.id)]
            )
        await self._addresses.add(Kind.CATEGORY, [(category.id, item.key, record.paths)])
        self._report.done(Kind.CATEGORY, Outcome.UNCHANGED if stamped == NOT_OURS else Outcome.WRITTEN)

    async def _update_category(self, item: Item[CategoryRecord]) -> None:
        category = await Category.filter(id=_row_id(item)).select_for_update().get()
        if item.entry is None or _stamp(category) != item.entry.stamp:
            self._report.left_out(Kind.CATEGORY, item.key, CHANGED_HERE)
            return
        category.name = self._name(Kind.CATEGORY, item)
        if item.record.description:  # exports of a part of the blog have the names alone
            category.description = purged_paragraphs(item.record.description)
        await category.save(update_fields=["name", "description"])
        await self._ledger.rewrite(Kind.CATEGORY, [(item.key, item.read, _stamp(category))])
        await self._addresses.add(Kind.CATEGORY, [(category.id, item.key, item.record.paths)])
        self._report.done(Kind.CATEGORY, Outcome.UPDATED)

    async def _add_tag(self, item: Item[TagRecord]) -> None:
        name = self._name(Kind.TAG, item)
        tag = await Tag.filter(key=tag_key(name)).first()
        stamped = NOT_OURS
        if tag is None:
            slug = slug_of(item.record.slug or name, otherwise="tag")
            tag = await Tag.create(key=tag_key(name), name=name, slug=await tag_slug(slug))
            stamped = stamp(tag.name)
        await self._ledger.write(Kind.TAG, [(item.key, tag.id, item.read, stamped)])
        await self._addresses.add(Kind.TAG, [(tag.id, item.key, item.record.paths)])
        self._report.done(Kind.TAG, Outcome.UNCHANGED if stamped == NOT_OURS else Outcome.WRITTEN)

    async def _update_tag(self, item: Item[TagRecord]) -> None:
        tag = await Tag.filter(id=_row_id(item)).select_for_update().get()
        name = self._name(Kind.TAG, item)
        taken = await Tag.filter(key=tag_key(name)).exclude(id=tag.id).exists()
        if item.entry is None or taken or stamp(tag.name) != item.entry.stamp:
            self._report.left_out(Kind.TAG, item.key, CHANGED_HERE)
            return
        tag.name, tag.key = name, tag_key(name)
        await tag.save(update_fields=["name", "key"])
        await self._ledger.rewrite(Kind.TAG, [(item.key, item.read, stamp(name))])
        await self._addresses.add(Kind.TAG, [(tag.id, item.key, item.record.paths)])
        self._report.done(Kind.TAG, Outcome.UPDATED)

    def _name(self, kind: Kind, item: Item[CategoryRecord] | Item[TagRecord]) -> str:
        name, cut = fit_line(item.record.name or item.record.slug or item.key, NAME_LENGTH)
        if cut:
            self._report.changed(kind, item.key, CUT)
        return name or kind.value.capitalize()


def _row_id(item: Item[CategoryRecord] | Item[TagRecord]) -> int:
    assert item.entry is not None  # noqa: S101 - it has changed, so it was there
    return item.entry.row_id


def _stamp(category: Category) -> str:
    return stamp(category.name, category.description)
