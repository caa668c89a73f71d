from collections.abc import Awaitable

import pytest

from auth.accounts import create_account
from auth.policy import HashCost
from auth.viewer import Viewer, now
from models import Role, User
from models.errors import InvalidInput, NotSignedIn
from resolvers.accounts import ProfileFields, update_profile
from tests import factories
from tests.resolvers.rows import all_rows, viewing

pytestmark = pytest.mark.usefixtures("database")


async def test_people_say_what_they_like_about_themselves() -> None:
    user, other = await factories.user(), await factories.user()
    others = await User.filter(id=other.id).values()
    given: ProfileFields = {
        "name": " Ada  Lovelace ",
        "bio": "One.\r\n\r\nTwo.",
        "website": "https://example.org/ada",
    }
    assert await update_profile(viewing(user), given) == user.id
    after = await User.get(id=user.id)
    assert (after.name, after.bio) == ("Ada Lovelace", "One.\n\nTwo.")
    assert after.website == "https://example.org/ada"
    assert await User.filter(id=other.id).values() == others


async def test_what_is_left_out_stays_and_null_takes_away() -> None:
    user = await factories.user(bio="Me.", website="https://example.org")
    before = await all_rows()
    await update_profile(viewing(user), {})
    assert await all_rows() == before
    await update_profile(viewing(user), {"bio": None, "website": None})
    after = await User.get(id=user.id)
    assert (after.name, after.bio, after.website) == (user.name, "", None)


async def test_all_that_is_wrong_with_a_profile_is_told() -> None:
    user = await factories.user()
    before = await all_rows()
    with pytest.raises(InvalidInput) as refused:
        await update_profile(
            viewing(user), {"name": None, "bio": "x" * 2001, "website": "javascript:alert(1)"}
        )
    assert [field for field, _ in refused.value.fields] == ["name", "bio", "website"]
    assert await all_rows() == before


@pytest.mark.parametrize(
    "name", ["e\u0301lodie", "a\u2028b", "a\x9bb", "\u200b\u3164", "\ud83d", "x" * 101, "a" + "\u0301" * 31]
)
async def test_a_name_is_accepted_and_stored_alike_at_sign_up_and_in_the_profile(name: str) -> None:
    user = await factories.user()
    fields: ProfileFields = {"name": name}
    outcomes = [
        await name_or_problem(update_profile(viewing(user), fields)),
        await name_or_problem(
            create_account(
                HashCost(memory_kib=64, time_cost=1),
                email="new@example.org",
                username="new",
                password="correct horse battery",
                name=name,
                role=Role.READER,
                now=now(),
            )
        ),
    ]
    assert outcomes[0] == outcomes[1]


async def name_or_problem(writing: Awaitable[int]) -> object:
    try:
        return (await User.get(id=await writing)).name
    except InvalidInput as refused:
        return refused.fields


async def test_an_account_that_is_gone_is_not_signed_in() -> None:
    with pytest.raises(NotSignedIn):
        await update_profile(Viewer(999, Role.READER, now()), {"bio": "a"})
