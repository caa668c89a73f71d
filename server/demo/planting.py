"""Writing the sample blog: ordinary rows, with the slugs, HTML and counters that the verbs would give them.

Nothing goes into the log of the feed: for its followers, this has always been there.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from models import (
    Category,
    Comment,
    CommentDecision,
    Linkback,
    LinkbackKind,
    LinkbackStatus,
    Post,
    PostStatus,
    User,
)
from resolvers import archive_months, counters, filing, search_index, slugs
from resolvers.markdown import render_comment
from resolvers.policy import Policy
from resolvers.post_fields import validated
from runtime.fair_queue import OPERATOR
from server.demo.content import Article, Mention, Person, Remark, Section, articles, people, sections
from storage import unit_of_work

POLICY = Policy()
WRITTEN_BEFORE = timedelta(hours=30)
REMOVED_AFTER = timedelta(minutes=70)
VERIFIED_AFTER = timedelta(seconds=20)


@dataclass(eq=False)
class Line:
    """A comment on its way into the table."""

    remark: Remark
    post: Post
    parent: "Line | None"
    at: datetime
    row: Comment | None = None


@unit_of_work
async def plant(now: datetime, password_hash: str) -> None:
    """Write everything, or nothing."""
    users = {person.username: await _user(person, now, password_hash) for person in people()}
    categories: dict[str, Category] = {}
    await _grow(sections(), None, categories)
    lines: list[Line] = []
    for article in articles():
        filed = [categories[name] for name in (article.category, *article.also_in)]
        post = await _post(article, users[article.author], filed, now)
        lines += _lines(article.remarks, post, None, post.published_at)
        await _linkbacks(article.mentions, post)
    for line in sorted(lines, key=lambda line: line.at):
        line.row = await _comment(line, users)
    await search_index.index_everything()


async def _user(person: Person, now: datetime, password_hash: str) -> User:
    return await User.create(
        username=person.username,
        email=person.email,
        name=person.name,
        bio=person.bio,
        website=person.website,
        role=person.role,
        password_hash=password_hash,
        created_at=now - person.age,
    )


async def _grow(branches: list[Section], parent: Category | None, grown: dict[str, Category]) -> None:
    for position, section in enumerate(branches):
        category = await Category.create(
            slug=await slugs.category_slug(section.name, None),
            name=section.name,
            description=section.description,
            parent=parent,
            position=position,
        )
        grown[section.name] = category
        await _grow(section.children, category, grown)


async def _post(article: Article, author: User, filed: list[Category], now: datetime) -> Post:
    published_at = now - article.age
    values = await validated(
        {"title": article.title, "body": article.body, "language": article.language}, POLICY, OPERATOR
    )
    post = await Post.create(
        **values,
        kind=article.kind,
        pinned=article.pinned,
        slug=await slugs.post_slug(article.title, None),
        status=PostStatus.DRAFT if article.draft else PostStatus.PUBLISHED,
        published_at=published_at,
        created_at=published_at if article.draft else min(published_at, now) - WRITTEN_BEFORE,
        updated_at=min(published_at, now),
        last_commented_at=counters.NEVER,
        author=author,
        category=filed[0],
    )
    await slugs.keep(post)
    await archive_months.opened([published_at])
    await filing.file(post, [category.id for category in filed])
    await filing.tag(post, await filing.tags_called(article.tags))
    if post.status is PostStatus.PUBLISHED and post.published_at <= now:
        await counters.count_post(post)
    return post


async def _linkbacks(mentions: list[Mention], post: Post) -> None:
    """Each page as it was verified, by somebody or something that has looked at it, and counted if it is public."""
    rows = [
        Linkback(
            post_id=post.id,
            kind=mention.kind,
            source_url=mention.source,
            source_digest=sha256(mention.source.encode()).hexdigest(),
            site_name=mention.site,
            title=mention.title,
            excerpt=mention.excerpt,
            author_name=mention.author,
            status=mention.status,
            received_at=post.published_at + mention.after,
            verified_at=post.published_at + mention.after + VERIFIED_AFTER,
        )
        for mention in mentions
    ]
    await Linkback.bulk_create(rows)
    public = [row for row in rows if row.status is LinkbackStatus.APPROVED]
    post.linkback_count = len(public)
    post.trackback_count = sum(row.kind is LinkbackKind.TRACKBACK for row in public)
    if public:
        await post.save(update_fields=["linkback_count", "trackback_count"])


def _lines(remarks: list[Remark], post: Post, parent: Line | None, since: datetime) -> Iterator[Line]:
    for remark in remarks:
        line = Line(remark, post, parent, since + remark.after)
        yield line
        yield from _lines(remark.replies, post, line, line.at)


async def _comment(line: Line, users: dict[str, User]) -> Comment:
    remark, parent = line.remark, line.parent.row if line.parent else None
    comment = await Comment.create(
        post_id=line.post.id,
        author=users[remark.by] if remark.by else None,
        parent_id=parent.id if parent else None,
        depth=parent.depth + 1 if parent else 0,
        body=remark.text,
        body_html=render_comment(remark.text, longest=POLICY.longest_comment).html,
        status=remark.status,
        decision=CommentDecision(remark.status),
        created_at=line.at,
        deleted_at=None if remark.by else line.at + REMOVED_AFTER,
    )
    if counters.is_counted(comment):
        await counters.count_comment(line.post, comment)
    return comment
