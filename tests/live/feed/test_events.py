"""What an event of the log means to a viewer."""

import pytest

from live.feed.event_log import LoggedEvent
from live.feed.events import CommentAdded, CommentEdited, CommentRemoved, meaning

APPROVED, PENDING, REJECTED, SPAM, HIDDEN = "APPROVED", "PENDING", "REJECTED", "SPAM", "HIDDEN"
ADDED, EDITED = CommentAdded("1-00000000", 7), CommentEdited("1-00000000", 7)
REMOVED = CommentRemoved("1-00000000", 7, 8, 6)


@pytest.mark.parametrize(
    ("before", "after", "for_public", "for_trusted"),
    [
        (None, APPROVED, ADDED, ADDED),
        (None, PENDING, None, ADDED),
        (None, REJECTED, None, None),
        (None, SPAM, None, None),
        (PENDING, APPROVED, ADDED, EDITED),
        (PENDING, PENDING, None, EDITED),
        (PENDING, REJECTED, None, REMOVED),
        (PENDING, SPAM, None, REMOVED),
        (PENDING, None, None, REMOVED),
        (APPROVED, APPROVED, EDITED, EDITED),
        (APPROVED, PENDING, REMOVED, EDITED),
        (APPROVED, REJECTED, REMOVED, REMOVED),
        (APPROVED, SPAM, REMOVED, REMOVED),
        (APPROVED, None, REMOVED, REMOVED),
        (REJECTED, APPROVED, ADDED, ADDED),
        (REJECTED, PENDING, None, ADDED),
        (REJECTED, SPAM, None, None),
        (REJECTED, None, None, None),
        (SPAM, APPROVED, ADDED, ADDED),
        (SPAM, PENDING, None, ADDED),
        (SPAM, None, None, None),
        (APPROVED, HIDDEN, REMOVED, REMOVED),
        (PENDING, HIDDEN, None, REMOVED),
        (HIDDEN, APPROVED, ADDED, ADDED),
        (HIDDEN, PENDING, None, ADDED),
        (HIDDEN, REJECTED, None, None),
        (HIDDEN, None, None, None),
    ],
)
def test_an_event_adds_edits_or_removes_what_is_there(
    before: str | None, after: str | None, for_public: object, for_trusted: object
) -> None:
    event = LoggedEvent(1, "1-00000000", 7, 6, 8, 9, 10, before, after)
    assert meaning(event, trusted=False) == for_public
    assert meaning(event, trusted=True) == for_trusted
