"""What another site has answered."""

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx

from jobs.errors import FetchFailed

SUCCESS = range(200, 300)
REFUSED = range(400, 500)
NOT_NOW = (408, 425, 429)
"""What is refused now, and may not be later."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer: whose address it came from in the end, and its body as it is meant.

    `method` is how it was asked in the end: a redirect may have made a GET of another question.
    """

    url: str
    status: int
    headers: httpx.Headers
    body: bytes
    method: str = "GET"

    @property
    def retry_after(self) -> float | None:
        """Seconds before which it is in vain to ask again, if it says so."""
        return _seconds(self.headers.get("retry-after", ""))

    def require_success(self) -> "Fetched":
        """Itself.

        Raises:
            FetchFailed: the other side could not do it, or will never.
        """
        if self.status in SUCCESS:
            return self
        permanent = self.status in REFUSED and self.status not in NOT_NOW
        raise FetchFailed(
            f"{httpx.URL(self.url).raw_host.decode()} answered {self.status}.",
            permanent=permanent,
            retry_after=self.retry_after,
        )


def _seconds(text: str) -> float | None:
    """What Retry-After says: a number of seconds, or a moment."""
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    if moment.tzinfo is None:
        return None
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())
