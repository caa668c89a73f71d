"""Posts in several categories and under tags: filed as told, counted, and the same in every list."""

import asyncio
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest

from auth.viewer import Viewer, anonymous, now
from models import Category, Comment, CommentDecision, Post, PostCategory, PostKind, PostStatus, PostTag, Tag
from models.errors import InvalidInput, NotFound
from resolvers import categories, comments, filing, posts
from resolvers.counters import NEVER, recount
from resolvers.due_posts import publish_due
from resolvers.reads.posts import PostOrder, listed, of_site
from schema.filters import PostFilter
from tests import factories
from tests.resolvers.authors import changed, written
from tests.resolvers.rows import POLICY, all_rows, viewing

pytestmark = pytest.mark.usefixtures("database")
ALL_RIGHT = dict.fromkeys(("comments", "posts", "linkbacks", "filings", "categories", "tags", "archive"), 0)


def ids(rows: Iterable[Any]) -> list[str]:
    return [f"category_{row.id}" for row in rows]


def narrowed(**given: Any) -> PostFilter:
    """A filter of which nothing is left open."""
    return PostFilter(**{**dict.fromkeys(PostFilter.__annotations__), **given})


async def places(post: Post) -> list[int]:
    """The categories by their places, after a look that the first is the main one."""
    found = await PostCategory.filter(post_id=post.id).order_by("position")
    assert [row.position for row in found] == [*range(len(found))]
    assert found[0].category_id == (await Post.get(id=post.id)).category_id
    return [row.category_id for row in found]


async def tags(post: Post) -> list[str]:
    found = await PostTag.filter(post_id=post.id).order_by("position").prefetch_related("tag")
    return [row.tag.name for row in found]


async def counts(rows: Iterable[Category]) -> list[int]:
    return [(await Category.get(id=row.id)).post_count for row in rows]


async def tag_counts() -> dict[str, int]:
    return {tag.name: tag.post_count for tag in await Tag.all()}


async def test_the_main_category_comes_first() -> None:
    a, b, c = [await factories.category() for _ in range(3)]
    post = await written(category=ids([b])[0], categories=ids([a, c, a, b]), published_at=now())
    assert await places(post) == [b.id, a.id, c.id]
    assert await places(await written(categories=ids([c, a, c]))) == [c.id, a.id]
    await changed(post, category=ids([c])[0])
    assert await places(post) == [c.id, a.id]
    await changed(post, category=ids([b])[0])
    assert await places(post) == [b.id, a.id]
    assert await counts([a, b, c]) == [1, 1, 0]
    await changed(post, categories=ids([a, b]))
    assert await places(post) == [a.id, b.id]
    await changed(post, categories=ids([c]))
    assert await places(post) == [c.id]
    assert await counts([a, b, c]) == [0, 0, 1]
    assert await recount() == ALL_RIGHT


async def test_filing_it_as_it_is_filed_changes_nothing() -> None:
    a, b = await factories.category(), await factories.category()
    post = await written(categories=ids([a, b]), tags=["C", "Été"], published_at=now())
    before = await all_rows()
    await changed(post, categories=ids([a, b, a]), tags=["c", "ÉTÉ", "C"])
    await changed(post, category=ids([a])[0])
    assert await all_rows() == before


async def test_null_is_no_place_where_there_is_another() -> None:
    """Clients that send every variable send null for the way they did not take."""
    a = await factories.category()
    for given in ({"category": None, "categories": ids([a])}, {"category": ids([a])[0], "categories": None}):
        assert await places(await written(**given)) == [a.id]
    with pytest.raises(InvalidInput) as refused:
        await written(category=None, categories=None)
    assert refused.value.fields == (("category", "A post is filed in a category."),)


async def test_a_name_of_a_tag_is_called_so() -> None:
    with pytest.raises(InvalidInput) as refused:
        await written(tags=[" "])
    assert refused.value.fields == (("tags", "The name of a tag is empty."),)


