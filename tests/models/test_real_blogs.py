"""A filled database of 0.1 is carried over to what real blogs hold: `0008_real_blogs`."""

from pathlib import Path
from typing import Any

import pytest
from tortoise.migrations.executor import MigrationTarget

from models import BodyFormat, Category, Comment, Post, PostCategory, PostKind, Session, User
from models.fields import rfc3339
from storage import Database
from storage.migration import _executor, known
from storage.unit import Client
from tests.databases import opened
from tests.factories import EPOCH
from tests.postgresql import Server

BEFORE = MigrationTarget(app_label="models", name="0007_noticed_posts")
NOW = f"'{rfc3339(EPOCH)}'"
POST = (
    "slug, title, body, body_html, excerpt, language, published_at, created_at, updated_at, last_commented_at"
)
CONTENT = f"""
    INSERT INTO users (id, username, email, name, bio, role, password_hash, created_at)
    VALUES (1, 'ada', 'ada@example.org', 'Ada', '', 'AUTHOR', '!', {NOW});
    INSERT INTO sessions (id, user_id, token_hash, created_at, expires_at) VALUES (1, 1, 'x', {NOW}, {NOW});
    INSERT INTO categories (id, slug, name, description, position, post_count) VALUES (7, 'c', 'C', '', 0, 1);
    INSERT INTO posts (id, {POST}, status, author_id, category_id, comments_open, comment_count, counted)
    VALUES
    (1, 'p', 'P', 'b', 'b', 'b', 'en', {NOW}, {NOW}, {NOW}, {NOW}, 'PUBLISHED', 1, 7, TRUE, 1, TRUE),
    (2, 'q', 'Q', 'b', 'b', 'b', 'en', {NOW}, {NOW}, {NOW}, {NOW}, 'DRAFT', 1, 7, TRUE, 0, FALSE);
    INSERT INTO comments (id, post_id, author_id, depth, body, body_html, status, created_at, reply_count)
    VALUES (1, 1, 1, 0, 'b', 'b', 'APPROVED', {NOW}, 0);
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without a table."""
    if request.param == "sqlite":
        return f"sqlite://{tmp_path / 'old.db'}"
    server: Server = request.getfixturevalue("postgresql_server")
    return server.create_database()


async def fill_an_older(database: Database) -> None:
    client: Client[Any] = Post._meta.db  # type: ignore[assignment]  # noqa: SLF001 - Tortoise's way to it
    await _executor(client).migrate([BEFORE])
    for statement in filter(str.strip, CONTENT.split(";")):
        await client.execute_query(statement)
    assert not await database.migrated()


async def test_a_filled_database_is_carried_over(empty_url: str) -> None:
    async with opened(empty_url) as database:
        await fill_an_older(database)
        assert await database.migrate() == known()[known().index("0008_real_blogs") :]
        filed = (
            await PostCategory.all()
            .order_by("post_id")
            .values_list(
                "post_id", "category_id", "position", "status", "counted", "comment_count", "author_id"
            )
        )
        assert filed == [(1, 7, 0, "PUBLISHED", True, 1, 1), (2, 7, 0, "DRAFT", False, 0, 1)]
        posts = await Post.all().order_by("id")
        assert {(post.kind, post.body_format, post.pinned) for post in posts} == {
            (PostKind.ARTICLE, BodyFormat.MARKDOWN, False)
        }
        user = await User.get(id=1)
        assert (user.username, user.guest_key, await Session.get(user_id=1).values("id")) == (
            "ada",
            None,
            {"id": 1},
        )
        assert (await Category.get(id=7)).post_count == 1
        assert (await Comment.get(id=1)).author_id == 1
