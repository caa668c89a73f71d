import asyncio
import hashlib
from collections.abc import Collection, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from auth import sessions
from auth.policy import SessionLifetime
from models import Role, Session, User
from storage import Database, StorageError, unit_of_work
from tests import factories

on_each_database = pytest.mark.usefixtures("database")
on_sqlite = pytest.mark.usefixtures("sqlite_database")
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
MONTH = timedelta(days=30)
LIFETIME = SessionLifetime()


@pytest.fixture
def ended() -> Iterator[list[Collection[int]]]:
    """What listeners were told."""
    told: list[Collection[int]] = []
    sessions.revoked.append(told.append)
    yield told
    sessions.revoked.remove(told.append)


async def expiry(session: sessions.SignedInSession) -> datetime:
    await sessions.settled()
    return (await Session.get(id=session.session_id)).expires_at


async def found(
    token: str, now: datetime = NOW, lifetime: SessionLifetime = LIFETIME
) -> sessions.SignedInSession:
    session = await sessions.find(lifetime, token, now)
    assert session is not None
    return session


@on_each_database
async def test_a_token_opens_the_session_of_its_account() -> None:
    moderator = await factories.moderator()
    token, expires_at = await sessions.start(LIFETIME, moderator.id, NOW)
    row = await Session.get()
    assert await sessions.find(LIFETIME, token, NOW) == sessions.SignedInSession(
        row.id, moderator.id, Role.MODERATOR, NOW + MONTH, NOW
    )
    assert expires_at == row.expires_at == NOW + MONTH


@on_each_database
async def test_only_the_digest_of_a_token_is_stored() -> None:
    token, _ = await sessions.start(LIFETIME, (await factories.user()).id, NOW)
    (row,) = await Session.all().values()
    assert row["token_hash"] == hashlib.sha256(token.encode()).hexdigest()
    assert token not in str(row)


@on_sqlite
async def test_tokens_are_256_random_bits_fit_for_a_header() -> None:
    user = await factories.user()
    tokens = [(await sessions.start(LIFETIME, user.id, NOW))[0] for _ in range(20)]
    assert len(set(tokens)) == 20
    assert all(len(token) == 43 and token.replace("-", "a").replace("_", "a").isalnum() for token in tokens)


@pytest.mark.parametrize(
    "token",
    [
        "",
        "x",
        "x" * 42,
        "x" * 44,
        "x" * 1_000_000,
        "é" * 43,
        "\x00" * 43,
        "\ud800" * 43,
        "x" * 42 + "\n",
        " " * 43,
    ],
)
async def test_a_malformed_token_is_not_found_and_not_looked_for(token: str) -> None:
    assert await sessions.find(LIFETIME, token, NOW) is None


@on_each_database
async def test_an_unknown_token_is_not_found() -> None:
    await sessions.start(LIFETIME, (await factories.user()).id, NOW)
    assert await sessions.find(LIFETIME, "x" * 43, NOW) is None


@on_each_database
async def test_a_session_ends_when_it_is_idle_too_long() -> None:
    token, expires_at = await sessions.start(LIFETIME, (await factories.user()).id, NOW)
    assert await sessions.find(LIFETIME, token, expires_at) is None
    assert await sessions.find(LIFETIME, token, expires_at - timedelta(microseconds=1))
    await sessions.settled()


@on_each_database
async def test_a_session_in_use_lives_on_and_is_written_at_most_once_an_hour() -> None:
    token, _ = await sessions.start(LIFETIME, (await factories.user()).id, NOW)
    assert await expiry(await found(token, NOW + timedelta(minutes=59))) == NOW + MONTH
    later = NOW + timedelta(hours=1)
    assert await expiry(await found(token, later)) == later + MONTH
    assert await expiry(await found(token, later + timedelta(minutes=59))) == later + MONTH


@on_sqlite
async def test_a_short_session_lives_on_too() -> None:
    short = SessionLifetime(idle=timedelta(minutes=30))
    token, _ = await sessions.start(short, (await factories.user()).id, NOW)
    later = NOW + timedelta(minutes=3)
    assert await expiry(await found(token, later, short)) == later + timedelta(minutes=30)


@on_each_database
async def test_requests_at_one_moment_move_the_end_once() -> None:
    token, _ = await sessions.start(LIFETIME, (await factories.user()).id, NOW)
    later = NOW + timedelta(days=3)
    several = await asyncio.gather(*(found(token, later) for _ in range(5)))
    assert await expiry(several[0]) == later + MONTH


