"""Throttling: how often something may be tried, counted in the database for all processes of a site.

A try is counted before its outcome is known, so tries at the same moment cannot slip through together; what
turns out well is forgiven afterwards. The key of a counter holds a digest of its subject: any text fits, and
the table names nobody who tried.
"""

import hashlib
import math
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from functools import lru_cache
from ipaddress import IPv6Address, IPv6Network, ip_address

from auth.policy import Limit
from models import Throttle
from models.errors import TooManyRequests
from storage import unit_of_work

PURGED_AT_ONCE = 100
CLOCK_SKEW = timedelta(minutes=1)
"""How much the clocks of servers may differ."""
KNOWN = "trusted"

_in_progress: Counter[str] = Counter()
"""By a counter's key: comments that this process is working on; a key is gone when there are none."""


@lru_cache(maxsize=4096)
def address_key(address: str) -> str:
    """What an address is counted under: itself, or its /64 network, which is what one IPv6 customer has."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if not isinstance(parsed, IPv6Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(IPv6Network((int(parsed), 64), strict=False))


def in_order(tries: Iterable[tuple[Limit, str]]) -> list[tuple[Limit, str]]:
    """The tries as every unit of work locks their counters, so that none waits for one that waits for it."""
    return sorted(tries, key=lambda tried: _key(*tried))


async def attempt(now: datetime, *tries: tuple[Limit, str]) -> None:
    """Count one try under each (limit, subject), or raise TooManyRequests and count none.

    Where it is closed already, reading is enough: a crowd of guesses keeps nobody from writing.
    """
    await _refuse_known({_key(limit, subject): limit for limit, subject in tries}, now)
    await _count_attempt(now, tries)


@unit_of_work
async def _count_attempt(now: datetime, tries: Sequence[tuple[Limit, str]]) -> None:
    await _count_all(now, tries)
    await _purge(now)


@asynccontextmanager
async def room_for_comment(now: datetime, *tries: tuple[Limit, str]) -> AsyncIterator[None]:
    """Refuse at once the comment that `register_comment` would refuse in the end, before any work is done for it.

    Counts nothing; but nobody has more comments in hand at once than they may write in a window.
    """
    limits = {_key(limit, subject): limit for limit, subject in tries}
    if any(_in_progress[key] >= limit.attempts for key, limit in limits.items()):
        raise TooManyRequests(1)
    _in_progress.update(limits.keys())
    try:
        await _refuse_known(limits, now)
        yield
    finally:
        _in_progress.subtract(limits.keys())
        for key in limits:
            if not _in_progress[key]:
                del _in_progress[key]


@unit_of_work
async def register_comment(now: datetime, *tries: tuple[Limit, str]) -> None:
    """Count a comment that is about to be written; raises like `attempt`, joins a unit of work."""
    await _count_all(now, tries)


async def require_open(now: datetime, *tries: tuple[Limit, str]) -> None:
    """Refuse, by reading alone, what `register_linkback` would refuse in the end."""
    await _refuse_known({_key(limit, subject): limit for limit, subject in tries}, now)


@unit_of_work
async def register_linkback(now: datetime, *tries: tuple[Limit, str]) -> None:
    """Count a linkback that is about to be noted; raises like `attempt`, joins a unit of work."""
    await _count_all(now, tries)


@unit_of_work
async def refund(limit: Limit, subject: str) -> None:
    """Take one counted try back, for it went well.

    Several in one unit of work are taken in the order of `in_order`.
    """
    row = await Throttle.filter(key=_key(limit, subject)).select_for_update().first()
    if row is not None:
        row.attempts = max(0, row.attempts - 1)
        row.blocked_until = None
        await row.save()


@unit_of_work
async def reset(limit: Limit, subject: str) -> None:
    """Forget every try under this subject."""
    await Throttle.filter(key=_key(limit, subject)).delete()


async def remember(subject: str, until: datetime) -> None:
    """Let `is_known` answer yes until then. Joins a unit of work."""
    trusted = Throttle(key=_digest(KNOWN, subject), attempts=0, window_ends_at=until)
    await Throttle.bulk_create([trusted], on_conflict=["key"], update_fields=["window_ends_at"])


async def is_known(subject: str, now: datetime, lifetime: timedelta) -> bool:
    """Whether the subject has been remembered, for this lifetime, and still is."""
    latest = now + lifetime + CLOCK_SKEW
    known = Throttle.filter(key=_digest(KNOWN, subject), window_ends_at__gt=now, window_ends_at__lte=latest)
    return await known.exists()


async def _count_all(now: datetime, tries: Sequence[tuple[Limit, str]]) -> None:
    counters = {_key(limit, subject): limit for limit, subject in tries}
    rows = [await _locked(key, now) for key in sorted(counters)]
    for row in rows:
        if not _is_credible(row, counters[row.key], now):
            row.attempts, row.window_ends_at, row.blocked_until = 0, now, None
    _refuse_closed(rows, now)
    for row in rows:
        _count(row, counters[row.key], now)
        await row.save()


async def _refuse_known(limits: Mapping[str, Limit], now: datetime) -> None:
    known = [row async for row in Throttle.filter(key__in=list(limits))]
    _refuse_closed([row for row in known if _is_credible(row, limits[row.key], now)], now)


def _is_credible(row: Throttle, limit: Limit, now: datetime) -> bool:
    """Whether the counter was written by this clock: one that was ahead must not keep people out for days."""
    longest_block = timedelta(0) if limit.first_block is None else limit.longest_block
    return row.window_ends_at <= now + limit.window + longest_block + CLOCK_SKEW


def _refuse_closed(rows: Sequence[Throttle], now: datetime) -> None:
    closed_until = max((row.blocked_until for row in rows if row.blocked_until), default=now)
    if closed_until > now:
        raise TooManyRequests(math.ceil((closed_until - now).total_seconds()))


def _key(limit: Limit, subject: str) -> str:
    return _digest(limit.name, subject)


def _digest(what: str, subject: str) -> str:
    return f"{what}:{hashlib.sha256(subject.encode('utf-8', 'surrogatepass')).hexdigest()}"


async def _locked(key: str, now: datetime) -> Throttle:
    """The counter, made when there is none; nobody else touches it before this unit of work ends."""
    fresh = Throttle(key=key, attempts=0, window_ends_at=now)
    await Throttle.bulk_create([fresh], on_conflict=["key"], update_fields=["key"])
    return await Throttle.get(key=key)


def _count(row: Throttle, limit: Limit, now: datetime) -> None:
    if row.window_ends_at <= now:
        row.attempts, row.window_ends_at = 0, now + limit.window
    row.attempts += 1
    row.blocked_until = None
    if row.attempts < limit.attempts:
        return
    if limit.first_block is None:
        row.blocked_until = row.window_ends_at
    else:
        doublings = min(row.attempts - limit.attempts, 32)
        row.blocked_until = now + min(limit.first_block * 2**doublings, limit.longest_block)
        row.window_ends_at = row.blocked_until + limit.window


async def _purge(now: datetime) -> None:
    """The last thing in its unit of work, so that what it locks (waiting for nobody) deadlocks nobody."""
    expired = (
        Throttle.filter(window_ends_at__lte=now).limit(PURGED_AT_ONCE).select_for_update(skip_locked=True)
    )
    keys = await expired.values_list("key", flat=True)
    if keys:
        await Throttle.filter(key__in=keys).delete()
