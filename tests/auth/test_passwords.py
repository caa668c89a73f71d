import asyncio
import threading
from dataclasses import replace

import pytest
from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from auth.hashing import Hashing
from auth.passwords import hash_password, needs_rehash, password_problem, verify_password
from auth.policy import HashCost
from models.errors import TooManyRequests
from runtime.fair_queue import OPERATOR
from tests.auth.conftest import CHEAP, cost

GOOD = "correct horse battery"


class Gate:
    """Holds every hash computation until it is opened, and knows how many were inside at once."""

    def __init__(self) -> None:
        self.open = threading.Event()
        self.inside = 0
        self.most_inside = 0
        self._changed = threading.Condition()

    def enter(self, _secret: bytes) -> str:
        with self._changed:
            self.inside += 1
            self.most_inside = max(self.most_inside, self.inside)
            self._changed.notify_all()
        assert self.open.wait(10)
        with self._changed:
            self.inside -= 1
        return "$argon2id$"

    async def crowded(self) -> None:
        """Wait until as many are inside as may be; a moment later still no more would have come."""
        await asyncio.to_thread(self._wait_for, CHEAP.at_once)
        await asyncio.sleep(0.02)

    def _wait_for(self, count: int) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: self.inside >= count, 10)


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Gate:
    made = Gate()
    monkeypatch.setattr(PasswordHasher, "hash", made.enter)
    return made


async def test_a_password_opens_its_own_hash_and_no_other() -> None:
    stored = await hash_password(CHEAP, GOOD)
    assert await verify_password(CHEAP, stored, GOOD)
    assert not await verify_password(CHEAP, stored, GOOD + "!")


async def test_the_default_cost_is_argon2id_at_owasps_minimum() -> None:
    stored = await Hashing(HashCost()).hash(OPERATOR, b"secret")
    assert cost(stored) == "argon2id$v=19$m=19456,t=2,p=1"


async def test_two_hashes_of_one_password_differ() -> None:
    assert await hash_password(CHEAP, GOOD) != await hash_password(CHEAP, GOOD)


@pytest.mark.parametrize(
    "password", ["nul \x00 inside", "lone \ud800 surrogate", "\x00" * 8, "пароль 密码 🐘"]
)
async def test_any_characters_make_a_password(password: str) -> None:
    stored = await hash_password(CHEAP, password)
    assert await verify_password(CHEAP, stored, password)
    assert not await verify_password(CHEAP, stored, password[:-1])


async def test_what_follows_a_nul_counts() -> None:
    assert not await verify_password(CHEAP, await hash_password(CHEAP, "same\x00one"), "same\x00two")


async def test_a_password_is_the_same_however_its_letters_were_composed() -> None:
    assert await verify_password(
        CHEAP, await hash_password(CHEAP, "caf\u00e9 de la gare"), "cafe\u0301 de la gare"
    )


async def test_a_password_that_was_accepted_as_it_was_typed_still_opens() -> None:
    stored = await hash_password(CHEAP, "\ufdfa" * 200)  # 3,600 letters in normal form
    assert await verify_password(CHEAP, stored, "\ufdfa" * 200)


async def test_a_long_password_of_letters_and_accents_opens() -> None:
    assert await verify_password(CHEAP, await hash_password(CHEAP, "e\u0301" * 256), "é" * 256)


@pytest.mark.parametrize("password_hash", [None, "", "!", "$argon2id$v=19$m=64,t=1,p=1$broken", "hâché"])
async def test_without_a_readable_hash_the_same_work_says_no(
    password_hash: str | None, hashes_computed: list[str]
) -> None:
    right = await hash_password(CHEAP, GOOD)
    assert not await verify_password(CHEAP, password_hash, GOOD)
    assert await verify_password(CHEAP, right, GOOD)
    assert hashes_computed == [cost(right)] * 3


async def test_a_password_longer_than_any_is_wrong_after_the_same_work(hashes_computed: list[str]) -> None:
    stored = await hash_password(CHEAP, "x" * 256)
    assert not await verify_password(CHEAP, stored, "x" * 257)
    assert not await verify_password(CHEAP, stored, "x" * 1_000_000)
    assert hashes_computed == [cost(stored)] * 3


async def test_a_hash_of_another_cost_still_opens_and_asks_to_be_renewed() -> None:
    stored = await hash_password(CHEAP, GOOD)
    assert not needs_rehash(CHEAP, stored)
    dearer = replace(CHEAP, time_cost=2)
    assert await verify_password(dearer, stored, GOOD)
    assert needs_rehash(dearer, stored)


