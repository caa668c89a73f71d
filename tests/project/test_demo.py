from collections import Counter
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from urllib.parse import urlsplit

import pytest

from auth.accounts import sign_in
from auth.policy import AuthPolicy, HashCost
from auth.viewer import now
from models import (
    Category,
    Comment,
    CommentStatus,
    Linkback,
    LinkbackKind,
    LinkbackStatus,
    Post,
    PostCategory,
    PostSlug,
    PostStatus,
    Role,
    User,
)
from resolvers.counters import recount
from server.demo import PASSWORD, install_demo
from storage import Database
from tests import factories

COST = HashCost()
INSTALLED = datetime(2026, 11, 23, 18, 30, tzinfo=UTC)


@pytest.fixture
async def demo(database: Database) -> Database:
    await install_demo(database, COST, now=INSTALLED)
    return database


async def test_the_blog_is_as_large_as_promised(demo: Database) -> None:
    assert await Category.filter(parent_id=None).count() == 8
    assert await Category.exclude(parent_id=None).count() == 5
    assert await User.exclude(role=Role.READER).count() == 5
    assert await Post.all().count() == 34
    assert await Comment.all().count() >= 150


async def test_every_author_writes_and_posts_are_filed_everywhere_and_in_every_way(demo: Database) -> None:
    assert await User.exclude(role=Role.READER).filter(posts__isnull=True).count() == 0
    for category in await Category.filter(parent_id=None):
        children = await Category.filter(parent_id=category.id)
        assert category.post_count + sum(child.post_count for child in children) > 1
    assert await Post.filter(kind="ARTICLE", tagged__isnull=True).count() == 0
    filed = Counter(row.post_id for row in await PostCategory.all())
    assert sum(number > 1 for number in filed.values()) >= 6
    assert [post.slug for post in await Post.filter(pinned=True)] == ["pourquoi-nous-ouvrons-ce-blog"]
    assert [post.slug for post in await Post.filter(kind="PAGE")] == ["about"]


async def test_both_languages_are_written_over_two_years(demo: Database) -> None:
    posts = await Post.filter(status=PostStatus.PUBLISHED, kind="ARTICLE", published_at__lte=INSTALLED)
    assert len(posts) == 31
    assert min(Counter(post.language for post in posts).values()) > 9
    months = {(post.published_at.year, post.published_at.month) for post in posts}
    assert len(months) >= 20
    assert len({year for year, _ in months}) >= 3


async def test_one_post_is_a_draft_and_one_will_appear_within_days(demo: Database) -> None:
    assert await Post.filter(status=PostStatus.DRAFT).count() == 1
    soon = await Post.get(published_at__gt=INSTALLED)
    assert soon.published_at < INSTALLED + timedelta(days=7)
    assert not soon.counted


async def test_threads_are_threads_and_no_comment_is_out_of_time(demo: Database) -> None:
    comments = await Comment.all().order_by("id").prefetch_related("author", "parent", "post")
    for comment in comments:
        assert comment.post.published_at < comment.created_at < INSTALLED
        assert comment.parent is None or comment.parent.created_at < comment.created_at
        assert comment.parent is None or comment.parent.post_id == comment.post_id
        assert comment.depth == (comment.parent.depth + 1 if comment.parent else 0)
        assert comment.author is None or comment.author.created_at < comment.created_at
    assert [comment.created_at for comment in comments] == sorted(it.created_at for it in comments)
    assert max(comment.depth for comment in comments) > 2


async def test_pages_elsewhere_link_here_by_every_protocol(demo: Database) -> None:
    linkbacks = await Linkback.all().prefetch_related("post")
    public = [row for row in linkbacks if row.status is LinkbackStatus.APPROVED]
    assert {row.kind for row in public} == {*LinkbackKind}
    assert {row.status for row in linkbacks} >= {LinkbackStatus.PENDING, LinkbackStatus.SPAM}
    for row in linkbacks:
        host = str(urlsplit(row.source_url).hostname)
        assert host.endswith((".example.org", ".example.net", ".example.com"))
        assert row.source_digest == sha256(row.source_url.encode()).hexdigest()
        assert row.post.published_at < row.received_at < INSTALLED
    keyset = await Post.get(id=18)
    assert (keyset.linkback_count, keyset.trackback_count) == (2, 1)


async def test_moderators_find_work_to_do(demo: Database) -> None:
    assert await Comment.filter(status=CommentStatus.PENDING).count() > 3
    assert await Comment.filter(status=CommentStatus.SPAM).exists()
    assert await Comment.filter(status=CommentStatus.REJECTED).exists()
    removed = await Comment.get(deleted_at__isnull=False)
    assert (removed.body, removed.author_id, removed.reply_count) == ("", None, 1)


async def test_ids_are_the_numbers_of_the_files(demo: Database) -> None:
    live = await Post.get(id=22)
    assert live.slug == "a-live-comment-thread-with-no-framework"
    assert await PostSlug.filter(slug=live.slug, post_id=live.id).exists()


async def test_markdown_is_rendered(demo: Database) -> None:
    post = await Post.get(slug="keyset-paging-or-why-page-500-is-slow")
    assert '<pre><code class="language-sql">' in post.body_html
    assert post.excerpt.startswith("Here is the query that everybody writes")


async def test_the_counters_are_right(database: Database) -> None:
    await install_demo(database, COST, now=now())  # recount asks the clock whether the scheduled post is due
    assert set((await recount()).values()) == {0}


async def test_the_same_moment_makes_the_same_blog(demo: Database) -> None:
    first = await Post.all().order_by("id").values_list("slug", "published_at", "comment_count")
    await Post.all().delete()
    await Category.exclude(parent_id=None).delete()
    await Category.all().delete()
    await User.all().delete()
    await install_demo(demo, COST, now=INSTALLED)
    assert await Post.all().order_by("id").values_list("slug", "published_at", "comment_count") == first


async def test_the_sign_ins_work(database: Database) -> None:
    sign_ins = await install_demo(database, COST)
    assert [it.role for it in sign_ins] == [Role.ADMIN, Role.MODERATOR, Role.AUTHOR, Role.READER]
    for it in sign_ins:
        signed_in = await sign_in(AuthPolicy(), email=it.email, password=PASSWORD, address=None, now=now())
        assert (await User.get(id=signed_in.user_id)).role is it.role


async def test_it_is_installed_once(demo: Database) -> None:
    again = await install_demo(demo, COST)
    assert [it.username for it in again] == ["nadia", "thomas", "claire", "julien"]
    assert await Post.all().count() == 34


async def test_a_database_with_other_people_is_left_alone(database: Database) -> None:
    await factories.user()
    assert await install_demo(database, COST) == []
    assert await Post.all().count() == 0
