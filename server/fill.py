"""A large, seeded, reproducible set of sample data, for benchmarks and for trying things out at size."""

import asyncio
from collections import Counter
from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from random import Random
from typing import TYPE_CHECKING, TypeVar

from tortoise.models import Model

from models import Category, Comment, Post, PostSlug, PostStatus, Role, User
from resolvers.markdown import render_comment, render_post
from resolvers.policy import Policy
from resolvers.post_fields import MADE_EXCERPT_LENGTH
from resolvers.slugs import slug_of
from resolvers.text import shortened
from server import prose
from server.conversation import BEGIN, Conversation, converse
from storage import Database, unit_of_work

if TYPE_CHECKING:
    from tortoise.backends.base.client import BaseDBAsyncClient

Progress = Callable[[str, int, int], None]
Row = TypeVar("Row", bound=Model)

NAMES = """
ada alice amina bruno chloe david elena farid grace hugo ines jonas karim lea marta
Abadie Bauer Costa Dubois Ekberg Fontaine Garnier Haddad Ito Jansen Keita Lopez Moreau
"""
FIRST_NAMES, LAST_NAMES = (line.split() for line in NAMES.strip().splitlines())
TOPICS = """
Tools Wikis Meetings Starting Pricing Customers Hiring Careers Interviews Blogs Newsletters Comments
Talents Training Mentoring Agreements Councils Remote Python Databases Browsers Shops Parcels Taxes
"""
CATEGORY_NAMES = TOPICS.split()
POLICY = Policy()
CHUNK = 1_000
BODY_LENGTH = 900
DIFFERENT_COMMENTS = 2_000


class NotEmpty(Exception):  # noqa: N818 - an answer more than a failure
    """The database has categories, posts or comments already; the message says what to do."""


class GivenUp(Exception):  # noqa: N818 - likewise
    """Whoever asked for it has gone."""


@dataclass
class Filling:
    """How far it is, and whether anybody still wants it."""

    progress: Progress
    given_up: bool = False

    async def insert(self, model: type[Row], what: str, rows: Iterator[Row], total: int) -> None:
        """Write the rows, and say how far it is."""
        done = 0
        self.progress(what, done, total)
        while chunk := list(islice(rows, CHUNK)):
            await model.bulk_create(chunk)
            if self.given_up:
                raise GivenUp
            done += len(chunk)
            self.progress(what, done, total)


async def fill(
    database: Database,
    *,
    users: int = 1_000,
    categories: int = 24,
    posts: int = 5_000,
    comments: int = 100_000,
    seed: int = 1,
    progress: Progress = lambda _what, _done, _total: None,
) -> None:
    """Fill a migrated database in one transaction: all of it or, when it fails or is cancelled, nothing.

    The same numbers and seed make the same rows. Nobody can sign in to the accounts, and the live feed tells
    nothing of the comments. `progress` is called with "users", "categories", "posts" or "comments", how many
    are written, and of how many.

    Raises:
        NotEmpty: the database has categories, posts or comments; accounts may be there.
        ValueError: comments without posts, or posts without users or categories.
    """
    if (comments and not posts) or (posts and not (users and categories)):
        raise ValueError("Comments need posts, and posts need users and categories")
    if await Category.exists() or await Post.exists() or await Comment.exists():
        raise NotEmpty("The database has content already: fill wants one without categories and posts")
    random = Random(seed)  # noqa: S311 - reproducible on purpose
    plan = converse(random, users=users, categories=categories, posts=posts, comments=comments)
    filling = Filling(progress)
    try:
        await _write(database, random, plan, filling)
    except asyncio.CancelledError:
        filling.given_up = True
        raise


@unit_of_work
async def _write(database: Database, random: Random, plan: Conversation, filling: Filling) -> None:
    taken = {name: id_ for id_, name in await User.all().values_list("id", "username")}
    first_user = max(taken.values(), default=0) + 1
    await filling.insert(User, "users", _users(random, plan, first_user, taken), plan.users)
    await filling.insert(Category, "categories", _categories(plan), plan.categories)
    await filling.insert(Post, "posts", _posts(random, plan, first_user), len(plan.posts))
    slugs = await Post.all().values_list("id", "slug")
    await PostSlug.bulk_create([PostSlug(slug=slug, post_id=id_) for id_, slug in slugs])
    await filling.insert(Comment, "comments", _comments(random, plan, first_user), len(plan.comments))
    if database.dialect == "postgresql":
        for model in (User, Category, Post, Comment):
            await _go_on_counting(model)
    await _transaction().execute_query("ANALYZE")  # or the planner takes so many rows for a few


