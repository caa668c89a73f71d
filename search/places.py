"""Where a hit is in the list: one number, so that both databases read the list by it from its end.

Posts that are found by their titles come last, which is first in the list, and in each part the newest.
"""

from datetime import UTC, datetime, timedelta

TITLES_FROM = 2**56
EARLIEST = datetime(1833, 11, 24, tzinfo=UTC)
"""What is older is as old."""
SECONDS = 2**34
ROWS = 2**20
"""Rows that differ by as many are told apart by their seconds. Of more bits an index grows by a byte for each word."""


def place(moment: datetime, row_id: int, *, of_post: bool, by_title: bool = False) -> int:
    """The place of a comment, or of a post, of that moment."""
    return TITLES_FROM * by_title + since(moment) + (row_id % ROWS) * 2 + of_post


def since(moment: datetime) -> int:
    """From where on things of that second are, among those not found by title."""
    seconds = (moment - EARLIEST) // timedelta(seconds=1)
    return min(max(seconds, 0), SECONDS - 1) * ROWS * 2
