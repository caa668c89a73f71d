import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from models import Category, Comment, Post, PostSlug, PostStatus
from models.errors import InvalidInput, NotFound
from resolvers import posts
from resolvers.due_posts import publish_due
from resolvers.policy import Policy, Site
from resolvers.post_fields import PostFields
from tests import factories
from tests.resolvers.authors import changed, written
from tests.resolvers.rows import POLICY, all_rows, happened, viewing

SECOND = timedelta(seconds=1)

pytestmark = pytest.mark.usefixtures("database")


async def count(category_id: int) -> int:
    return (await Category.get(id=category_id)).post_count


async def test_a_post_is_a_draft_with_everything_made() -> None:
    post = await written()
    assert (post.title, post.slug, post.language) == ("Ça va ?", "ca-va", "en")
    assert (post.body, post.body_html) == ("Très *bien*.", "<p>Très <em>bien</em>.</p>\n")
    assert (post.excerpt, post.status, post.comments_open) == ("Très bien.", PostStatus.DRAFT, True)
    assert post.published_at == post.created_at == post.updated_at
    assert (post.counted, await count(post.category_id)) == (False, 0)
    assert await PostSlug.filter(post_id=post.id).values("slug") == [{"slug": "ca-va"}]


async def test_a_post_has_what_its_author_says() -> None:
    given = {"excerpt": " Bien. ", "language": "FR-ca", "comments_open": False, "slug": "va"}
    post = await written(**given)
    assert (post.excerpt, post.language, post.comments_open, post.slug) == ("Bien.", "fr-CA", False, "va")


async def test_all_that_is_wrong_with_a_post_is_told() -> None:
    author = viewing(await factories.author())
    before = await all_rows()
    with pytest.raises(InvalidInput) as refused:
        await posts.create_post(
            author,
            Policy(longest_post=10),
            {
                "title": " ",
                "body": "x" * 11,
                "category": "category_1",
                "slug": "A",
                "excerpt": "\0",
                "language": "x",
                "published_at": datetime(1969, 1, 1, tzinfo=UTC),
                "comments_open": None,
            },
        )
    assert [field for field, _ in refused.value.fields] == [
        *("title", "body", "slug", "excerpt", "language", "publishedAt", "commentsOpen")
    ]
    assert await all_rows() == before


async def test_a_title_a_body_and_a_category_are_needed() -> None:
    author = viewing(await factories.author())
    with pytest.raises(InvalidInput) as refused:
        await posts.create_post(author, POLICY, {})
    assert [field for field, _ in refused.value.fields] == ["title", "body", "category"]
    with pytest.raises(InvalidInput, match="not valid"):
        await posts.create_post(author, POLICY, {"title": "a", "body": "b"})


async def test_a_category_that_is_not_there_is_not_found() -> None:
    post = await factories.post()
    before = (await all_rows())["Post"]
    for id_ in ("category_999", "post_1", "x", "", "category_-1", f"category_{10**19}", "\ud800"):
        with pytest.raises(NotFound, match="no such category"):
            await written(category=id_)
        with pytest.raises(NotFound, match="no such category"):
            await changed(post, category=id_)
    assert (await all_rows())["Post"] == before


@pytest.mark.parametrize("hours", [-48, 0])
async def test_a_post_dated_now_or_earlier_is_published(hours: int) -> None:
    category = await factories.category()
    author = viewing(await factories.author())
    moment = author.now + timedelta(hours=hours)
    id_ = await posts.create_post(
        author,
        POLICY,
        {"title": "a", "body": "b", "category": f"category_{category.id}", "published_at": moment},
    )
    post = await Post.get(id=id_)
    assert (post.status, post.published_at, post.counted) == (PostStatus.PUBLISHED, moment, True)
    assert await count(category.id) == 1


async def test_a_post_dated_later_is_counted_once_its_time_has_come() -> None:
    moment = datetime.now(UTC) + timedelta(hours=1)
    post = await written(published_at=moment)
    assert (post.status, post.counted, await count(post.category_id)) == (PostStatus.PUBLISHED, False, 0)
    assert await publish_due(moment, moment - SECOND) == moment
    assert await count(post.category_id) == 0
    for _ in range(2):
        assert await publish_due(moment, moment) is None
        assert await count(post.category_id) == 1


async def test_a_post_without_a_language_is_in_the_sites() -> None:
    category = await factories.category()
    author, french = viewing(await factories.author()), Policy(site=Site(language="FR-ca"))
    fields: PostFields = {"title": "a", "body": "b", "category": f"category_{category.id}"}
    null: PostFields = {**fields, "language": None}
    for given in (fields, null):
        id_ = await posts.create_post(author, french, given)
        assert (await Post.get(id=id_)).language == "fr-CA"


async def test_a_long_body_has_a_short_excerpt() -> None:
    post = await written(body="# Title\n\n" + "Many words here. " * 100)
    assert len(post.excerpt) <= 200
    assert post.excerpt.startswith("Many words here. Many")
    assert post.excerpt.endswith("…")


async def test_publishing_makes_a_draft_public_now() -> None:
    post = await written()
    author = viewing(await post.author)
    assert await posts.publish_post(author, f"post_{post.id}") == post.id
    after = await Post.get(id=post.id)
    assert (after.status, after.published_at, after.counted) == (PostStatus.PUBLISHED, author.now, True)
    assert await count(post.category_id) == 1


async def test_publishing_a_scheduled_post_does_not_wait() -> None:
    post = await factories.scheduled()
    author = viewing(await post.author)
    await posts.publish_post(author, f"post_{post.id}")
    assert (await Post.get(id=post.id)).published_at == author.now
    assert await count(post.category_id) == 1


