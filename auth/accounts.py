"""Signing up, in and out, and changing the password: the whole verbs, throttled and safe against races.

None of these may be called inside a unit of work: a password hash takes its time, and no transaction may wait
for it. Each opens the units of work it needs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from auth import sessions, throttle
from auth.names import email_problem, normal_email
from auth.passwords import hash_password, needs_rehash, password_problem, verify_password
from auth.policy import AuthPolicy, HashCost, Limit
from auth.registration import Applicant, register
from auth.requirements import require_signed_in
from auth.viewer import Viewer
from models import Role, User
from models.errors import InvalidCredentials, InvalidInput, NotFound, NotSignedIn
from runtime.fair_queue import OPERATOR, Client
from storage import unit_of_work


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A fresh session; the token is shown only here."""

    token: str
    expires_at: datetime
    user_id: int


async def sign_up(
    policy: AuthPolicy,
    *,
    email: str,
    username: str,
    password: str,
    name: str | None,
    address: str | None,
    now: datetime,
) -> SignedIn:
    """Create a reader's account and sign in.

    Raises InvalidInput (email, username, name, password) and TooManyRequests.
    """
    applicant = Applicant.accepted(email=email, username=username, name=name, password=password)
    tries = (policy.sign_up_email, applicant.email), *_at(policy.sign_up_address, address)
    await throttle.attempt(now, *tries)
    user_id = await register(policy.hashing, applicant, password, now, _client(address))
    token, expires_at = await sessions.start(policy.sessions, user_id, now)
    return SignedIn(token, expires_at, user_id)


async def create_account(
    cost: HashCost, *, email: str, username: str, password: str, name: str | None, role: Role, now: datetime
) -> int:
    """Create an account without throttling or session, for the command line; its id. Raises InvalidInput."""
    applicant = Applicant.accepted(email=email, username=username, name=name, password=password, role=role)
    return await register(cost, applicant, password, now, OPERATOR)


async def sign_in(
    policy: AuthPolicy, *, email: str, password: str, address: str | None, now: datetime
) -> SignedIn:
    """Sign in. Raises InvalidCredentials, TooManyRequests."""
    typed, email = email.strip().lower(), normal_email(email)
    place = _place(email, address)
    known = await throttle.is_known(place, now, policy.known_address_lifetime)
    tries, client = _tries(policy, email, address, known=known), _client(address, known=known)
    await throttle.attempt(now, *tries)
    user = None if email_problem(email) else await _account(typed, email)
    verified = await verify_password(policy.hashing, user.password_hash if user else None, password, client)
    if user is None or not verified:
        raise InvalidCredentials
    renewed = user.password_hash
    if needs_rehash(policy.hashing, renewed):
        renewed = await hash_password(policy.hashing, password, client)
    return await _admit(policy, user, renewed, tries, place, now)


async def _account(typed: str, email: str) -> User | None:
    """Whose address it is; of two from when its spellings were told apart, the one with the spelling that was typed."""
    found = {user.email: user for user in await User.filter(email__in=[typed, email])}
    return found.get(typed) or found.get(email)


async def sign_out(session_id: int) -> None:
    """End this session."""
    await sessions.revoke(session_id)


async def sign_out_everywhere(user_id: int) -> None:
    """End every session of the account."""
    await sessions.revoke_all(user_id)


async def end_session(viewer: Viewer, session_id: int) -> int:
    """End one of the viewer's own sessions; its id. Raises NotSignedIn, NotFound."""
    if not await sessions.revoke_own(require_signed_in(viewer), session_id):
        raise NotFound("There is no such session among yours.")
    return session_id


async def start_session(viewer: Viewer, policy: AuthPolicy) -> tuple[str, datetime]:
    """Another session of somebody who has signed in, for a page elsewhere: its token and when it expires.

    Whatever the account may do, this session may do what a READER may: that page's scripts can read its token.

    Raises NotSignedIn, TooManyRequests.
    """
    user_id = require_signed_in(viewer)
    await throttle.attempt(viewer.now, (policy.handed_sessions, str(user_id)))
    return await sessions.start(policy.sessions, user_id, viewer.now, as_reader=True)


