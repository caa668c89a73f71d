import pytest

from models import Category
from storage import (
    Database,
    StorageError,
    dialect,
    execute,
    execute_update,
    placeholder_mark,
    unit_of_work,
)
from tests import factories


async def test_rows_have_names_and_places(database: Database) -> None:
    category = await factories.category(slug="found")
    sql = f"SELECT id, slug FROM categories WHERE slug = {placeholder_mark()}1"
    (row,) = await execute(sql, ["found"])
    assert (row["id"], row[1]) == (category.id, "found")
    assert list(await execute(sql, ["lost"])) == []


async def test_an_update_says_how_many_rows_it_changed(database: Database) -> None:
    await factories.category(slug="one")
    await factories.category(slug="two")
    assert await execute_update("UPDATE categories SET position = 7 WHERE slug = 'one'") == 1
    assert await execute_update("UPDATE categories SET position = 8") == 2
    assert {each.position for each in await Category.all()} == {8}


async def test_a_statement_belongs_to_the_unit_of_work_at_hand(database: Database) -> None:
    await factories.category(slug="kept")

    @unit_of_work
    async def fail() -> None:
        await execute("UPDATE categories SET slug = 'changed'")
        assert [row["slug"] for row in await execute("SELECT slug FROM categories")] == ["changed"]
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    assert [row["slug"] for row in await execute("SELECT slug FROM categories")] == ["kept"]


async def test_the_dialect_is_the_open_database_s(database: Database) -> None:
    assert dialect() == database.dialect


async def test_without_a_database_there_is_nothing_to_run_a_statement() -> None:
    with pytest.raises(StorageError, match="No database is open"):
        dialect()
    with pytest.raises(StorageError, match="No database is open"):
        await execute("SELECT 1")
