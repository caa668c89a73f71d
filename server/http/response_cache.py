"""A response cache: answers kept as long as they are exact.

An anonymous answer is kept with the version of the data that it was read from, and served only while that version
stands. SQLite's `data_version` changes with every commit of any connection of any process before that commit is
acknowledged to anybody, and it is asked at every look; so nothing stale is served, not for a moment. What depends on
the clock changes when the next scheduled post comes due: then everything is dropped too. So all that is kept was
asked between two moments, `_since` and `_until`, between which nothing comes due.
"""

from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from auth.viewer import now
from runtime.lru import WeightedLRU
from storage import StorageError

OVERHEAD_BYTES = 500
"""Bytes that an entry takes besides the request and the answer."""


class VersionedData(Protocol):
    """What knows whether anything was committed; `storage.Database` is one."""

    def data_version(self) -> int | None:
        """Another number after every commit; None where there is no such number."""


@dataclass(frozen=True, slots=True)
class CachedResponse:
    """A successful answer, and the operation's name for the log."""

    body: bytes
    operation: str | None


@dataclass(frozen=True, slots=True)
class DataVersion:
    """The state of the data before an answer was read."""

    version: int


class ResponseCache:
    """Answers to anonymous queries by what was asked.

    Args:
        database: tells the version of the data.
        next_change: the first moment after the given one at which answers change by the clock alone; None for never.
        capacity: how many bytes of requests and answers are kept.
    """

    def __init__(
        self,
        database: VersionedData,
        next_change: Callable[[datetime], Awaitable[datetime | None]],
        capacity: int,
    ) -> None:
        self._database = database
        self._next_change = next_change
        self._capacity = capacity
        self._entries: WeightedLRU[CachedResponse] = WeightedLRU(capacity)
        self._version: int | None = None
        self._until: datetime | None = None
        self._knows_until = False
        self._since = now()

    def look(self, key: Hashable) -> CachedResponse | DataVersion | None:
        """The kept response; or the version with which one that is read now can be kept; None when none can be."""
        version = self._database.data_version()
        if version is None:
            return None
        if version != self._version or (self._until is not None and now() >= self._until):
            self._forget(version)
        return self._entries.get(key) or DataVersion(version)

    @property
    def can_keep_nowait(self) -> bool:
        """Whether it is known when answers change by the clock alone, which has to be read after every commit."""
        return self._knows_until

    def keep_nowait(
        self, key: Hashable, answer: CachedResponse, size: int, version_before: DataVersion, moment: datetime
    ) -> None:
        """As `keep`, without waiting for anything: only when `can_keep_nowait`.

        If anybody has committed since that version, the next look will forget it.
        """
        if moment < self._since:
            self._follow_clock()
        elif self._knows_until and version_before.version == self._version:
            self._entries.put(key, answer, OVERHEAD_BYTES + size + len(answer.body))

    async def keep(
        self, key: Hashable, answer: CachedResponse, size: int, version_before: DataVersion, moment: datetime
    ) -> None:
        """Keep an answer that was read after that version, for a viewer at the moment; if the data are still that."""
        if moment < self._since:
            self._follow_clock()
        since = self._since
        try:
            until = self._until if self._knows_until else await self._next_change(since)
        except StorageError:
            return  # the answer is good without being kept
        if since is not self._since or moment < since:
            return
        if not self._database.data_version() == version_before.version == self._version:
            return
        self._until, self._knows_until = until, True
        self._entries.put(key, answer, OVERHEAD_BYTES + size + len(answer.body))

    def _follow_clock(self) -> None:
        """When it was set back, begin anew: nothing would be kept until it has come to `_since` again."""
        if self._version is not None and now() < self._since:
            self._forget(self._version)

    def _forget(self, version: int) -> None:
        self._entries = WeightedLRU(self._capacity)
        self._version = version
        self._until, self._knows_until = None, False
        self._since = now()
