"""Pictures that come with a blog: found in a folder of its uploads, kept where this site keeps pictures.

How they are kept is handed in: this module knows folders and the old blog's addresses.
"""

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from urllib.parse import unquote, urlsplit

from jobs import enqueue_many
from storage import unit_of_work
from transfer.formats.records import Image
from transfer.importing import rows
from transfer.importing.incoming import Incoming, Item
from transfer.importing.ledger import NOT_OURS, Kind, Ledger, Note, digest, referred
from transfer.importing.report import Outcome, Report

Keep = Callable[[bytes, str], Awaitable[int]]
"""Keeps a picture, given its bytes and what it shows: the id of its row. Raises UnfitPicture."""
NOTES_AT_ONCE = 200
LARGEST_BYTES = 100 * 2**20
NO_FOLDER = "Its folder was not named: see --media."
UNREADABLE = "Its file cannot be read."
NOT_THERE = "It is not in the folder of pictures."
FETCHED_LATER = "The server fetches it, if a post shows it: see causerie jobs list."
JOB = "picture"


class UnfitPicture(Exception):
    """A file is no picture that can be shown; the message says why."""


class Folder:
    """A folder with the old blog's uploads. No address leads out of it, and no symbolic link either."""

    def __init__(self, path: Path) -> None:
        self._root = path.resolve()

    def find(self, address: str) -> Path | None:
        """The file of an address: where its path, or the end of that, is a path in the folder."""
        try:
            parts = [part for part in unquote(urlsplit(address).path).split("/") if part]
        except ValueError:
            return None
        if not parts or any(part in {".", ".."} or "\0" in part or "\\" in part for part in parts):
            return None
        candidates = (self._root.joinpath(*parts[start:]) for start in range(len(parts)))
        return next((found for path in candidates if (found := self._inside(path)) is not None), None)

    def _inside(self, path: Path) -> Path | None:
        try:
            real = path.resolve(strict=True)
        except (OSError, RuntimeError):  # the latter for a link to itself
            return None
        inside = real.is_relative_to(self._root) and real.is_file()
        return real if inside and real.stat().st_size <= LARGEST_BYTES else None


class Pictures:
    """Brings pictures, and gives posts theirs at the end; those that cannot be had stay noted."""

    def __init__(
        self, folder: Folder | None, keep: Keep | None, ledger: Ledger, report: Report, *, fetch: bool = False
    ) -> None:
        self._folder = folder
        self._keep = keep
        self._ledger = ledger
        self._report = report
        self._fetch = fetch
        self._addresses: dict[str, Image] = {}
        """By its key, what is only on the old blog."""

    def tell(self, items: Sequence[Item[Image]]) -> None:
        """What would be brought, if anything were written."""
        for item in items:
            if self._folder and self._folder.find(item.record.url):
                self._report.done(Kind.IMAGE, Outcome.WRITTEN)
            else:
                self._report.left_out(Kind.IMAGE, item.key, NOT_THERE if self._folder else NO_FOLDER)

    async def write(self, incoming: Incoming[Image]) -> None:
        """Keep those that are in the folder; outside a unit of work, since a picture takes its time."""
        for item in [*incoming.new, *incoming.changed]:
            await self._bring(item)

    async def hang(self) -> None:
        """Give the posts their pictures, as far as these are there."""
        after = ""
        while notes := await self._ledger.remembered(Note.PICTURE, NOTES_AT_ONCE, after):
            after = notes[-1][0]
            if found := await self._found(notes):
                await self._hang(found)

    async def fetch(self) -> None:
        """Leave jobs behind for the pictures that posts still wait for, if they are to be fetched."""
        after = ""
        while self._fetch and (notes := await self._ledger.remembered(Note.PICTURE, NOTES_AT_ONCE, after)):
            after = notes[-1][0]
            await self._enqueue({referred(note) for note, _ in notes})

    @unit_of_work
    async def _enqueue(self, keys: set[str]) -> None:
        known = {key: self._addresses.get(key, Image(key=key, url=key)) for key in sorted(keys)}
        source = self._ledger.source
        await enqueue_many(
            JOB,
            [
                (
                    f"{source} {key}",
                    {
                        "source": source,
                        "key": key,
                        "url": image.url,
                        "alt": image.alt,
                        "read": digest(image.url),
                    },
                )
                for key, image in known.items()
                if image.url.startswith(("http://", "https://"))
            ],
        )

    async def _bring(self, item: Item[Image]) -> None:
        if item.entry is not None:
            self._report.done(Kind.IMAGE, Outcome.UNCHANGED)
            return
        try:
            id_ = await self._kept(item.key, item.record.url, item.record.alt, item.read)
        except UnfitPicture as unfit:
            self._report.left_out(Kind.IMAGE, item.key, str(unfit))
            return
        if id_ is not None:
            self._report.done(Kind.IMAGE, Outcome.WRITTEN)
        elif self._fetch:
            self._addresses[item.key] = item.record
            self._report.left_out(Kind.IMAGE, item.key, FETCHED_LATER)
        else:
            self._report.left_out(Kind.IMAGE, item.key, NOT_THERE if self._folder else NO_FOLDER)

    async def _kept(self, key: str, url: str, alt: str, read: str) -> int | None:
        path = self._folder.find(url) if self._folder and self._keep else None
        if path is None or self._keep is None:
            return None
        id_ = await self._keep(_read(path), alt)
        await self._ledger.write(Kind.IMAGE, [(key, id_, read, NOT_OURS)])
        return id_

    async def _found(self, notes: Sequence[tuple[str, int]]) -> dict[str, tuple[int, int]]:
        """By the note: the picture and the post, of those pictures that are here, or can be brought."""
        entries = await self._ledger.find(Kind.IMAGE, {referred(note) for note, _ in notes})
        found = {}
        for note, post_id in notes:
            key = referred(note)
            entry = entries.get(key)
            id_ = entry.row_id if entry else await self._by_address(key)
            if id_ is not None:
                found[note] = (id_, post_id)
        return found

    async def _by_address(self, key: str) -> int | None:
        """A picture that the file has no record of: posts name it by its address, perhaps several of them."""
        if "/" not in key:
            return None
        if known := await self._ledger.find(Kind.IMAGE, {key}):
            return known[key].row_id
        try:
            return await self._kept(key, key, "", digest(key))
        except UnfitPicture:
            return None

    @unit_of_work
    async def _hang(self, found: dict[str, tuple[int, int]]) -> None:
        await rows.change(
            "UPDATE posts SET image_id = :1 WHERE id = :2 AND image_id IS NULL", [*found.values()]
        )
        await self._ledger.forget(Note.PICTURE, found)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UnfitPicture(UNREADABLE) from error
