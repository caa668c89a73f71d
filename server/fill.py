"""A large, seeded, reproducible set of sample data, for benchmarks and for trying things out at size."""

from collections.abc import Callable

from storage import Database

Progress = Callable[[str, int, int], None]


class NotEmpty(Exception):
    """The database has categories, posts or comments already; the message says what to do."""


async def fill(
    database: Database,
    *,
    users: int = 1_000,
    categories: int = 24,
    posts: int = 5_000,
    comments: int = 100_000,
    seed: int = 1,
    progress: Progress = lambda _what, _done, _total: None,
) -> None:
    """Fill a migrated database in one transaction: all of it or, where something fails, nothing.

    Accounts may be there already; anything else raises NotEmpty. `progress` is called with "users", "categories",
    "posts" or "comments", how many are done, and of how many.
    """
    raise NotImplementedError
