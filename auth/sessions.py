"""Sessions: opaque random tokens of which only the SHA-256 is stored."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from models import Role

revoked: list[Callable[[Collection[int]], None]] = []
"""Called with the ids of sessions that have just ended, after the commit: close their sockets here."""


@dataclass(frozen=True, slots=True)
class SignedInSession:
    """Who holds the token."""

    session_id: int
    user_id: int
    role: Role
    expires_at: datetime


async def start(user_id: int, now: datetime) -> tuple[str, datetime]:
    """A new session: its token (shown once, here) and when it expires."""
    raise NotImplementedError


async def find(token: str, now: datetime) -> SignedInSession | None:
    """The living session that this token opens; None for anything unknown, malformed or expired."""
    raise NotImplementedError


async def revoke(session_id: int) -> None:
    """End one session (a unit of work)."""
    raise NotImplementedError


async def revoke_all(user_id: int, except_session: int | None = None) -> None:
    """End every session of the account, or every other one (a unit of work)."""
    raise NotImplementedError