@on_sqlite
async def test_an_end_that_cannot_be_moved_troubles_nobody(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail(*_: object) -> None:
        raise StorageError("The disk is full.")

    monkeypatch.setattr(sessions, "_move_end", fail)
    token, _ = await sessions.start(LIFETIME, (await factories.user()).id, NOW)
    assert await expiry(await found(token, NOW + timedelta(days=1))) == NOW + MONTH
    assert "could not be moved" in caplog.text
    assert token not in caplog.text


@on_each_database
async def test_a_changed_role_holds_from_the_next_request() -> None:
    user = await factories.moderator()
    token, _ = await sessions.start(LIFETIME, user.id, NOW)
    await User.filter(id=user.id).update(role=Role.READER)
    assert (await found(token)).role is Role.READER


@on_each_database
async def test_a_revoked_session_is_gone_and_its_listeners_know(ended: list[Collection[int]]) -> None:
    user = await factories.user()
    token, _ = await sessions.start(LIFETIME, user.id, NOW)
    other, _ = await sessions.start(LIFETIME, user.id, NOW)
    session = await found(token)
    await sessions.revoke(session.session_id)
    assert await sessions.find(LIFETIME, token, NOW) is None
    assert await sessions.find(LIFETIME, other, NOW)
    assert ended == [{session.session_id}]


@on_each_database
async def test_all_sessions_of_one_account_end_together(ended: list[Collection[int]]) -> None:
    user, neighbour = await factories.user(), await factories.user()
    tokens = [(await sessions.start(LIFETIME, user.id, NOW))[0] for _ in range(3)]
    spared, _ = await sessions.start(LIFETIME, neighbour.id, NOW)
    ids = {(await found(token)).session_id for token in tokens}
    await sessions.revoke_all(user.id)
    assert [await sessions.find(LIFETIME, token, NOW) for token in tokens] == [None] * 3
    assert await sessions.find(LIFETIME, spared, NOW)
    assert ended == [ids]


@on_each_database
async def test_all_sessions_but_this_one_end() -> None:
    user = await factories.user()
    this, _ = await sessions.start(LIFETIME, user.id, NOW)
    other, _ = await sessions.start(LIFETIME, user.id, NOW)
    await sessions.revoke_all(user.id, except_session=(await found(this)).session_id)
    assert await sessions.find(LIFETIME, this, NOW)
    assert await sessions.find(LIFETIME, other, NOW) is None


@on_each_database
async def test_ending_nothing_tells_nobody(ended: list[Collection[int]]) -> None:
    await sessions.revoke(1)
    await sessions.revoke_all(1)
    assert ended == []


@on_each_database
async def test_listeners_hear_nothing_of_what_was_rolled_back(ended: list[Collection[int]]) -> None:
    token, _ = await sessions.start(LIFETIME, (await factories.user()).id, NOW)
    session = await found(token)

    @unit_of_work
    async def revoke_and_fail() -> None:
        await sessions.revoke(session.session_id)
        raise ValueError("something else went wrong")

    with pytest.raises(ValueError, match="something else"):
        await revoke_and_fail()
    assert await sessions.find(LIFETIME, token, NOW)
    assert ended == []


@on_each_database
async def test_those_that_have_ended_or_soon_will_are_told_from_those_that_live_on() -> None:
    user = await factories.user()
    expired, soon, alive, _ = [
        await factories.session(user=user, expires_at=NOW + timedelta(seconds=seconds))
        for seconds in (0, 30, 90, 0)
    ]
    found = await sessions.ending([expired.id, soon.id, alive.id, 10_000], NOW + timedelta(minutes=1))
    assert found == {expired.id: NOW, soon.id: NOW + timedelta(seconds=30), 10_000: None}
    assert await sessions.ending([alive.id], NOW) == {}


async def test_looking_for_the_ended_searches_by_key(sqlite_database: Database) -> None:
    statement = sessions.ENDING.format_map(sessions.HELD["sqlite"])
    plan = await sqlite_database.explain(statement, ["[1]", ""])
    assert "SEARCH s USING INTEGER PRIMARY KEY" in plan


@on_each_database
async def test_a_new_session_clears_away_the_expired() -> None:
    user = await factories.user()
    expired = await factories.session(user=user, expires_at=NOW)
    living = await factories.session(user=user, expires_at=NOW + timedelta(seconds=1))
    await sessions.start(LIFETIME, user.id, NOW)
    remaining = await Session.all().values_list("id", flat=True)
    assert len(remaining) == 2
    assert living.id in remaining
    assert expired.id not in remaining


async def test_finding_a_session_searches_by_indexes(sqlite_database: Database) -> None:
    plan = await sqlite_database.explain(sessions.FIND + "?1", ["x"])
    assert "SCAN" not in plan
    assert plan.count("SEARCH") == 2


@on_each_database
async def test_a_session_that_a_clock_ahead_has_prolonged_ends_in_time() -> None:
    token, _ = await sessions.start(LIFETIME, (await factories.user()).id, NOW)
    ahead = NOW + timedelta(days=20)
    assert await expiry(await found(token, ahead)) == ahead + MONTH
    later = NOW + timedelta(days=1)
    assert await expiry(await found(token, later)) == later + MONTH


@on_sqlite
async def test_a_clock_that_is_behind_for_a_while_ends_no_session() -> None:
    token, expires_at = await sessions.start(LIFETIME, (await factories.user()).id, NOW)
    behind = NOW - timedelta(days=365)
    assert await expiry(await found(token, behind)) == expires_at
