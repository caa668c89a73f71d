"""One statement for all rows of a kind that a level of the answer needs."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import strawberry
from strawberry.dataloader import DataLoader
from tortoise.models import Model

from models import Category, Comment, Post, User

Row = TypeVar("Row", bound=Model)
PAGES = """
SELECT * FROM (
    SELECT id, post_id, author_id, body, created_at,
        row_number() OVER (PARTITION BY post_id ORDER BY created_at DESC, id DESC) AS place
    FROM comments WHERE post_id IN ({}) AND +status = 'APPROVED'
) WHERE place <= {} ORDER BY post_id, place
"""


def by_id(model: type[Row]) -> Callable[[], DataLoader[int, Row]]:
    """A new loader of this model's rows."""

    async def load(keys: list[int]) -> list[Row]:
        rows: dict[Any, Row] = await model.in_bulk(keys, "id")
        return [rows[key] for key in keys]

    return lambda: DataLoader(load)


@dataclass
class Context:
    """A request's loaders."""

    users: DataLoader[int, User] = field(default_factory=by_id(User))
    categories: DataLoader[int, Category] = field(default_factory=by_id(Category))
    posts: DataLoader[int, Post] = field(default_factory=by_id(Post))
    comments: dict[int, DataLoader[int, list[Comment]]] = field(default_factory=dict)


Info = strawberry.Info[Context, None]


def page_of_comments(context: Context, first: int) -> DataLoader[int, list[Comment]]:
    """The newest comments of each post."""
    if first not in context.comments:

        async def load(keys: list[int]) -> list[list[Comment]]:
            found: dict[int, list[Comment]] = defaultdict(list)
            rows: Any = await Comment.raw(PAGES.format(",".join(map(str, keys)), first))
            for row in rows:
                found[row.post_id].append(row)
            return [found[key] for key in keys]

        context.comments[first] = DataLoader(load)
    return context.comments[first]
