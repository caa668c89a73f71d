"""The blog the way Strawberry's documentation shows it: types with resolvers, data loaders for relations."""

from datetime import datetime
from typing import Annotated, Any, Self

import strawberry
from strawberry.extensions import ParserCache, ValidationCache
from strawberry.schema.config import StrawberryConfig
from tortoise.expressions import Q

import models
from auth.viewer import now
from benchmarks.peers.plain_strawberry.loaders import Info, page_of_comments
from models import CommentStatus, PostStatus


@strawberry.type
class User:
    """An account."""

    id: strawberry.ID
    name: str
    username: str | None

    @classmethod
    def of(cls, row: models.User) -> Self:
        """The type of a row."""
        return cls(id=strawberry.ID(f"user_{row.id}"), name=row.name, username=row.username)


@strawberry.type
class Category:
    """A place in the menu."""

    id: strawberry.ID
    name: str
    slug: str

    @classmethod
    def of(cls, row: models.Category) -> Self:
        """The type of a row."""
        return cls(id=strawberry.ID(f"category_{row.id}"), name=row.name, slug=row.slug)


@strawberry.type
class Comment:
    """A comment."""

    id: strawberry.ID
    body: str
    created_at: datetime
    author_id: strawberry.Private[int | None]
    post_id: strawberry.Private[int]

    @classmethod
    def of(cls, row: models.Comment) -> Self:
        """The type of a row."""
        return cls(
            id=strawberry.ID(f"comment_{row.id}"),
            body=row.body,
            created_at=row.created_at,
            author_id=row.author_id,
            post_id=row.post_id,
        )

    @strawberry.field
    async def author(self, info: Info) -> User | None:
        """Who wrote it."""
        if self.author_id is None:
            return None
        return User.of(await info.context.users.load(self.author_id))

    @strawberry.field
    async def post(self, info: Info) -> Annotated["Post", strawberry.lazy(__name__)]:
        """Where it stands."""
        return Post.of(await info.context.posts.load(self.post_id))


@strawberry.type
class CommentConnection:
    """A page of comments."""

    nodes: list[Comment]


@strawberry.type
class Post:
    """An article."""

    id: strawberry.ID
    title: str
    slug: str
    excerpt: str
    body: str
    published_at: datetime
    comment_count: int
    key: strawberry.Private[int]
    author_id: strawberry.Private[int]
    category_id: strawberry.Private[int]

    @classmethod
    def of(cls, row: models.Post) -> Self:
        """The type of a row."""
        return cls(
            id=strawberry.ID(f"post_{row.id}"),
            title=row.title,
            slug=row.slug,
            excerpt=row.excerpt,
            body=row.body,
            published_at=row.published_at,
            comment_count=row.comment_count,
            key=row.id,
            author_id=row.author_id,
            category_id=row.category_id,
        )

    @strawberry.field
    async def author(self, info: Info) -> User:
        """Who wrote it."""
        return User.of(await info.context.users.load(self.author_id))

    @strawberry.field
    async def category(self, info: Info) -> Category:
        """Where it is filed."""
        return Category.of(await info.context.categories.load(self.category_id))

    @strawberry.field
    async def comments(self, info: Info, first: int, flat: bool = False) -> CommentConnection:
        """The newest comments."""
        del flat
        rows = await page_of_comments(info.context, first).load(self.key)
        return CommentConnection(nodes=[Comment.of(row) for row in rows])


@strawberry.type
class PostConnection:
    """A page of posts."""

    nodes: list[Post]


@strawberry.input(one_of=True)
class PostBy:
    """Which post."""

    id: strawberry.Maybe[strawberry.ID]
    slug: strawberry.Maybe[str]


def behind(after: str | None, column: str) -> Q:
    """The rows behind the cursor `moment,id`, newest first."""
    if after is None:
        return Q()
    text, _, id_ = after.partition(",")
    moment = datetime.fromisoformat(text)
    not_later: Any = {f"{column}__lte": moment}
    earlier: Any = {f"{column}__lt": moment}
    return Q(**not_later) & (Q(**earlier) | Q(id__lt=int(id_)))


@strawberry.type
class Query:
    """Where every question begins."""

    @strawberry.field
    async def post(self, by: PostBy) -> Post | None:
        """One post."""
        assert by.id is not None
        row = await models.Post.get_or_none(
            id=int(by.id.value[5:]), status=PostStatus.PUBLISHED, published_at__lte=now()
        )
        return None if row is None else Post.of(row)

    @strawberry.field
    async def posts(self, first: int, after: str | None = None) -> PostConnection:
        """The newest posts."""
        public = models.Post.filter(
            behind(after, "published_at"), status=PostStatus.PUBLISHED, published_at__lte=now()
        )
        rows = await public.order_by("-published_at", "-id").limit(first)
        return PostConnection(nodes=[Post.of(row) for row in rows])

    @strawberry.field
    async def comments(self, first: int, after: str | None = None) -> CommentConnection:
        """The newest comments."""
        approved = models.Comment.filter(behind(after, "created_at"), status=CommentStatus.APPROVED)
        rows = await approved.order_by("-created_at", "-id").limit(first)
        return CommentConnection(nodes=[Comment.of(row) for row in rows])


schema = strawberry.Schema(
    Query, extensions=[ParserCache, ValidationCache], config=StrawberryConfig(auto_camel_case=True)
)
