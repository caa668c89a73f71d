"""Sessions that ended in another process, or by themselves: what keeps their connections from staying open.

A session that ends in this process takes its connections along at once, by `auth.sessions.revoked`.
"""

import asyncio
import itertools
from collections.abc import Iterable, Iterator

import structlog
from tortoise.exceptions import BaseORMException

from auth import sessions
from auth.viewer import now
from live.connections import Connections
from storage import StorageError

EVERY = 2.0
"""Seconds between two looks."""
AT_ONCE = 500
"""Sessions that one statement asks about."""
_log = structlog.stdlib.get_logger("causerie")


async def close_ended(connections: Connections) -> None:
    """Close the connections of sessions that are no more; for ever."""
    while True:
        await asyncio.sleep(EVERY)
        try:
            await _look(connections)
        except (StorageError, BaseORMException):
            _log.debug("the sessions of connections could not be looked at")


async def _look(connections: Connections) -> None:
    for ids in _batches(connections.sessions()):
        for ended in set(ids) - await sessions.alive(ids, now()):
            connections.close_session(ended)


def _batches(ids: Iterable[int]) -> Iterator[list[int]]:
    left = iter(ids)
    while batch := list(itertools.islice(left, AT_ONCE)):
        yield batch
