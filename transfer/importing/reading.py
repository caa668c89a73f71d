"""Records in portions, each of which is written in one unit of work; the next one is read while one is written.

What can be done to a record without the database is done here: comments, of which there are most, are rendered.
"""

import asyncio
from collections.abc import AsyncGenerator, Iterable
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any

from transfer.formats.records import Blog, Changed, Comment, LeftOut, Linkback, Post, Record
from transfer.importing.cleaning import repaired
from transfer.importing.comment_values import rendered
from transfer.importing.incoming import Item
from transfer.importing.ledger import digest, fitting

RECORDS = 7_500
"""More would keep other writers waiting for longer; fewer make the database write the same pages again and again."""
CHARACTERS = 2_000_000
"""What waits and what is written are in memory at once, several times each."""
POST_WEIGHT = 10
"""A post is as much work as so many comments."""
RECORDS_AT_A_TIME = 25
"""Then others have their turn, such as the portion that is being written."""

Portion = list[Item[Any]]


@dataclass(slots=True)
class Reading:
    """How many records are read at once, and whether garbled letters are mended; `base` is the old blog's address."""

    most: int = RECORDS
    repair: bool = False
    base: str = field(default="", init=False)

    async def portions(self, records: Iterable[Record]) -> AsyncGenerator[Portion, None]:
        """The records in their order, some thousands at a time, or fewer where they are long."""
        async with aclosing(self._portions(records)) as portions:
            coming = asyncio.create_task(_next(portions))
            try:
                while portion := await coming:
                    coming = asyncio.create_task(_next(portions))
                    yield portion
            finally:
                coming.cancel()
                await asyncio.wait([coming])

    async def _portions(self, records: Iterable[Record]) -> AsyncGenerator[Portion, None]:
        portion: Portion = []
        weight = characters = 0
        for number, record in enumerate(records):
            portion.append(self._item(record))
            weight += POST_WEIGHT if isinstance(record, Post) else 1
            characters += _length(record)
            if weight >= self.most or characters >= CHARACTERS:
                yield portion
                portion, weight, characters = [], 0, 0
            elif number % RECORDS_AT_A_TIME == 0:
                await asyncio.sleep(0)
        if portion:
            yield portion

    def _item(self, record: Record) -> Item[Any]:
        if isinstance(record, Blog):
            self.base = f"{record.url}/" if record.url else ""
        if isinstance(record, Blog | LeftOut | Changed):
            return Item("", record, "")
        record = repaired(record) if self.repair else record
        said = rendered(record, self.base) if isinstance(record, Comment) else None
        return Item(fitting(record.key), record, digest(record), said)


async def _next(portions: AsyncGenerator[Portion, None]) -> Portion:
    return await anext(portions, [])


def _length(record: Record) -> int:
    if isinstance(record, Comment | Post):
        return len(record.body)
    return len(record.excerpt) if isinstance(record, Linkback) else 0
