"""What an import is asked to do."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from resolvers.policy import Policy


@dataclass(frozen=True, slots=True)
class Plan:
    """`source` names the blog in the ledger; `format` is what it is called after when nobody names it.

    With `dry_run` nothing is written. `media` is a folder with the old blog's pictures, and with
    `fetch` those that are not there are fetched afterwards; with `repair`, texts whose
    letters were garbled on their way are mended.
    """

    source: str
    policy: Policy = field(default_factory=Policy)
    dry_run: bool = False
    media: Path | None = None
    fetch: bool = False
    repair: bool = False
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