async def test_what_cannot_be_is_refused_and_changes_nothing() -> None:
    a, gone = await factories.category(), "category_999999"
    post = await written(category=ids([a])[0], tags=["C"], published_at=now())
    before = await all_rows()
    for given in ({"categories": [ids([a])[0], gone]}, {"category": gone}, {"categories": ["post_1"]}):
        with pytest.raises(NotFound, match="category"):
            await changed(post, title="Other", tags=["new"], **given)
        with pytest.raises(NotFound, match="category"):
            await posts.create_post(viewing(await post.author), POLICY, {"title": "t", "body": "b", **given})  # type: ignore[typeddict-item]
    refused: list[tuple[str, dict[str, Any]]] = [
        ("categories", {"categories": []}),
        ("categories", {"categories": None}),
        ("categories", {"categories": [f"category_{n}" for n in range(21)]}),
        ("category", {"category": None}),
        ("tags", {"tags": [f"{n}" for n in range(51)]}),
        ("tags", {"tags": ["x" * 101]}),
        ("tags", {"tags": ["fine", " "]}),
        ("kind", {"kind": PostKind.EXTERNAL}),
    ]
    for field, given in refused:
        with pytest.raises(InvalidInput) as error:
            await changed(post, **given)
        assert {name for name, _ in error.value.fields} == {field}, given
    assert await all_rows() == before


async def test_a_category_that_is_another_one_of_a_post_stays() -> None:
    a, b = await factories.category(), await factories.category()
    post, admin = await written(categories=ids([a, b])), viewing(await factories.admin())
    with pytest.raises(InvalidInput, match="not valid") as refused:
        await categories.delete_category(admin, ids([b])[0])
    assert "still has posts" in refused.value.fields[0][1]
    await changed(post, categories=ids([a]))
    await categories.delete_category(admin, ids([b])[0])


async def test_tags_are_made_on_the_fly_and_are_one_whatever_their_case() -> None:
    names = ["C", "C++", "C#", "Été", "日本語", "straße"]
    first = await written(tags=[*names, "c", "E\u0301TE\u0301"], published_at=now())
    assert await tags(first) == names
    assert len({tag.slug for tag in await Tag.all()}) == len(names)
    assert {tag.slug for tag in await Tag.filter(name__in=["C", "C++", "C#"])} == {"c", "c-2", "c-3"}
    second = await written(tags=["STRASSE", "été", "c++", "new"], published_at=now())
    assert await tags(second) == ["straße", "Été", "C++", "new"]
    assert await tag_counts() == {**dict.fromkeys(names, 1), "C++": 2, "Été": 2, "straße": 2, "new": 1}
    await changed(first, tags=[])
    await changed(second, tags=["new", "C"])
    assert await tags(second) == ["new", "C"]
    assert await tag_counts() == {**dict.fromkeys(names, 0), "C": 1, "new": 1}
    await posts.delete_post(viewing(await second.author), f"post_{second.id}")
    assert set((await tag_counts()).values()) == {0}
    many = await written(tags=[f"tag {n}" for n in range(50)])
    assert len(await tags(many)) == 50


async def test_posts_that_make_the_same_tags_at_once_share_them() -> None:
    author, place = viewing(await factories.author()), ids([await factories.category()])[0]
    names = ["One", "Two", "C", "C+", "C++"]
    await asyncio.gather(
        *(
            posts.create_post(
                author,
                POLICY,
                {
                    "title": "t",
                    "body": "b",
                    "category": place,
                    "tags": names[::step],
                    "published_at": author.now,
                },
            )
            for step in (1, -1, 1, -1)
        )
    )
    assert await tag_counts() == dict.fromkeys(names, 4)
    assert await recount() == ALL_RIGHT


async def test_pages_are_not_counted_and_stand_beside_the_lists() -> None:
    place = await factories.category()
    page = await written(category=ids([place])[0], tags=["C"], kind=PostKind.PAGE, published_at=now())
    assert (await counts([place]), await tag_counts()) == ([0], {"C": 0})
    assert (await page_and_article(place)) == ([page.id], [])
    await changed(page, kind=PostKind.ARTICLE)
    assert (await counts([place]), await tag_counts()) == ([1], {"C": 1})
    assert (await page_and_article(place)) == ([], [page.id])
    await changed(page, kind=PostKind.PAGE, tags=["C", "new"])
    assert (await counts([place]), await tag_counts()) == ([0], {"C": 0, "new": 0})
    await changed(page, published_at=None, kind=PostKind.ARTICLE)
    assert (await counts([place]), await tag_counts()) == ([0], {"C": 0, "new": 0})
    await posts.publish_post(viewing(await page.author), f"post_{page.id}")
    assert (await counts([place]), await tag_counts()) == ([1], {"C": 1, "new": 1})
    assert await recount() == ALL_RIGHT


