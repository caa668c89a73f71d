"""Every number of this room in one place: costs, lifetimes, limits.

The server builds an `AuthPolicy` from its settings and hands it down; each function takes what it needs of it.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class HashCost:
    """What one argon2id hash costs, and how many may be computed at once.

    The parameters are OWASP's minimum (Password Storage Cheat Sheet). Peak memory is `memory_kib` times
    `at_once`; when `waiting` more stand in line, the next is refused instead of queued.
    """

    memory_kib: int = 19 * 1024
    time_cost: int = 2
    parallelism: int = 1
    at_once: int = 2
    waiting: int = 100


@dataclass(frozen=True, slots=True)
class SessionLifetime:
    """A session ends after `idle` without a request; its end is moved at most once per `extend_every`.

    A short `idle` is extended when a tenth of it has passed, or it would end while it is used.
    """

    idle: timedelta = timedelta(days=30)
    extend_every: timedelta = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Limit:
    """`attempts` within `window`; then closed.

    With `first_block` the key closes for that long, and twice as long after each further attempt, up to
    `longest_block`, until it has been left alone for a `window`. Without, it closes until the window ends.
    """

    name: str
    attempts: int
    window: timedelta
    first_block: timedelta | None = None
    longest_block: timedelta = 15 * MINUTE


class GuestPolicy(StrEnum):
    """Whether people without an account comment: not at all, after a moderator's approval, or as everybody."""

    OFF = "off"
    HELD = "held"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class AuthPolicy:
    """How strict the site is.

    Wrong passwords are counted for an account and an address together, so that nobody can keep an account from its
    owner by guessing. `sign_in_account` bounds what many addresses can guess together; it does not count where the
    account has signed in less than `known_address_lifetime` ago.
    """

    hashing: HashCost = field(default_factory=HashCost)
    sessions: SessionLifetime = field(default_factory=SessionLifetime)
    sign_in_pair: Limit = Limit("sign-in:account-address", 5, 15 * MINUTE, MINUTE / 2)
    sign_in_account: Limit = Limit("sign-in:account", 100, DAY, MINUTE / 2)
    sign_in_address: Limit = Limit("sign-in:address", 20, 15 * MINUTE, MINUTE / 2)
    sign_up_email: Limit = Limit("sign-up:email", 5, 60 * MINUTE)
    sign_up_address: Limit = Limit("sign-up:address", 5, 60 * MINUTE)
    change_password: Limit = Limit("change-password", 5, 15 * MINUTE, MINUTE / 2)
    known_address_lifetime: timedelta = 30 * DAY
    comments: Limit = Limit("comment", 20, MINUTE)
    guests: GuestPolicy = GuestPolicy.OFF
    guest_comments: Limit = Limit("comment:guest-network", 5, MINUTE)
    comment_edit_window: timedelta = 15 * MINUTE
    handed_sessions: Limit = Limit("session:handed", 20, 60 * MINUTE)
    previews: Limit = Limit("preview", 60, MINUTE)
    uploads: Limit = Limit("upload", 60, 60 * MINUTE)
    deepest_reply: int = 8
