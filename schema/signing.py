"""Signing in and out changes who the rest of the request is."""

from typing import Any, TypeVar

from auth import sessions
from auth.accounts import SignedIn
from auth.viewer import Viewer
from compiler import Row
from schema import payloads
from schema.context import Context

Payload = TypeVar("Payload", payloads.SignUpPayload, payloads.SignInPayload)


async def admit(context: Context, signed_in: SignedIn, payload: type[Payload]) -> Payload:
    """Go on as whoever signed in, so that the answer shows them what is theirs."""
    now = context.viewer.now
    session = await sessions.find(context.policy.auth.sessions, signed_in.token, now)
    if session is not None:
        context.viewer = Viewer(session.user_id, session.role, now)
        context.session_id = session.session_id
    user: Any = Row("User", signed_in.user_id)
    return payload(token=signed_in.token, expires_at=signed_in.expires_at, user=user)


def dismiss(context: Context) -> None:
    """Go on as an anonymous viewer."""
    context.viewer = Viewer(id=None, role=None, now=context.viewer.now)
    context.session_id = None