async def test_the_dummy_follows_the_cost_in_force(hashes_computed: list[str]) -> None:
    await verify_password(replace(CHEAP, memory_kib=128, time_cost=3, parallelism=2), None, GOOD)
    assert hashes_computed == ["argon2id$v=19$m=128,t=3,p=2"]


async def test_a_hash_that_cannot_be_computed_is_no_wrong_password(monkeypatch: pytest.MonkeyPatch) -> None:
    def out_of_memory(*_: object) -> bool:
        raise VerificationError("Memory allocation error")

    stored = await hash_password(CHEAP, GOOD)
    monkeypatch.setattr(PasswordHasher, "verify", out_of_memory)
    with pytest.raises(VerificationError):
        await verify_password(CHEAP, stored, GOOD)


async def test_only_so_many_hashes_are_computed_at_once(gate: Gate) -> None:
    waiting = [asyncio.create_task(hash_password(CHEAP, GOOD)) for _ in range(6)]
    await gate.crowded()
    gate.open.set()
    await asyncio.gather(*waiting)
    assert gate.most_inside == CHEAP.at_once


async def test_cancelled_callers_make_no_room_for_more_hashes(gate: Gate) -> None:
    cancelled = [asyncio.create_task(hash_password(CHEAP, GOOD)) for _ in range(4)]
    await gate.crowded()
    for task in cancelled:
        task.cancel()
    await asyncio.gather(*cancelled, return_exceptions=True)
    later = [asyncio.create_task(hash_password(CHEAP, GOOD)) for _ in range(4)]
    await gate.crowded()
    gate.open.set()
    await asyncio.gather(*later)
    assert gate.most_inside == CHEAP.at_once


async def test_when_too_many_wait_the_next_is_refused(gate: Gate) -> None:
    narrow = replace(CHEAP, at_once=1, waiting=2)
    waiting = [asyncio.create_task(hash_password(narrow, GOOD)) for _ in range(3)]
    await asyncio.sleep(0)
    with pytest.raises(TooManyRequests) as refused:
        await hash_password(narrow, GOOD)
    assert refused.value.retry_after == 1
    gate.open.set()
    await asyncio.gather(*waiting)
    assert await hash_password(narrow, GOOD)


@pytest.mark.parametrize(
    "password", [GOOD, "x9!" * 85, "пароль для всех", "abcabcabZ", "e\u0301x9!a\u030ab" * 36]
)
def test_a_decent_password_is_accepted(password: str) -> None:
    assert password_problem(password, username="ada", email="ada@example.org") is None


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("", "8 to 256"),
        ("seven 7", "8 to 256"),
        ("long " * 52, "8 to 256"),
        ("password", "first that anybody"),
        ("PassWord1", "first that anybody"),
        ("1234567890", "first that anybody"),
        ("ｐａｓｓｗｏｒｄ１", "first that anybody"),
        ("ＰＡＳＳＷＯＲＤ１", "first that anybody"),
        ("𝐩𝐚𝐬𝐬𝐰𝐨𝐫𝐝𝟏", "first that anybody"),
        ("①②③④⑤⑥⑦⑧⑨", "first that anybody"),
        ("aａ𝐚ⓐ" * 3, "first that anybody"),
        ("ａｄａ_ｌｏｖｅｌａｃｅ_1815", "same as the username"),
        ("e\u0301" * 6 + "1", "8 to 256"),
        ("\ufdfa" * 20, "8 to 256"),
        ("aaaaaaaaaaaa", "first that anybody"),
        ("abababababab", "first that anybody"),
        ("Ada.Lovelace", "same as the username"),
        ("ada_lovelace_1815", "same as the username"),
        ("Ada.Lovelace@Example.org", "same as the username"),
    ],
)
def test_a_weak_password_is_refused_with_its_reason(password: str, reason: str) -> None:
    problem = password_problem(password, username="ada_lovelace_1815", email="ada.lovelace@example.org")
    assert problem is not None
    assert reason in problem


@pytest.mark.parametrize("password", ["\x00" * 9, "\ud800\udfff" * 5, "ok \ud800 then \x00"])
def test_strange_characters_are_judged_without_a_crash(password: str) -> None:
    password_problem(password, username="\x00", email="\ud800")
