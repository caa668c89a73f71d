"""A database of before 0005 keeps its comments, and what hangs under a rejected one is hidden."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from tortoise.migrations.executor import MigrationTarget

from models import Comment, CommentEvent, Post
from models.fields import rfc3339
from storage import Database
from storage.migration import _executor
from tests.databases import opened
from tests.factories import EPOCH, moment
from tests.postgresql import Server

BEFORE = MigrationTarget(app_label="models", name="0004_events_of_moves")
NOW = f"'{rfc3339(EPOCH)}'"
CONTENT = f"""
    INSERT INTO users (id, username, email, name, bio, role, password_hash, created_at)
    VALUES (1, 'ada', 'ada@example.org', 'Ada', '', 'AUTHOR', '!', {NOW});

    INSERT INTO categories (id, slug, name, description, position, post_count) VALUES (1, 'c', 'C', '', 0, 1);

    INSERT INTO posts (id, slug, title, body, body_html, excerpt, language, status, published_at, created_at,
        updated_at, author_id, category_id, comments_open, comment_count, last_commented_at, counted)
    VALUES (1, 'p', 'P', 'b', 'b', 'b', 'en', 'PUBLISHED', {NOW}, {NOW}, {NOW}, 1, 1, TRUE, 3, {NOW}, TRUE);

    INSERT INTO comment_events (position, cursor, happened_at, comment_id, post_id, category_id)
    VALUES (1, '1-00000000', {NOW}, 2, 1, 1);
"""


def comment(id_: int, parent: int | None, status: str, replies: int = 0, *, deleted: bool = False) -> str:
    above, gone = ("NULL" if parent is None else str(parent)), (NOW if deleted else "NULL")
    return (
        "INSERT INTO comments (id, post_id, author_id, parent_id, depth, body, body_html, status, created_at,"
        f" deleted_at, reply_count) VALUES ({id_}, 1, 1, {above}, {0 if parent is None else 1}, 'b', 'b',"
        f" '{status}', '{rfc3339(moment())}', {gone}, {replies})"
    )


COMMENTS = (
    comment(1, None, "REJECTED", 1),
    comment(2, 1, "APPROVED", 1),
    comment(3, 2, "PENDING"),
    comment(4, None, "APPROVED", 1, deleted=True),
    comment(5, 4, "APPROVED"),
    comment(6, None, "APPROVED", deleted=True),
)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without a table."""
    if request.param == "sqlite":
        return f"sqlite://{tmp_path / 'old.db'}"
    server: Server = request.getfixturevalue("postgresql_server")
    return server.create_database()


@pytest.fixture
async def older(empty_url: str) -> AsyncIterator[Database]:
    """A database as it was before, with content."""
    async with opened(empty_url) as database:
        client: Any = Comment._meta.db  # noqa: SLF001 - Tortoise's way to its client
        await _executor(client).migrate([BEFORE])
        for statement in (*CONTENT.rstrip("; \n").split(";"), *COMMENTS):
            await client.execute_query(statement)
        yield database


async def test_an_older_database_is_settled(older: Database) -> None:
    assert "0005_settled_comments" in await older.migrate()
    rows = await Comment.all().order_by("id")
    assert [(row.id, row.decision.value, row.status.value, row.reply_count) for row in rows] == [
        (1, "REJECTED", "REJECTED", 0),
        (2, "APPROVED", "HIDDEN", 0),
        (3, "PENDING", "HIDDEN", 0),
        (4, "APPROVED", "APPROVED", 1),
        (5, "APPROVED", "APPROVED", 0),
        (6, "APPROVED", "HIDDEN", 0),
    ]
    post = await Post.get(id=1)
    assert (post.comment_count, post.last_commented_at) == (1, rows[4].created_at)
    assert (await CommentEvent.get(position=1)).parent_id == 1