def _users(random: Random, plan: Conversation, first: int, taken: Container[str]) -> Iterator[User]:
    for place in range(plan.users):
        name = random.choice(FIRST_NAMES)
        username = f"{name}{first + place}"
        while username in taken:
            username += "x"
        yield User(
            id=first + place,
            username=username,
            email=f"{username}@example.org",
            name=f"{name.capitalize()} {random.choice(LAST_NAMES)}",
            bio=prose.sentence(random, "en"),
            role=Role.AUTHOR if place < plan.authors else Role.READER,
            password_hash="!",  # noqa: S106 - the hash of no password
            created_at=BEGIN - timedelta(hours=plan.users - place),
        )


def _categories(plan: Conversation) -> Iterator[Category]:
    """A third of them at the top, the others below these in turn."""
    top = -(-plan.categories // 3)
    post_counts = Counter(post.category for post in plan.posts)
    for place in range(plan.categories):
        name = CATEGORY_NAMES[place % len(CATEGORY_NAMES)]
        name = name if place < len(CATEGORY_NAMES) else f"{name} {place // len(CATEGORY_NAMES) + 1}"
        yield Category(
            id=place + 1,
            slug=slug_of(name, otherwise="category"),
            name=name,
            parent_id=None if place < top else place % top + 1,
            position=place,
            post_count=post_counts[place],
        )


def _posts(random: Random, plan: Conversation, first_user: int) -> Iterator[Post]:
    for id_, post in enumerate(plan.posts, 1):
        title = prose.title(random, post.language, id_)
        body = prose.body(random, post.language, BODY_LENGTH)
        rendered = render_post(body, longest=POLICY.longest_post)
        yield Post(
            id=id_,
            slug=slug_of(title, otherwise="post"),
            title=title,
            body=body,
            body_html=rendered.html,
            excerpt=shortened(rendered.text, longest=MADE_EXCERPT_LENGTH),
            language=post.language,
            status=PostStatus.PUBLISHED,
            published_at=post.at,
            created_at=post.at,
            updated_at=post.at,
            author_id=first_user + post.author,
            category_id=post.category + 1,
            comment_count=post.comment_count,
            last_commented_at=post.last_commented_at,
            counted=True,
        )


def _comments(random: Random, plan: Conversation, first_user: int) -> Iterator[Comment]:
    said = {language: _bodies(random, language, len(plan.comments)) for language in prose.LANGUAGES}
    for id_, comment in enumerate(plan.comments, 1):
        body, html = random.choice(said[plan.posts[comment.post].language])
        yield Comment(
            id=id_,
            post_id=comment.post + 1,
            author_id=first_user + comment.author,
            parent_id=None if comment.parent is None else comment.parent + 1,
            depth=comment.depth,
            body=body,
            body_html=html,
            status=comment.status,
            created_at=comment.at,
            reply_count=comment.reply_count,
        )


def _bodies(random: Random, language: str, needed: int) -> list[tuple[str, str]]:
    """Rendering is slow, so people repeat each other."""
    bodies = [prose.comment(random, language) for _ in range(min(needed, DIFFERENT_COMMENTS))]
    return [(body, render_comment(body, longest=POLICY.longest_comment).html) for body in bodies]


async def _go_on_counting(model: type[Model]) -> None:
    """PostgreSQL's own counter of ids does not see ids that were given."""
    table = model._meta.db_table  # noqa: SLF001 - Tortoise's way to the table
    await _transaction().execute_query(
        f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}"  # noqa: S608 - ours
    )


def _transaction() -> "BaseDBAsyncClient":
    connection: BaseDBAsyncClient = Post._meta.db  # noqa: SLF001 - Tortoise's way to the transaction at hand
    return connection
