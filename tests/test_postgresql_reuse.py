"""A database that is lent again is as freshly migrated; one that is not as it was is lent no more."""

from storage import open_database
from tests import factories
from tests.postgresql import Server
from tests.postgresql_reuse import Databases


async def test_what_a_test_has_written_is_gone(postgresql_server: Server) -> None:
    databases = Databases(postgresql_server)
    first = databases.lend()
    fresh = postgresql_server.execute("SELECT * FROM feed", first.rpartition("/")[2])
    database = await open_database(first)
    made = await factories.comment(post=await factories.post(tags=["a"]))
    await database.close()
    databases.take_back(first)
    assert databases.lend() == first
    name = first.rpartition("/")[2]
    assert postgresql_server.execute("SELECT * FROM feed", name) == fresh
    for table in ("users", "posts", "comments", "tags", "post_tags", "post_slugs", "sessions"):
        assert postgresql_server.execute(f"SELECT count(*) FROM {table}", name) == "0"
    database = await open_database(first)
    assert (await factories.comment()).id == made.id
    await database.close()
    databases.take_back(first)


def test_what_is_another_table_is_another_database(postgresql_server: Server) -> None:
    databases = Databases(postgresql_server)
    for change in (
        "ALTER TABLE posts ADD COLUMN mood TEXT",
        "DROP INDEX idx_posts_pinned",
        "CREATE TABLE notes (id INT)",
        "CREATE SCHEMA apart",
        "DO $$ BEGIN EXECUTE 'ALTER DATABASE ' || current_database() || ' SET work_mem = 100'; END $$",
    ):
        url = databases.lend()
        postgresql_server.execute(change, url.rpartition("/")[2])
        databases.take_back(url)
        assert databases.lend() != url
