"""Who is asking: from a token to a viewer.

A bad token keeps nobody from reading what is public; the answer's extensions say that it was of no use.
"""

from dataclasses import dataclass
from typing import Any

from auth import sessions
from auth.policy import SessionLifetime
from auth.viewer import Viewer, anonymous, now


@dataclass(frozen=True, slots=True)
class Identity:
    """A viewer and their session; `extensions` has what the answer should say about the authentication."""

    viewer: Viewer
    session_id: int | None
    extensions: dict[str, Any]


async def identify(lifetime: SessionLifetime, authorization: bytes | None) -> Identity:
    """Who sent this Authorization header."""
    if authorization is None:
        return _nobody({})
    scheme, _, token = authorization.strip().partition(b" ")
    if scheme.lower() != b"bearer" or not token.strip():
        return no_token("The header must read Authorization: Bearer <token>.")
    return await identify_token(lifetime, token.strip().decode("latin-1"))


async def identify_token(lifetime: SessionLifetime, token: str) -> Identity:
    """Who holds this token."""
    moment = now()
    session = await sessions.find(lifetime, token, moment)
    if session is None:
        return _nobody(_note("INVALID_TOKEN", "The token is unknown or has expired: please sign in again."))
    return Identity(Viewer(session.user_id, session.role, moment), session.session_id, {})


def no_token(message: str) -> Identity:
    """Somebody who sent something that cannot be a token."""
    return _nobody(_note("INVALID_AUTHORIZATION", message))


def _nobody(extensions: dict[str, Any]) -> Identity:
    return Identity(anonymous(), None, extensions)


def _note(code: str, message: str) -> dict[str, Any]:
    return {"authentication": {"code": code, "message": message}}
