"""Signing up, in and out, and changing the password: the whole verbs, throttled and safe against races.

None of these may be called inside a unit of work: a password hash takes its time, and no transaction may wait
for it. Each opens the units of work it needs.
"""

from dataclasses import dataclass
from datetime import datetime

from auth.viewer import Viewer
from models import Role


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A fresh session; the token is shown only here."""

    token: str
    expires_at: datetime
    user_id: int


async def sign_up(
    *, email: str, username: str, password: str, name: str | None, address: str | None, now: datetime
) -> SignedIn:
    """Create a reader's account and sign in.

    Raises InvalidInput (email, username, name, password) and TooManyRequests.
    """
    raise NotImplementedError


async def create_account(
    *, email: str, username: str, password: str, name: str | None, role: Role, now: datetime
) -> int:
    """Create an account without throttling or session, for the command line; its id. Raises InvalidInput."""
    raise NotImplementedError


async def sign_in(*, email: str, password: str, address: str | None, now: datetime) -> SignedIn:
    """Sign in. Raises InvalidCredentials, TooManyRequests."""
    raise NotImplementedError


async def sign_out(session_id: int) -> None:
    """End this session."""
    raise NotImplementedError


async def sign_out_everywhere(user_id: int) -> None:
    """End every session of the account."""
    raise NotImplementedError


async def change_password(
    viewer: Viewer, *, current: str, new: str, session_id: int | None, now: datetime
) -> None:
    """Change the viewer's password and end every other session.

    Raises NotSignedIn, InvalidInput (newPassword), InvalidCredentials and TooManyRequests.
    """
    raise NotImplementedError


async def set_password(user_id: int, password: str) -> None:
    """Set a password without knowing the old one, for the command line; every session ends.

    Raises InvalidInput (password) and NotFound.
    """
    raise NotImplementedError
