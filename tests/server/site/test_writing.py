"""Writing and editing posts without JavaScript: whole flows, and that nothing typed is lost."""

from typing import Any

from models import Category, Post, PostStatus, Role, User
from resolvers import filing
from tests import factories
from tests.server.site.visitor import Visitor, another

FORM = "form.write"


async def writer(visitor: Visitor, role: Role = Role.AUTHOR) -> tuple[User, Category]:
    user, category = await factories.user(role=role, name="Ada"), await factories.category(name="Cats")
    await visitor.sign_in(user)
    return user, category


async def fill(visitor: Visitor, button: str, **fields: Any) -> Any:
    category = await Category.first()
    assert category is not None
    given = {"title": "Hello", "body": "Some *words*.", "category": f"category_{category.id}", **fields}
    return await visitor.send(FORM, f"do={button}", **given)


async def test_a_draft_becomes_a_post(visitor: Visitor) -> None:
    user, category = await writer(visitor)
    other = await factories.category(name="Dogs")
    await visitor.get("/write")
    await fill(visitor, "save", tags="One, two ،  three", categories=[f"category_{other.id}"])
    post = await Post.get()
    assert (post.status, post.author_id, post.title) == (PostStatus.DRAFT, user.id, "Hello")
    assert str(visitor.response.url.path) == "/posts/hello/edit"
    assert visitor.texts("[role=status]") == [
        "Your draft is saved. Nobody else sees it before you publish it."
    ]
    assert visitor.one("#tags").attributes["value"] == "One, two, three"
    assert await filing.categories_of(post) == [category.id, other.id]
    assert (await another(visitor).get("/posts/hello")).status_code == 404
    await visitor.get("/drafts")
    assert visitor.texts("#drafts bdi") == ["Hello"]
    await visitor.get("/posts/hello/edit")
    await visitor.send(FORM, "do=publish", title="Hello again", comments=[])
    post = await Post.get()
    assert (post.status, post.title, post.comments_open) == (PostStatus.PUBLISHED, "Hello again", False)
    assert str(visitor.response.url.path) == "/posts/hello-again"
    assert "Some <em>words</em>." in (await another(visitor).get("/posts/hello-again")).text
