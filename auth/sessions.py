"""Sessions: opaque random tokens of which only the SHA-256 is stored.

So a leaked database opens nothing, and a session ends at once, here and on its sockets. Finding one is a
single indexed read; moving its end is done beside the request that is served meanwhile.
"""

import asyncio
import hashlib
import json
import logging
import re
import secrets
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from tortoise.exceptions import BaseORMException
from tortoise.expressions import Q

from auth.policy import SessionLifetime
from models import Role, Session
from storage import (
    StorageError,
    after_commit,
    dialect,
    execute,
    placeholder_mark,
    unit_of_work,
)

TOKEN_BYTES = 32
PURGED_AT_ONCE = 100

FIND = """
SELECT s.id, s.user_id, CASE WHEN s.as_reader THEN 'READER' ELSE u.role END AS role, s.expires_at, s.created_at
FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.token_hash = """
"""Written out because every signed-in request pays for it, and a queryset costs several times as much."""
ENDING = """
SELECT held.id, s.expires_at FROM {held} LEFT JOIN sessions s ON s.id = held.id
WHERE s.id IS NULL OR s.expires_at <= {until}"""
"""One look-up by key for each; what lives on is not in the answer, however many are asked about."""
HELD = {
    "sqlite": {"held": "(SELECT value AS id FROM json_each(?1)) AS held", "until": "?2"},
    "postgresql": {"held": "unnest($1::bigint[]) AS held (id)", "until": "$2"},
}

revoked: list[Callable[[Collection[int]], None]] = []
"""Called with the ids of sessions that were just ended, after the commit: close their sockets here."""

_EXPIRY = Session._meta.fields_map["expires_at"]  # noqa: SLF001 - Tortoise's way to a field
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
_extensions: dict[int, asyncio.Task[None]] = {}
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SignedInSession:
    """Who holds the token."""

    session_id: int
    user_id: int
    role: Role
    expires_at: datetime
    created_at: datetime

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Self:
        """From what FIND answers, whose types differ between the databases."""
        moments = [_EXPIRY.to_python_value(row[column]) for column in ("expires_at", "created_at")]
        return cls(row["id"], row["user_id"], Role(row["role"]), *moments)


@unit_of_work
async def start(
    lifetime: SessionLifetime, user_id: int, now: datetime, *, as_reader: bool = False
) -> tuple[str, datetime]:
    """A new session: its token (shown once, here) and when it expires. Clears away some expired ones.

    `as_reader` it may only do what a READER may.
    """
    token = secrets.token_urlsafe(TOKEN_BYTES)
    expires_at = now + lifetime.idle
    await Session.create(
        user_id=user_id, token_hash=_digest(token), created_at=now, expires_at=expires_at, as_reader=as_reader
    )
    await _purge(now)
    return token, expires_at


async def find(lifetime: SessionLifetime, token: str, now: datetime) -> SignedInSession | None:
    """The living session that this token opens; None for anything unknown, malformed or expired.

    A session in use lives on: its end moves, at most once an hour, beside this call. Not for units of work.
    """
    if not _TOKEN.fullmatch(token):
        return None
    rows = await execute(f"{FIND}{placeholder_mark()}1", [_digest(token)])
    if not rows:
        return None
    session = SignedInSession.from_row(rows[0])
    if session.expires_at <= now:
        return None
    _extend_when_due(lifetime, session, now)
    return session


async def ending(ids: Collection[int], until: datetime) -> dict[int, datetime | None]:
    """Which of these sessions will have ended by then, and when; None for those that are gone already."""
    held = json.dumps(list(ids)) if dialect() == "sqlite" else list(ids)
    parameters = [held, _EXPIRY.to_db_value(until, Session)]
    rows = await execute(ENDING.format_map(HELD[dialect()]), parameters)
    return {row["id"]: _EXPIRY.to_python_value(row["expires_at"]) for row in rows}


@unit_of_work
async def revoke(session_id: int) -> None:
    """End one session."""
    await _end(Q(id=session_id))


@unit_of_work
async def revoke_own(user_id: int, session_id: int) -> bool:
    """End one session if it is this account's; whether it was."""
    return await _end(Q(id=session_id, user_id=user_id)) > 0


@unit_of_work
async def revoke_all(user_id: int, except_session: int | None = None) -> None:
    """End every session of the account, or every other one."""
    await _end(Q(user_id=user_id) & ~Q(id=except_session or 0))


@unit_of_work
async def renew(user_id: int) -> None:
    """Let every session of the account go on as another one, under the same token; its connections are closed.

    They come back with what the account may by then, whichever process they were with.
    """
    there = await Session.filter(user_id=user_id).order_by("id").select_for_update()
    if not there:
        return
    await _end(Q(id__in=[session.id for session in there]))
    await Session.bulk_create(
        Session(
            user_id=user_id,
            token_hash=session.token_hash,
            created_at=session.created_at,
            expires_at=session.expires_at,
            as_reader=session.as_reader,
        )
        for session in there
    )


async def settled() -> None:
    """Wait for what `find` has begun: before the database is closed."""
    await asyncio.gather(*_extensions.values())


async def _end(which: Q) -> int:
    """How many have ended."""
    ending = await Session.filter(which).order_by("id").select_for_update()
    ids = frozenset(session.id for session in ending)
    await Session.filter(id__in=ids).delete()
    after_commit(lambda: _tell(ids))
    return len(ids)


def _tell(ids: frozenset[int]) -> None:
    for listener in revoked if ids else ():
        listener(ids)


async def _purge(now: datetime) -> None:
    """The last thing in its unit of work, so that what it locks (waiting for nobody) deadlocks nobody."""
    expired = Session.filter(expires_at__lte=now).limit(PURGED_AT_ONCE).select_for_update(skip_locked=True)
    await Session.filter(id__in=await expired.values_list("id", flat=True)).delete()


def _extend_when_due(lifetime: SessionLifetime, session: SignedInSession, now: datetime) -> None:
    due = session.expires_at <= now + lifetime.idle - min(lifetime.extend_every, lifetime.idle / 10)
    if not (due or _ends_too_late(lifetime, session, now)) or session.session_id in _extensions:
        return
    task = asyncio.create_task(_extend(lifetime, session.session_id, now))
    _extensions[session.session_id] = task
    task.add_done_callback(lambda _: _extensions.pop(session.session_id, None))


def _ends_too_late(lifetime: SessionLifetime, session: SignedInSession, now: datetime) -> bool:
    """Whether its end was moved by a clock that was ahead, or when sessions lasted longer.

    To a clock that is behind all sessions seem so; those that seem to be made in the future are left alone.
    """
    return session.created_at <= now and session.expires_at > now + lifetime.idle + lifetime.extend_every


async def _extend(lifetime: SessionLifetime, session_id: int, now: datetime) -> None:
    try:
        await _move_end(lifetime, session_id, now + lifetime.idle)
    except (StorageError, BaseORMException):
        _log.warning("The end of session %s could not be moved.", session_id, exc_info=True)


@unit_of_work
async def _move_end(lifetime: SessionLifetime, session_id: int, expires_at: datetime) -> None:
    """To then, unless another process has moved it a little further."""
    latest = expires_at + lifetime.extend_every
    wrong = Q(expires_at__lt=expires_at) | Q(expires_at__gt=latest)
    await Session.filter(wrong, id=session_id).update(expires_at=expires_at)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()