async def change_password(
    viewer: Viewer, policy: AuthPolicy, *, current: str, new: str, session_id: int | None, now: datetime
) -> None:
    """Change the viewer's password and end every other session.

    Raises NotSignedIn, InvalidInput (newPassword), InvalidCredentials and TooManyRequests.
    """
    user = await User.get_or_none(id=require_signed_in(viewer))
    if user is None:
        raise NotSignedIn
    _require_good("newPassword", new, user)
    tried, client = (policy.change_password, str(user.id)), Client(user.id, known=True)
    await throttle.attempt(now, tried)
    if not await verify_password(policy.hashing, user.password_hash, current, client):
        raise InvalidCredentials("The current password is wrong.")
    await _replace_password(user, await hash_password(policy.hashing, new, client), session_id)
    await throttle.reset(*tried)


async def set_password(cost: HashCost, user_id: int, password: str) -> None:
    """Set a password without knowing the old one, for the command line; every session ends.

    Raises InvalidInput (password) and NotFound.
    """
    user = await User.get_or_none(id=user_id)
    if user is None:
        raise NotFound("There is no such user.")
    _require_good("password", password, user)
    await _replace_password(user, await hash_password(cost, password), None)


def _require_good(field: str, password: str, user: User) -> None:
    problem = password_problem(password, username=user.username or "", email=user.email or "")
    if problem:
        raise InvalidInput([(field, problem)])


def _tries(policy: AuthPolicy, email: str, address: str | None, *, known: bool) -> list[tuple[Limit, str]]:
    """What a try to sign in is counted under; the same for an address of mail that nobody has."""
    tries = [(policy.sign_in_pair, _place(email, address)), *_at(policy.sign_in_address, address)]
    if not known:
        tries.append((policy.sign_in_account, email))
    return tries


def _place(email: str, address: str | None) -> str:
    """An account seen from an address; no address has a space in it."""
    return f"{throttle.address_key(address) if address else ''} {email}"


def _client(address: str | None, *, known: bool = False) -> Client:
    """For whom passwords are hashed: an address, which goes first when the account has signed in from there lately."""
    return Client(throttle.address_key(address) if address else "", known)


def _at(limit: Limit, address: str | None) -> tuple[tuple[Limit, str], ...]:
    """The limit for an address; a client without one (a Unix socket) is not counted with all the others."""
    return ((limit, throttle.address_key(address)),) if address else ()


@unit_of_work
async def _admit(
    policy: AuthPolicy,
    user: User,
    renewed_hash: str,
    tries: Sequence[tuple[Limit, str]],
    place: str,
    now: datetime,
) -> SignedIn:
    await _require_unchanged(user)
    if renewed_hash != user.password_hash:
        await User.filter(id=user.id).update(password_hash=renewed_hash)
    for limit, subject in throttle.in_order(tries):
        await (throttle.reset if limit is policy.sign_in_pair else throttle.refund)(limit, subject)
    await throttle.remember(place, now + policy.known_address_lifetime)
    token, expires_at = await sessions.start(policy.sessions, user.id, now)
    return SignedIn(token, expires_at, user.id)


@unit_of_work
async def _replace_password(user: User, password_hash: str, kept_session: int | None) -> None:
    await _require_unchanged(user)
    await User.filter(id=user.id).update(password_hash=password_hash)
    await sessions.revoke_all(user.id, except_session=kept_session)


async def _require_unchanged(user: User) -> None:
    """The password that was just checked is still the account's, and stays so in this unit of work."""
    unchanged = User.filter(id=user.id, password_hash=user.password_hash).select_for_update()
    if await unchanged.first() is None:
        raise InvalidCredentials
