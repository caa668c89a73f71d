"""The argon2id work itself, in threads of its own.

It knows costs and bytes; what a good password is, it does not know.
"""

import os
from base64 import b64encode

import argon2
from argon2.exceptions import VerificationError, VerifyMismatchError

from auth.policy import HashCost
from auth.threads import ThrottledThreads
from runtime.fair_queue import Client


class Hashing:
    """Hashes of one cost. Its methods raise TooManyRequests when too many hashes are being waited for."""

    def __init__(self, cost: HashCost) -> None:
        self.cost = cost
        self._argon2 = argon2.PasswordHasher(
            time_cost=cost.time_cost, memory_cost=cost.memory_kib, parallelism=cost.parallelism
        )
        self._dummy = _unreachable_hash(self._argon2)
        self._threads = ThrottledThreads("argon2", at_once=cost.at_once, waiting=cost.waiting)

    async def hash(self, client: Client, secret: bytes) -> str:
        """The encoded hash, with its own random salt."""
        return await self._threads.run(client, self._argon2.hash, secret)

    async def verify(self, client: Client, encoded: str | None, secret: bytes) -> bool:
        """Whether the hash is the secret's. Without a readable hash the same work answers no."""
        return await self._threads.run(client, self._compare, encoded or self._dummy, secret)

    def is_outdated(self, encoded: str) -> bool:
        """Whether a hash that was verified had another cost than this."""
        return self._argon2.check_needs_rehash(encoded)

    def _compare(self, encoded: str, secret: bytes) -> bool:
        try:
            return self._argon2.verify(encoded, secret)
        except VerifyMismatchError:
            return False
        except (VerificationError, ValueError):
            if encoded == self._dummy:
                raise
            return self._compare(self._dummy, secret)


def _unreachable_hash(hasher: argon2.PasswordHasher) -> str:
    """A well-formed hash that no secret has: its digest is random, so it costs nothing to make."""
    salt, digest = (
        b64encode(os.urandom(length)).decode().rstrip("=") for length in (hasher.salt_len, hasher.hash_len)
    )
    cost = f"m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}"
    return f"$argon2id$v=19${cost}${salt}${digest}"
