"""The fetcher that jobs share, opened by the first of them: who fetches nothing need not wait for httpx."""

import asyncio
from collections.abc import Mapping
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, BinaryIO, Self

from jobs.fetch_policy import FetchPolicy

if TYPE_CHECKING:
    from jobs.fetched import Fetched
    from jobs.fetcher import Fetcher


class LazyFetcher:
    """`async with`: a `jobs.fetcher.Fetcher` as soon as somebody needs one."""

    def __init__(self, policy: FetchPolicy) -> None:
        self._policy = policy
        self._opened = AsyncExitStack()
        self._fetcher: Fetcher | None = None
        self._opening = asyncio.Lock()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._opened.aclose()

    async def fetch(
        self,
        url: str,
        *,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        most_bytes: int | None = None,
        cut: bool = False,
    ) -> "Fetched":
        """As `Fetcher.fetch`."""
        fetcher = await self._open()
        return await fetcher.fetch(
            url, method=method, headers=headers, body=body, most_bytes=most_bytes, cut=cut
        )

    async def download(self, url: str, file: BinaryIO, most_bytes: int, *, seconds: float) -> "Fetched":
        """As `Fetcher.download`."""
        return await (await self._open()).download(url, file, most_bytes, seconds=seconds)

    async def _open(self) -> "Fetcher":
        from jobs.fetcher import Fetcher  # noqa: PLC0415 - as above

        async with self._opening:
            if self._fetcher is None:
                self._fetcher = await self._opened.enter_async_context(Fetcher(self._policy))
        return self._fetcher