async def test_publishing_what_is_public_changes_nothing() -> None:
    post = await factories.post()
    before = await all_rows()
    await posts.publish_post(viewing(await post.author), f"post_{post.id}")
    assert await all_rows() == before


async def test_a_published_post_can_become_a_draft_again() -> None:
    post = await factories.post(published_at=datetime(2024, 5, 5, tzinfo=UTC))
    after = await changed(post, published_at=None)
    assert (after.status, after.published_at, after.counted) == (PostStatus.DRAFT, post.created_at, False)
    assert await count(post.category_id) == 0


async def test_a_post_that_moves_is_counted_where_it_goes() -> None:
    post, other = await factories.post(), await factories.category()
    await changed(post, category=f"category_{other.id}")
    assert (await count(post.category_id), await count(other.id)) == (0, 1)
    draft = await factories.draft(category_id=post.category_id)
    await changed(draft, category=f"category_{other.id}")
    assert (await count(post.category_id), await count(other.id)) == (0, 1)


async def test_deleting_a_post_takes_its_comments_and_addresses() -> None:
    comment = await factories.comment()
    await factories.comment(parent=comment)
    post = await comment.post
    await posts.delete_post(viewing(await post.author), f"post_{post.id}")
    rows = await all_rows()
    assert (rows["Post"], rows["PostSlug"], rows["Comment"]) == ([], [], [])
    assert await count(post.category_id) == 0


async def test_a_scheduled_post_that_was_due_is_not_counted_after_its_deletion() -> None:
    post = await factories.scheduled()
    await posts.delete_post(viewing(await post.author, at=post.published_at), f"post_{post.id}")
    assert await count(post.category_id) == 0


async def test_comments_vanish_and_appear_with_their_post() -> None:
    post = await factories.post()
    approved = await factories.comment(post=post)
    pending = await factories.comment(post=post, status="PENDING")
    await factories.comment(post=post, status="SPAM")
    await changed(post, title="Still public")
    assert await happened() == []
    gone = [(approved.id, "APPROVED", None), (pending.id, "PENDING", None)]
    back = [(approved.id, None, "APPROVED"), (pending.id, None, "PENDING")]
    await changed(post, published_at=None)
    assert await happened() == gone
    await posts.publish_post(viewing(await post.author), f"post_{post.id}")
    assert await happened() == gone + back
    await posts.delete_post(viewing(await post.author), f"post_{post.id}")
    assert await happened() == gone + back + gone


async def test_followers_of_categories_hear_of_a_post_that_moves() -> None:
    comment = await factories.comment()
    await factories.comment(post_id=comment.post_id, status="REJECTED")
    post, other = await comment.post, await factories.category()
    await changed(post, category=f"category_{other.id}")
    assert await happened() == [(comment.id, "APPROVED", None), (comment.id, None, "APPROVED")]
    events = (await all_rows())["CommentEvent"][1:]
    assert [(event["category_id"], event["moved"]) for event in events] == [
        (post.category_id, True),
        (other.id, True),
    ]


async def test_nobody_hears_of_a_draft_that_moves() -> None:
    comment = await factories.comment(post=await factories.draft())
    await changed(await comment.post, category=f"category_{(await factories.category()).id}")
    assert await happened() == []


async def test_comments_of_a_post_that_is_put_off_appear_when_its_time_comes() -> None:
    comment = await factories.comment()
    moment = datetime.now(UTC) + timedelta(hours=1)
    post = await changed(await comment.post, published_at=moment)
    gone, back = (comment.id, "APPROVED", None), (comment.id, None, "APPROVED")
    assert await happened() == [gone]
    await asyncio.gather(*(publish_due(moment, moment) for _ in range(5)))
    assert await happened() == [gone, back]
    await changed(post, at=moment + SECOND, title="Still public")
    assert await happened() == [gone, back]


@pytest.mark.parametrize("hidden", [True, False])
async def test_a_change_of_a_post_that_is_due_and_unnoticed_tells_what_it_comes_to(*, hidden: bool) -> None:
    comment = await factories.comment()
    moment = datetime.now(UTC) + timedelta(hours=1)
    post = await changed(await comment.post, published_at=moment)
    late = moment + SECOND
    await (changed(post, at=late, published_at=None) if hidden else changed(post, at=late, title="Public"))
    await publish_due(moment, late)
    back = [] if hidden else [(comment.id, None, "APPROVED")]
    assert await happened() == [(comment.id, "APPROVED", None), *back]


async def test_what_was_scheduled_late_is_noticed_all_the_same() -> None:
    post = await factories.scheduled()
    late = post.published_at + SECOND
    assert await publish_due(late, late) is None
    assert await count(post.category_id) == 1


async def test_comments_of_a_post_that_moves_and_hides_vanish_where_it_was() -> None:
    comment = await factories.comment()
    post, other = await comment.post, await factories.category()
    await changed(post, category=f"category_{other.id}", published_at=None)
    (event,) = (await all_rows())["CommentEvent"][1:]
    assert event["category_id"] == post.category_id


async def test_deleting_a_draft_announces_nothing() -> None:
    post = await factories.draft()
    await Comment.create(
        post=post, body="a", body_html="a", status="APPROVED", created_at=post.created_at, author=None
    )
    await posts.delete_post(viewing(await post.author), f"post_{post.id}")
    assert await happened() == []


async def test_a_body_that_explodes_is_an_input_error() -> None:
    repeated = "[a]: https://example.org/" + "x" * 50_000 + "\n\n" + "[a] " * 5000
    with pytest.raises(InvalidInput) as refused:
        await written(body=repeated)
    assert refused.value.fields == (("body", "The body becomes too large as HTML."),)
