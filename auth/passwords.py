"""Passwords: hashing them, checking them, and refusing the weak ones."""

import unicodedata
from functools import cache, lru_cache

from auth.hashing import Hashing
from auth.policy import HashCost
from runtime.fair_queue import OPERATOR, Client

SHORTEST_CHARACTERS = 8
LONGEST_CHARACTERS = 256
LONGEST_TYPED = 4 * LONGEST_CHARACTERS
"""Before letters and their accents are put together."""
FEWEST_DIFFERENT = 3


async def hash_password(cost: HashCost, password: str, client: Client = OPERATOR) -> str:
    """The argon2id hash to store, made for a client. Raises TooManyRequests when too many are waited for."""
    return await _hashing(cost).hash(client, _bytes(password))


async def verify_password(
    cost: HashCost, password_hash: str | None, password: str, client: Client = OPERATOR
) -> bool:
    """Whether the password belongs to the hash; without a hash the work is the same and the answer is no.

    Raises TooManyRequests when too many hashes are being waited for.
    """
    plain = _normal(password)
    # Passwords were once accepted by their length as typed: those stay right.
    acceptable = min(len(plain), len(password)) <= LONGEST_CHARACTERS
    return await _hashing(cost).verify(
        client,
        password_hash if acceptable else None,
        _bytes(plain if acceptable else plain[:LONGEST_CHARACTERS]),
    )


def needs_rehash(cost: HashCost, password_hash: str) -> bool:
    """Whether a hash that has just been verified was made with another cost."""
    return _hashing(cost).is_outdated(password_hash)


def password_problem(password: str, *, username: str = "", email: str = "") -> str | None:
    """Why this password cannot be accepted, or None."""
    password = _normal(password)
    if not SHORTEST_CHARACTERS <= len(password) <= LONGEST_CHARACTERS:
        return f"A password has {SHORTEST_CHARACTERS} to {LONGEST_CHARACTERS} characters."
    plain = password.casefold()
    if plain in {_normal(name).casefold() for name in (username, email, email.partition("@")[0])}:
        return "The password is the same as the username or the e-mail address."
    if len(set(plain)) < FEWEST_DIFFERENT or plain in _common_passwords():
        return "This password is one of the first that anybody would try."
    return None


@lru_cache(maxsize=1)
def _hashing(cost: HashCost) -> Hashing:
    return Hashing(cost)


def _normal(password: str) -> str:
    """One password is one whichever keyboard composed it (NIST SP 800-63B, 5.1.1.2); one that is too long stays so."""
    return password if len(password) > LONGEST_TYPED else unicodedata.normalize("NFKC", password)


def _bytes(password: str) -> bytes:
    return _normal(password).encode("utf-8", "surrogatepass")


@cache
def _common_passwords() -> frozenset[str]:
    """Those of the 30,000 most common passwords that are long enough: 11,600."""
    # 12 MB that a process without sign-ups never needs.
    from zxcvbn.frequency_lists import FREQUENCY_LISTS  # type: ignore[import-untyped]  # noqa: PLC0415

    return frozenset(word for word in FREQUENCY_LISTS["passwords"] if len(word) >= SHORTEST_CHARACTERS)
