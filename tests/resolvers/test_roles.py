"""What becomes of an account that gets another role, and of who gives it."""

import asyncio

import pytest

from auth import sessions
from auth.policy import SessionLifetime
from auth.viewer import now
from models import Role, Session, User
from models.errors import NotAllowed
from resolvers import roles
from tests import factories
from tests.resolvers.rows import viewing

LIFETIME = SessionLifetime()

pytestmark = pytest.mark.usefixtures("database")


async def test_the_accounts_sessions_go_on_with_the_role_as_others() -> None:
    """Under the same tokens, so nobody has to sign in again; under new ids, so what was open is closed."""
    admin, user = await factories.admin(), await factories.moderator()
    token, expires_at = await sessions.start(LIFETIME, user.id, now())
    ended: list[int] = []
    sessions.revoked.append(ended.extend)
    try:
        before = await Session.get()
        assert await roles.set_role(viewing(admin), f"user_{user.id}", Role.READER) == user.id
    finally:
        sessions.revoked.remove(ended.extend)
    found = await sessions.find(LIFETIME, token, now())
    assert found is not None
    assert (found.role, found.expires_at, found.created_at) == (Role.READER, expires_at, before.created_at)
    assert ended == [before.id] != [found.session_id]
    assert await sessions.ending([before.id], now()) == {before.id: None}


async def test_the_role_that_an_account_has_already_disturbs_nobody() -> None:
    admin, user = await factories.admin(), await factories.moderator()
    await sessions.start(LIFETIME, user.id, now())
    before = await Session.all().values()
    await roles.set_role(viewing(admin), f"user_{user.id}", Role.MODERATOR)
    assert await Session.all().values() == before


async def test_others_sessions_are_left_alone() -> None:
    admin, user = await factories.admin(), await factories.user()
    await sessions.start(LIFETIME, admin.id, now())
    before = await Session.all().values()
    await roles.set_role(viewing(admin), f"user_{user.id}", Role.AUTHOR)
    assert await Session.all().values() == before


async def test_who_is_no_longer_an_administrator_gives_no_role() -> None:
    """Though they were one when they asked."""
    admin, user = await factories.admin(), await factories.user()
    asking = viewing(admin)
    await User.filter(id=admin.id).update(role=Role.MODERATOR)
    with pytest.raises(NotAllowed):
        await roles.set_role(asking, f"user_{user.id}", Role.AUTHOR)
    assert (await User.get(id=user.id)).role is Role.READER


async def test_of_two_who_take_the_role_from_each_other_at_once_one_keeps_it() -> None:
    one, other = await factories.admin(), await factories.admin()
    outcomes = await asyncio.gather(
        roles.set_role(viewing(one), f"user_{other.id}", Role.READER),
        roles.set_role(viewing(other), f"user_{one.id}", Role.READER),
        return_exceptions=True,
    )
    assert [type(outcome) for outcome in outcomes if isinstance(outcome, Exception)] == [NotAllowed]
    assert await User.filter(role=Role.ADMIN).count() == 1
