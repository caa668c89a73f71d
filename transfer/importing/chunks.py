"""Records in portions, each of which is written in one unit of work."""

from collections.abc import Iterable, Iterator

from transfer.formats.records import Comment, Linkback, Post, Record

RECORDS = 5_000
"""More would keep other writers waiting for longer; fewer make the database write the same pages again and again."""
CHARACTERS = 4_000_000
POST_WEIGHT = 20
"""A post is as much work as so many comments."""


def chunks(records: Iterable[Record], most: int = RECORDS) -> Iterator[list[Record]]:
    """The records in their order, some thousands at a time, or fewer where they are long."""
    chunk: list[Record] = []
    weight = characters = 0
    for record in records:
        chunk.append(record)
        weight += POST_WEIGHT if isinstance(record, Post) else 1
        characters += _length(record)
        if weight >= most or characters >= CHARACTERS:
            yield chunk
            chunk, weight, characters = [], 0, 0
    if chunk:
        yield chunk


def _length(record: Record) -> int:
    if isinstance(record, Comment | Post):
        return len(record.body)
    return len(record.excerpt) if isinstance(record, Linkback) else 0
