"""A database with one post and its comments."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from models import Category, Comment, CommentDecision, CommentStatus, Post, PostSlug, PostStatus, Role, User
from resolvers import filing
from resolvers.markdown import render_comment, render_post
from storage import open_database, unit_of_work

LONGEST = 100_000
NONE = "-"


async def plant(path: Path, article: str, bodies: Sequence[str]) -> None:
    """Make it, at /posts/the-post."""
    database = await open_database(str(path))
    await database.migrate()
    await _write(article, bodies)
    await database.close()


@unit_of_work
async def _write(article: str, bodies: Sequence[str]) -> None:
    now = datetime.now(UTC)
    ada = await User.create(
        username="ada",
        email="ada@blog.example",
        name="Ada",
        role=Role.ADMIN,
        password_hash=NONE,
        created_at=now,
    )
    post = await Post.create(
        slug="the-post",
        title="The post",
        body=article,
        body_html=render_post(article, longest=LONGEST).html,
        excerpt="",
        language="en",
        status=PostStatus.PUBLISHED,
        published_at=now,
        created_at=now,
        updated_at=now,
        author=ada,
        category=await Category.create(slug="all", name="All"),
        comment_count=len(bodies),
        last_commented_at=now,
        counted=True,
    )
    await PostSlug.create(slug=post.slug, post=post)
    await filing.file(post, [post.category_id])
    for body in bodies:
        await Comment.create(
            post=post,
            author=ada,
            body=body,
            body_html=render_comment(body, longest=LONGEST).html,
            created_at=now,
            status=CommentStatus.APPROVED,
            decision=CommentDecision.APPROVED,
        )
