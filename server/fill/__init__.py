"""A large, seeded, reproducible set of sample data, for benchmarks and for trying things out at size."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from random import Random
from typing import TypeVar

from tortoise.models import Model

from models import Category, Comment, Post, PostCategory, PostSlug, PostTag, Tag, User
from resolvers import archive_months, counters, filing, search_index
from server.fill import rows
from server.fill.conversation import Conversation, converse
from storage import Database, execute, unit_of_work

Progress = Callable[[str, int, int], None]
Row = TypeVar("Row", bound=Model)

ROWS_PER_CHUNK = 1_000


class NotEmpty(Exception):
    """The database has content already; the message says what to do."""


class GivenUp(Exception):
    """The caller has gone."""


@dataclass
class Filling:
    """How far it is, and whether anybody still wants it."""

    progress: Progress
    given_up: bool = False

    async def insert(self, model: type[Row], what: str, made: Iterator[Row], total: int) -> None:
        """Write the rows, and say how far it is."""
        done = 0
        self.progress(what, done, total)
        while chunk := list(islice(made, ROWS_PER_CHUNK)):
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
        NotEmpty: the database has categories, tags, posts or comments; accounts may be there.
        ValueError: comments without posts, or posts without users or categories.
    """
    if (comments and not posts) or (posts and not (users and categories)):
        raise ValueError("Comments need posts, and posts need users and categories")
    if any([await model.exists() for model in (Category, Tag, Post, Comment)]):
        raise NotEmpty("The database has content already: name an empty one with --database")
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
    await filling.insert(User, "users", rows.users(random, plan, first_user, taken), plan.users)
    await filling.insert(Category, "categories", rows.categories(plan), plan.categories)
    await filling.insert(Post, "posts", rows.posts(random, plan, first_user), len(plan.posts))
    slugs = await Post.all().values_list("id", "slug")
    await PostSlug.bulk_create([PostSlug(slug=slug, post_id=id_) for id_, slug in slugs])
    await _file(plan)
    await filling.insert(Comment, "comments", rows.comments(random, plan, first_user), len(plan.comments))
    if database.dialect == "postgresql":
        for model in (User, Category, Tag, Post, Comment):
            await _go_on_counting(model)
    await search_index.index_everything()
    await execute("ANALYZE")  # or the planner takes so many rows for a few


async def _file(plan: Conversation) -> None:
    """File the posts, a chunk at a time, and count them where they are filed."""
    await Tag.bulk_create(rows.tags())
    posts = Post.all().order_by("id").only("id", "category_id", *filing.COPIED)
    filings = rows.filings(await posts, plan.categories)
    while chunk := list(islice(filings, ROWS_PER_CHUNK)):
        await PostCategory.bulk_create(row for row in chunk if isinstance(row, PostCategory))
        await PostTag.bulk_create(row for row in chunk if isinstance(row, PostTag))
    await counters.count_filed()
    await archive_months.recount_archive()


async def _go_on_counting(model: type[Model]) -> None:
    """PostgreSQL's own counter of ids does not see ids that were given."""
    table = model._meta.db_table  # noqa: SLF001 - Tortoise's way to the table
    await execute(
        f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}"  # noqa: S608 - ours
    )
