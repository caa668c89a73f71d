"""Linkbacks of the old blog: each page once for a post, whatever it used to say so."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from linkbacks.web_address import digest
from models import Linkback, LinkbackStatus
from transfer.formats.records import Linkback as LinkbackRecord
from transfer.formats.records import LinkbackKind, Visibility
from transfer.importing import rows
from transfer.importing.cleaning import fit_line, fit_moment, fit_website
from transfer.importing.incoming import CHANGED_HERE, Incoming, Item
from transfer.importing.ledger import Kind, Ledger, Note, fitting, stamp, still_there, unsettled
from transfer.importing.report import Outcome, Report

COLUMNS = (
    *("id", "post_id", "source_url", "source_digest", "kind", "received_at"),
    *("site_name", "title", "excerpt", "status"),
)
STATUSES = {
    Visibility.PUBLIC: LinkbackStatus.APPROVED,
    Visibility.PENDING: LinkbackStatus.PENDING,
    Visibility.HIDDEN: LinkbackStatus.REJECTED,
}
LINE_LENGTH = 200
EXCERPT_LENGTH = 1000
NO_ADDRESS = "Its address is none of the web."
THERE = "The post has one of the same page."
POST_GONE = "Its post was deleted here, or is not in the file."
COUNT = "UPDATE posts SET linkback_count = linkback_count + :1, trackback_count = trackback_count + :2 WHERE id = :3"


class Linkbacks:
    """Writes linkbacks; to be called in a unit of work."""

    def __init__(self, ledger: Ledger, report: Report) -> None:
        self._ledger = ledger
        self._report = report

    async def write(self, incoming: Incoming[LinkbackRecord]) -> None:
        """Write them."""
        if incoming.new:
            await self._add(incoming.new)
        for item in incoming.changed:
            await self._update(item)

    async def _add(self, items: Sequence[Item[LinkbackRecord]]) -> None:
        fit = await self._fit(items, await self._posts({fitting(item.record.post) for item in items}))
        ids = await rows.next_ids("linkbacks", len(fit))
        made = [
            [id_, post_id, url, digest(url), *_columns(item.record)]
            for id_, (item, post_id, url) in zip(ids, fit, strict=True)
        ]
        await rows.insert("linkbacks", COLUMNS, made)
        await self._count([(post_id, item.record) for item, post_id, _ in fit])
        written = [
            (item.key, id_, item.read, _stamp(_status(item.record)))
            for id_, (item, *_) in zip(ids, fit, strict=True)
        ]
        await self._ledger.write(Kind.LINKBACK, written)
        self._report.done(Kind.LINKBACK, Outcome.WRITTEN, len(fit))

    async def _posts(self, keys: set[str]) -> dict[str, int]:
        entries = await self._ledger.find(Kind.POST, keys)
        there = await still_there("posts", {entry.row_id for entry in entries.values()})
        return {key: entry.row_id for key, entry in entries.items() if entry.row_id in there}

    async def _fit(
        self, items: Sequence[Item[LinkbackRecord]], posts: dict[str, int]
    ) -> list[tuple[Item[LinkbackRecord], int, str]]:
        """Those that can be written, each with its post and its address."""
        said = {item.key: fit_website(item.record.source_url) for item in items}
        there = await self._there(
            {posts[key] for item in items if (key := fitting(item.record.post)) in posts}
        )
        fit = []
        for item in items:
            url, post_id = said[item.key], posts.get(fitting(item.record.post))
            if url is None or post_id is None:
                self._report.left_out(Kind.LINKBACK, item.key, NO_ADDRESS if url is None else POST_GONE)
            elif (post_id, digest(url)) in there:
                self._report.left_out(Kind.LINKBACK, item.key, THERE)
            else:
                there.add((post_id, digest(url)))
                fit.append((item, post_id, url))
        return fit

    async def _there(self, post_ids: set[int]) -> set[tuple[int, str]]:
        sql = f"SELECT post_id, source_digest FROM linkbacks WHERE post_id {rows.among(1)}"  # noqa: S608 - ours
        return {(row[0], row[1]) for row in await rows.select(sql, rows.as_list(post_ids))}

    async def _count(self, written: Sequence[tuple[int, LinkbackRecord]]) -> None:
        seen = [(post_id, each) for post_id, each in written if each.visibility is Visibility.PUBLIC]
        linkbacks = Counter(post_id for post_id, _ in seen)
        trackbacks = Counter(post_id for post_id, each in seen if each.kind is LinkbackKind.TRACKBACK)
        await rows.change(COUNT, [(linkbacks[id_], trackbacks[id_], id_) for id_ in sorted(linkbacks)])

    async def _update(self, item: Item[LinkbackRecord]) -> None:
        assert item.entry is not None  # noqa: S101 - it has changed, so it was there
        stored = await Linkback.filter(id=item.entry.row_id).select_for_update().get()
        if _stamp(stored.status) != item.entry.stamp:
            self._report.left_out(Kind.LINKBACK, item.key, CHANGED_HERE)
            return
        stored.site_name, stored.title, stored.excerpt = _texts(item.record)
        stored.status = STATUSES[item.record.visibility]
        await stored.save()
        await self._ledger.rewrite(Kind.LINKBACK, [(item.key, item.read, _stamp(stored.status))])
        await self._ledger.remember(Note.UNSETTLED, [unsettled(stored.post_id)])
        self._report.done(Kind.LINKBACK, Outcome.UPDATED)


def _columns(record: LinkbackRecord) -> list[Any]:
    received_at = rows.moment_writer()(fit_moment(record.received_at)[0])
    return [record.kind.value, received_at, *_texts(record), _status(record)]


def _texts(record: LinkbackRecord) -> tuple[str, str, str]:
    lines = (record.site_name, LINE_LENGTH), (record.title, LINE_LENGTH), (record.excerpt, EXCERPT_LENGTH)
    site_name, title, excerpt = (fit_line(value, longest)[0] for value, longest in lines)
    return site_name, title, excerpt


def _status(record: LinkbackRecord) -> str:
    return STATUSES[record.visibility].value


def _stamp(status: str) -> str:
    return stamp(status)
