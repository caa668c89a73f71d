"""What SQLite's planner should believe about how many rows have the same value.

A young site has no statistics, and without any, SQLite takes the index of a comment's status for as good as that of
its parent: a front page with replies took seconds instead of milliseconds. These are the proportions of a large blog;
plans do not depend on when somebody last ran ANALYZE. PostgreSQL keeps its own.
"""

from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.migrations.schema_editor import BaseSchemaEditor
from tortoise.migrations.schema_generator.state_apps import StateApps

ROWS_ALIKE = {
    ("categories", "idx_categories_parent__9a8039"): "24 3 1 1",
    ("comments", "idx_comments_author__8c0b58"): "100000 100 1 1",
    ("comments", "idx_comments_created_2e61ef"): "100000 1 1",
    ("comments", "idx_comments_parent__b2724f"): "100000 4 1 1",
    ("comments", "idx_comments_post_id_a127ef"): "100000 21 7 1 1",
    ("comments", "idx_comments_post_id_ee1fba"): "100000 21 1 1",
    ("comments", "idx_comments_status_310b87"): "100000 25000 1 1",
    ("post_slugs", "idx_post_slugs_post_id_4e6568"): "5000 1",
    ("posts", "idx_posts_author__0aa16c"): "5000 125 125 4 1",
    ("posts", "idx_posts_author__1952d1"): "5000 125 125 1 1",
    ("posts", "idx_posts_author__7df934"): "5000 125 125 1 1",
    ("posts", "idx_posts_categor_1e2fe3"): "5000 209 209 1 1",
    ("posts", "idx_posts_categor_80a446"): "5000 209 209 1 1",
    ("posts", "idx_posts_categor_a601db"): "5000 209 209 5 1",
    ("posts", "idx_posts_languag_2139dd"): "5000 2500 2500 19 1",
    ("posts", "idx_posts_languag_8421d2"): "5000 2500 2500 1 1",
    ("posts", "idx_posts_languag_eb3b76"): "5000 2500 2500 1 1",
    ("posts", "idx_posts_status_b090ca"): "5000 5000 1 1",
    ("posts", "idx_posts_status_b6bd3d"): "5000 5000 1 1",
    ("posts", "idx_posts_status_cae3ec"): "5000 5000 28 1",
}


async def believe(_apps: StateApps, editor: BaseSchemaEditor) -> None:
    if editor.client.capabilities.dialect != "sqlite":
        return
    await editor.client.execute_query("ANALYZE sqlite_schema")
    for (table, index), stat in ROWS_ALIKE.items():
        await editor.client.execute_query("DELETE FROM sqlite_stat1 WHERE idx = ?", [index])
        await editor.client.execute_query("INSERT INTO sqlite_stat1 VALUES (?, ?, ?)", [table, index, stat])


async def forget(_apps: StateApps, editor: BaseSchemaEditor) -> None:
    if editor.client.capabilities.dialect == "sqlite":
        await editor.client.execute_query("DELETE FROM sqlite_stat1")


class Migration(migrations.Migration):
    dependencies = [("models", "0002_feed_begins")]
    operations = [ops.RunPython(believe, forget)]
