"""A process that writes beside the test: `python -m tests.storage.second_process URL NAME COUNT`."""

import asyncio
import sys

from models import Category, Feed
from storage import open_database, unit_of_work


@unit_of_work
async def advance(name: str) -> int:
    """Read and then write, as most verbs do: a transaction that begins as a reader would lose here."""
    feed = await Feed.select_for_update().get()
    await Category.create(slug=f"{name}-{feed.position}", name=name)
    position: int = feed.position + 1
    await Feed.all().update(position=position)
    return position


async def main(url: str, name: str, count: int) -> None:
    database = await open_database(url)
    for _ in range(count):
        print(await advance(name), flush=True)  # noqa: T201 - each line acknowledges a write
    await database.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
