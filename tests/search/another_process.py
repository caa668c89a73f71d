"""A process that asks beside the test, a line at a time: `python -m tests.search.another_process URL WORD WORD`."""

import asyncio
import sys

from storage import open_database
from tests.search.asking import Asker


async def main(url: str, *words: str) -> None:
    database = await open_database(url)
    asker = Asker(database)
    while True:
        print(*[await asker.ids(word) for word in words], flush=True)  # noqa: T201 - this is its answer
        if not await asyncio.to_thread(sys.stdin.readline):
            break
    await database.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
