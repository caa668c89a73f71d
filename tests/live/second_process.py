"""A process that writes to the log beside the test, a step at a time.

`python -m tests.live.second_process URL COMMENT SECONDS`: it inserts a row, then takes its place in the log, then
commits; it says what it has done, and waits for a line before the next step, with everything else in it standing
still. PostgreSQL ends it after so many seconds of silence.
"""

import asyncio
import sys

from live.feed import event_log
from storage import StorageError, open_database, unit_of_work
from tests import factories
from tests.live.writing import change


def done(step: str) -> None:
    print(step, flush=True)  # noqa: T201 - each line is a step
    sys.stdin.readline()


@unit_of_work
async def write(comment: int) -> None:
    await factories.category(slug=f"beside-{comment}")
    done("inserted")
    await event_log.append([change(comment)])
    done("placed")


async def main(url: str, comment: int, idle_timeout: float) -> None:
    database = await open_database(url, idle_timeout=idle_timeout)
    try:
        await write(comment)
    except StorageError as error:
        done(type(error).__name__)
    else:
        done("committed")
    await database.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3])))