async def page_and_article(place: Category) -> tuple[list[int], list[int]]:
    filters = [narrowed(category=ids([place])[0], kind=kind) for kind in (PostKind.PAGE, PostKind.ARTICLE)]
    pages, articles = [of_site(anonymous(), given, PostOrder.NEWEST) for given in filters]
    return [row.post_id for row in await pages], [row.post_id for row in await articles]


async def test_a_scheduled_post_comes_due_wherever_it_is_filed() -> None:
    a, b = await factories.category(), await factories.category()
    soon = now() + timedelta(hours=1)
    post = await written(categories=ids([a, b]), tags=["C", "Été"], published_at=soon)
    assert (await counts([a, b]), await tag_counts()) == ([0, 0], {"C": 0, "Été": 0})
    later = Viewer(None, None, soon)
    assert await everywhere(later, post) == 4
    assert await everywhere(anonymous(), post) == 0
    await publish_due(NEVER, soon)
    assert (await counts([a, b]), await tag_counts()) == ([1, 1], {"C": 1, "Été": 1})
    assert await everywhere(later, post) == 4
    assert [row.counted for row in await PostCategory.all()] == [True, True]
    assert [row.counted for row in await PostTag.all()] == [True, True]


async def everywhere(viewer: Viewer, post: Post) -> int:
    """In how many lists of categories and tags the post is."""
    given = [narrowed(category=f"category_{row.id}") for row in await Category.all()]
    given += [narrowed(tag=f"tag_{row.id}") for row in await Tag.all()]
    found = [await of_site(viewer, each, PostOrder.NEWEST) for each in given]
    return sum(row.post_id == post.id for rows in found for row in rows)


async def test_every_list_has_the_same_posts_in_the_same_order() -> None:
    """As posts are written, commented on, unpublished and filed elsewhere."""
    terms = [await factories.category() for _ in range(2)]
    made = [
        await written(
            title=f"{n}", categories=ids(terms[n % 2 :]), tags=["C", "Été"][n % 2 :], published_at=now()
        )
        for n in range(4)
    ]
    reader, moderator = viewing(await factories.user()), viewing(await factories.moderator())
    for post in (made[2], made[0], made[2], made[1]):
        await comments.add_comment(reader, POLICY, post=f"post_{post.id}", body="Said.")
        await agree()
    said = await Comment.filter(post_id=made[2].id).order_by("id")
    await comments.set_comment_status(moderator, f"comment_{said[0].id}", CommentDecision.SPAM)
    await agree()
    await changed(made[1], categories=ids(terms), published_at=None)
    await agree()
    await changed(made[0], pinned=True, language="fr", tags=["Été"])
    await agree()


ORDERED = {
    PostOrder.NEWEST: ("-published_at", "-id"),
    PostOrder.OLDEST: ("published_at", "id"),
    PostOrder.MOST_COMMENTED: ("-comment_count", "-id"),
    PostOrder.LAST_COMMENTED: ("-last_commented_at", "-id"),
}


async def agree() -> None:
    """Lists by what files the posts are lists of the posts that are filed there."""
    for over, term, rows in (
        (PostCategory, "category", await Category.all()),
        (PostTag, "tag", await Tag.all()),
    ):
        for row in rows:
            given, filed = narrowed(**{term: f"{term}_{row.id}"}), over.filter(**{f"{term}_id": row.id})
            there = [each.post_id for each in await filed]
            for order, columns in ORDERED.items():
                public = Post.filter(id__in=there, status=PostStatus.PUBLISHED).order_by(*columns)
                expected = [post.id for post in await public]
                own = listed(anonymous(), None, order, over).filter(**{f"{term}_id": row.id})
                assert [each.post_id for each in await own] == expected
                assert [each.post_id for each in await of_site(anonymous(), given, order)] == expected
    assert await filing.repair() == 0
