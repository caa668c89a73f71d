"""Pictures that are only on the old blog: fetched afterwards, a job each, and given to the posts that wait."""

from collections.abc import Awaitable, Callable

from jobs import Attempt, JobError
from transfer.importing.ledger import NOT_OURS, Kind, Ledger
from transfer.importing.media import Keep, Pictures, UnfitPicture
from transfer.importing.report import Report

Fetch = Callable[[str], Awaitable[bytes]]
"""What is at an address. Raises JobError."""


class PictureFetching:
    """Does the jobs that `Pictures` leaves behind."""

    def __init__(self, fetch: Fetch, keep: Keep) -> None:
        self._fetch = fetch
        self._keep = keep

    async def run(self, attempt: Attempt) -> None:
        """Fetch a picture, keep it, and hang it where it is waited for."""
        source, key, url, alt, read = (
            attempt.payload[name] for name in ("source", "key", "url", "alt", "read")
        )
        ledger = Ledger(source)
        if not await ledger.find(Kind.IMAGE, {key}):
            await ledger.write(Kind.IMAGE, [(key, await self._kept(url, alt), read, NOT_OURS)])
        await Pictures(None, None, ledger, Report(source)).hang()

    async def _kept(self, url: str, alt: str) -> int:
        try:
            return await self._keep(await self._fetch(url), alt)
        except UnfitPicture as unfit:
            raise JobError(str(unfit), permanent=True) from unfit
