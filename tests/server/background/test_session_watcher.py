"""Connections of sessions that have ended: when it is looked, and what is closed."""

import sqlite3
from collections.abc import AsyncIterator, Collection
from datetime import datetime, timedelta

import asyncpg
import pytest

from auth import sessions
from auth.viewer import now
from models import Session
from server.background import session_watcher
from server.background.session_watcher import SessionWatcher
from storage import Database, DatabaseUnavailable
from tests import factories
from tests.live.listening import eventually
from tests.live.speaking import Speaker
from tests.live.tiny import Site, site

HOUR = timedelta(hours=1)


class Looks:
    """How often the database was asked, and how many times more it will be away."""

    def __init__(self) -> None:
        self.count = 0
        self.away = 0
        self.failure: Exception = DatabaseUnavailable("away")
        self._ask = sessions.ending

    async def __call__(self, ids: Collection[int], until: datetime) -> dict[int, datetime | None]:
        self.count += 1
        if self.away:
            self.away -= 1
            raise self.failure
        return await self._ask(ids, until)


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> Looks:
    looks = Looks()
    monkeypatch.setattr(sessions, "ending", looks)
    monkeypatch.setattr(session_watcher, "PAUSE_SECONDS", 0.01)
    monkeypatch.setattr(session_watcher, "LOOK_EVERY_SECONDS", 0.01)
    return looks


@pytest.fixture
async def tiny(database: Database) -> AsyncIterator[Site]:
    assert database
    async with site() as tiny:
        yield tiny


async def signed_in(speaker: Speaker, session: int, lasting: timedelta = HOUR) -> None:
    """A connection of a session."""
    await factories.session(id=session, expires_at=now() + lasting)
    await speaker.init(token=f"7/{session}")


def constant() -> int:
    """Nobody writes, as far as can be told."""
    return 1


async def test_a_hint_closes_the_connections_of_those_who_are_gone_and_no_others(
    tiny: Site, looks: Looks, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with tiny.speaker() as gone, tiny.speaker() as other, tiny.speaker() as anonymous:
        await signed_in(gone, 70)
        await signed_in(other, 71)
        await anonymous.init()
        async with SessionWatcher(tiny.connections, constant) as watch:
            await eventually(lambda: looks.count == 1)
            monkeypatch.setattr(session_watcher, "LOOK_EVERY_SECONDS", 3600)
            await Session.filter(id=70).delete()
            watch.look()
            assert await gone.closing() == (4403, "The session has ended")
            assert await other.lives()
            assert await anonymous.lives()


async def test_where_nobody_has_written_nothing_is_asked(tiny: Site, looks: Looks) -> None:
    version = 1
    thoughts = 0

    def told() -> int:
        nonlocal thoughts
        thoughts += 1
        return version

    async with tiny.speaker() as one:
        await signed_in(one, 70)
        async with SessionWatcher(tiny.connections, told):
            await eventually(lambda: looks.count == 1)
            enough = thoughts + 5
            await eventually(lambda: thoughts > enough)
            assert looks.count == 1
            await Session.filter(id=70).delete()
            version = 2
            assert (await one.closing())[0] == 4403


async def test_who_comes_while_their_session_ends_is_looked_at(tiny: Site, looks: Looks) -> None:
    async with tiny.speaker() as one, tiny.speaker() as late:
        await signed_in(one, 70)
        async with SessionWatcher(tiny.connections, constant):
            await eventually(lambda: looks.count == 1)
            await late.init(token="8/80")
            assert (await late.closing())[0] == 4403
            assert await one.lives()


async def test_a_session_that_expires_needs_no_write(tiny: Site, looks: Looks) -> None:
    async with tiny.speaker() as one:
        await signed_in(one, 70, timedelta(seconds=1))
        async with SessionWatcher(tiny.connections, constant):
            assert (await one.closing())[0] == 4403
            assert looks.count <= 3


@pytest.mark.parametrize(
    "failure",
    [
        DatabaseUnavailable("away"),
        asyncpg.InvalidSQLStatementNameError("prepared statement does not exist"),
        sqlite3.DatabaseError("file is not a database"),
    ],
    ids=lambda failure: type(failure).__name__,
)
async def test_a_look_that_fails_closes_nothing_and_is_repeated(
    tiny: Site, looks: Looks, failure: Exception
) -> None:
    looks.away, looks.failure = 3, failure
    async with tiny.speaker() as one, tiny.speaker() as other:
        await signed_in(one, 70)
        await other.init(token="8/80")
        async with SessionWatcher(tiny.connections, constant):
            assert (await other.closing())[0] == 4403
            assert looks.count >= 4
            assert await one.lives()


async def test_where_nobody_can_tell_who_has_written_it_is_asked_again_and_again(
    tiny: Site, looks: Looks
) -> None:
    async with tiny.speaker() as one:
        await signed_in(one, 70)
        async with SessionWatcher(tiny.connections, lambda: None):
            await eventually(lambda: looks.count > 3)
            await Session.filter(id=70).delete()
            assert (await one.closing())[0] == 4403


async def test_a_session_that_ends_after_the_clock_was_set_back_is_noticed(
    tiny: Site, looks: Looks, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next look was to be when the clock, which was ahead, says so again."""
    ahead = timedelta(days=2)
    monkeypatch.setattr(session_watcher, "now", lambda: now() + ahead)
    async with tiny.speaker() as speaker:
        await signed_in(speaker, 70, lasting=ahead + HOUR)
        async with SessionWatcher(tiny.connections, constant):
            await eventually(lambda: looks.count == 1)
            await Session.filter(id=70).update(expires_at=now())
            monkeypatch.setattr(session_watcher, "now", now)
            assert await speaker.closing() == (4403, "The session has ended")
