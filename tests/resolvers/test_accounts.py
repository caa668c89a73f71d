import pytest

from auth.viewer import Viewer, now
from models import Role, User
from resolvers.accounts import ProfileFields, update_profile
from resolvers.errors import InvalidInput, NotSignedIn
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


async def test_an_account_that_is_gone_is_not_signed_in() -> None:
    with pytest.raises(NotSignedIn):
        await update_profile(Viewer(999, Role.READER, now()), {"bio": "a"})
