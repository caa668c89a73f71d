import pytest

from auth.viewer import Viewer
from models import Category
from models.errors import InvalidInput, NotFound
from resolvers import categories
from resolvers.categories import CategoryFields
from tests import factories
from tests.resolvers.rows import all_rows, viewing

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
async def admin(database: object) -> Viewer:
    del database  # has to be open
    return viewing(await factories.admin())


async def created(admin: Viewer, **fields: object) -> Category:
    given: CategoryFields = {"name": "Médias", **fields}  # type: ignore[typeddict-item]
    return await Category.get(id=await categories.create_category(admin, given))


async def changed(admin: Viewer, row: Category, **fields: object) -> Category:
    given = CategoryFields(**fields)  # type: ignore[typeddict-item]
    return await Category.get(id=await categories.update_category(admin, f"category_{row.id}", given))


async def test_a_category_comes_last_among_its_siblings(admin: Viewer) -> None:
    first, second = await created(admin), await created(admin, position=7)
    third = await created(admin, name="Trois")
    assert [row.position for row in (first, second, third)] == [0, 7, 8]
    assert (first.slug, first.name, first.description, first.parent_id) == ("medias", "Médias", "", None)
    below = await created(admin, parent=f"category_{first.id}", description=" Sur *tout*.\n")
    assert (below.parent_id, below.position, below.description) == (first.id, 0, " Sur *tout*.")


async def test_the_largest_position_has_no_successor(admin: Viewer) -> None:
    await created(admin, position=2**31 - 1)
    assert (await created(admin)).position == 2**31 - 1


async def test_a_new_name_keeps_the_slug_unless_told(admin: Viewer) -> None:
    row = await created(admin)
    assert (await changed(admin, row, name="Presse")).slug == "medias"
    assert (await changed(admin, row, slug=None)).slug == "presse"
    assert (await changed(admin, row, slug="la-presse")).slug == "la-presse"
    with pytest.raises(InvalidInput) as refused:
        await created(admin, slug="la-presse")
    assert refused.value.fields == (("slug", "The slug is taken."),)


async def test_a_category_moves_with_its_place(admin: Viewer) -> None:
    top, other = await created(admin), await created(admin, description="x")
    moved = await changed(admin, other, parent=f"category_{top.id}", position=None, description=None)
    assert (moved.parent_id, moved.position, moved.description) == (top.id, 0, "")
    back = await changed(admin, other, parent=None, position=-3)
    assert (back.parent_id, back.position) == (None, -3)


async def test_a_category_is_never_below_itself(admin: Viewer) -> None:
    top = await created(admin)
    middle = await created(admin, parent=f"category_{top.id}")
    low = await created(admin, parent=f"category_{middle.id}")
    before = await all_rows()
    for parent in (top, middle, low):
        with pytest.raises(InvalidInput) as refused:
            await changed(admin, top, parent=f"category_{parent.id}")
        assert refused.value.fields == (("parent", "A category cannot be below itself."),)
    assert await all_rows() == before


async def test_all_that_is_wrong_with_a_category_is_told(admin: Viewer) -> None:
    with pytest.raises(InvalidInput) as refused:
        await created(admin, name="x" * 101, slug="É", description="x" * 2001)
    assert [field for field, _ in refused.value.fields] == ["name", "slug", "description"]
    with pytest.raises(InvalidInput, match=r"name|input"):
        await categories.create_category(admin, {})


async def test_a_category_that_is_not_there_is_not_found(admin: Viewer) -> None:
    row = await created(admin)
    for id_ in ("category_999", "post_1", "", "x"):
        with pytest.raises(NotFound):
            await categories.update_category(admin, id_, {"name": "a"})
        with pytest.raises(NotFound):
            await categories.delete_category(admin, id_)
        with pytest.raises(NotFound):
            await changed(admin, row, parent=id_)


async def test_an_empty_category_can_be_deleted(admin: Viewer) -> None:
    row = await created(admin)
    await categories.delete_category(admin, f"category_{row.id}")
    assert not await Category.exists()


async def test_a_category_that_holds_something_stays(admin: Viewer) -> None:
    top = await created(admin)
    below = await created(admin, parent=f"category_{top.id}")
    await factories.draft(category=below)
    before = await all_rows()
    for row in (top, below):
        with pytest.raises(InvalidInput) as refused:
            await categories.delete_category(admin, f"category_{row.id}")
        assert [field for field, _ in refused.value.fields] == ["id"]
    assert await all_rows() == before
