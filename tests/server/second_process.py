"""A process that writes beside the test: `python -m tests.server.second_process FILE COUNT`.

It gives the first category one name after the other, and says each number once it is committed.
"""

import sqlite3
import sys


def main(path: str, count: int) -> None:
    connection = sqlite3.connect(path, timeout=10, isolation_level=None)
    for number in range(1, count + 1):
        connection.execute("UPDATE categories SET name = ? WHERE id = 1", (f"beside {number:06d}",))
        print(number, flush=True)  # noqa: T201 - each line acknowledges a write
    connection.close()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
