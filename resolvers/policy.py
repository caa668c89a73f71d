"""What the site has decided about writing: lengths, depth, moderation."""

from dataclasses import dataclass
from enum import StrEnum


class Moderation(StrEnum):
    """When comments are decided about; those of moderators and administrators are always approved."""

    AFTER = "after"
    BEFORE = "before"


@dataclass(frozen=True, slots=True)
class Policy:
    """The server builds it from its settings; lengths are in characters.

    `language` is that of posts for which none is given.
    With moderation AFTER, comments are public at once and moderators remove what should not be there.
    BEFORE, they wait for approval, and an approved comment that a reader edits waits again.
    """

    language: str = "en"
    moderation: Moderation = Moderation.AFTER
    longest_post: int = 100_000
    longest_comment: int = 10_000
