"""The rows of a planned conversation: names, texts, addresses, and the counters that the plan knows already."""

from collections import Counter
from collections.abc import Container, Iterable, Iterator
from datetime import timedelta
from random import Random

from models import (
    Category,
    Comment,
    CommentDecision,
    Post,
    PostCategory,
    PostStatus,
    PostTag,
    Role,
    Tag,
    User,
)
from models.text import shortened
from resolvers import filing
from resolvers.markdown import render_comment, render_post
from resolvers.policy import Policy
from resolvers.slugs import slug_of
from resolvers.validation import MADE_EXCERPT_LENGTH
from server.fill import prose
from server.fill.conversation import BEGIN, Conversation

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
TAG_NAMES = [name.lower() for name in CATEGORY_NAMES] + [f"more {name.lower()}" for name in CATEGORY_NAMES]
POLICY = Policy()
BODY_LENGTH = 900
DIFFERENT_COMMENTS = 2_000


def users(random: Random, plan: Conversation, first: int, taken: Container[str]) -> Iterator[User]:
    """People, the authors first, from the id `first` on; nobody's username is among those taken."""
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


def categories(plan: Conversation) -> Iterator[Category]:
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


def tags() -> Iterator[Tag]:
    """A few dozen of them, which are counted later."""
    for place, name in enumerate(TAG_NAMES):
        yield Tag(id=place + 1, slug=slug_of(name, otherwise="tag"), name=name, key=name.casefold())


def filings(made: Iterable[Post], categories: int) -> Iterator[PostCategory | PostTag]:
    """Each post in its category, every fourth one in another one, too, and under three tags."""
    for post in made:
        copied = filing.copied(post)
        others = [post.category_id % categories + 1] if post.id % 4 == 0 and categories > 1 else []
        for position, category_id in enumerate([post.category_id, *others]):
            yield PostCategory(post_id=post.id, category_id=category_id, position=position, **copied)
        for position, step in enumerate((0, 1 + post.id % 10, 12 + post.id % 20)):
            tag_id = (post.id + post.category_id + step) % len(TAG_NAMES) + 1
            yield PostTag(post_id=post.id, tag_id=tag_id, position=position, **copied)


def posts(random: Random, plan: Conversation, first_user: int) -> Iterator[Post]:
    """Posts of about a kilobyte, published when they were planned."""
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


def comments(random: Random, plan: Conversation, first_user: int) -> Iterator[Comment]:
    """Comments, in the language of their posts."""
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
            decision=CommentDecision(comment.status),
            created_at=comment.at,
            reply_count=comment.reply_count,
        )


def _bodies(random: Random, language: str, needed: int) -> list[tuple[str, str]]:
    """Rendering is slow, so people repeat each other."""
    bodies = [prose.comment(random, language) for _ in range(min(needed, DIFFERENT_COMMENTS))]
    return [(body, render_comment(body, longest=POLICY.longest_comment).html) for body in bodies]
