"""Those who ask: one of each role, and holders of tokens that open nothing."""

from datetime import timedelta

from auth import passwords, sessions
from auth.policy import HashCost, SessionLifetime
from auth.viewer import now
from models import Role, User
from tests import factories

PASSWORD = "a long walk home"
LIFETIME = SessionLifetime()

NOBODY = ("anonymous", "expired", "signed out", "garbage")
"""Their requests are nobody's, whatever account the token belonged to."""
DEMOTED = "demoted"
"""Was an administrator when the session began, and is a reader now."""
ROLES = ("reader", "author", "moderator", "admin")
EVERYBODY = (*NOBODY, DEMOTED, *ROLES)
_hashes: dict[str, str] = {}
"""Of passwords, each made once: it takes a while."""


async def tokens() -> dict[str, str | None]:
    """The token of each, by name."""
    admin = await factories.admin()
    demoted = await factories.admin()
    ended = await token_of(admin)
    found = await sessions.find(LIFETIME, ended, now())
    assert found is not None
    await sessions.revoke(found.session_id)
    held: dict[str, str | None] = {
        "anonymous": None,
        "garbage": "x" * len(ended),
        "signed out": ended,
        "demoted": await token_of(demoted),
        "admin": await token_of(admin),
    }
    for role in ROLES[:-1]:
        held[role] = await token_of(await factories.user(role=Role[role.upper()]))
    await User.filter(id=demoted.id).update(role=Role.READER)
    held["expired"], _ = await sessions.start(LIFETIME, admin.id, now() - timedelta(days=365))
    return held


async def token_of(user: User) -> str:
    """A session for the user."""
    token, _ = await sessions.start(LIFETIME, user.id, now())
    return token


async def with_password(**values: object) -> User:
    """An account that can be signed in to."""
    if PASSWORD not in _hashes:
        _hashes[PASSWORD] = await passwords.hash_password(HashCost(), PASSWORD)
    return await factories.user(password_hash=_hashes[PASSWORD], **values)
