"""Posts as their authors write and change them."""

from datetime import datetime
from typing import Any

from models import Post
from resolvers import posts
from resolvers.post_fields import PostFields
from tests import factories
from tests.resolvers.rows import POLICY, viewing


async def written(**fields: Any) -> Post:
    """A post as its author writes it."""
    if not fields.keys() & {"category", "categories"}:
        fields["category"] = f"category_{(await factories.category()).id}"
    author = viewing(await factories.author())
    fields = {"title": "Ça va ?", "body": "Très *bien*.", **fields}
    return await Post.get(id=await posts.create_post(author, POLICY, PostFields(**fields)))  # type: ignore[typeddict-item]


async def changed(post: Post, at: datetime | None = None, **fields: Any) -> Post:
    """The post as its author changes it."""
    author = viewing(await post.author, at)
    await posts.update_post(author, POLICY, f"post_{post.id}", PostFields(**fields))  # type: ignore[typeddict-item]
    return await Post.get(id=post.id)
