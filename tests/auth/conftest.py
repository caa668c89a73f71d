"""A policy that is cheap to compute with, and the hashes that were computed under it."""

import pytest
from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from auth.policy import AuthPolicy, HashCost

CHEAP = HashCost(memory_kib=64, time_cost=1, at_once=2)
POLICY = AuthPolicy(hashing=CHEAP)


@pytest.fixture
def hashes_computed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What argon2 was asked to do, in order: each entry is the cost of one computation."""
    computed: list[str] = []
    compute, compare = PasswordHasher.hash, PasswordHasher.verify

    def hash_counted(hasher: PasswordHasher, secret: bytes) -> str:
        encoded = compute(hasher, secret)
        computed.append(cost(encoded))
        return encoded

    def verify_counted(hasher: PasswordHasher, encoded: str, secret: bytes) -> bool:
        try:
            compare(hasher, encoded, secret)
        except VerifyMismatchError:
            computed.append(cost(encoded))
            raise
        computed.append(cost(encoded))
        return True

    monkeypatch.setattr(PasswordHasher, "hash", hash_counted)
    monkeypatch.setattr(PasswordHasher, "verify", verify_counted)
    return computed


def cost(encoded: str) -> str:
    """The part of an encoded hash that says what it cost."""
    return "$".join(encoded.split("$")[1:4])
