"""Who writes what, when, and who answers: a community's history, planned from a seed before a row is written.

It knows numbers only: users, categories, posts and comments are places in lists, and the last comment is
known before the first one is stored. So every row can be written once, with its counters as they will be.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

from models import CommentStatus
from resolvers.counters import NEVER

BEGIN = datetime(2023, 1, 1, tzinfo=UTC)
END = datetime(2026, 1, 1, tzinfo=UTC)
AUTHORS_IN_A_HUNDRED = 4
REPLY_PART = 0.45
DEEPEST_REPLY = 5
PATIENCE = timedelta(days=9)
STATUSES = {"APPROVED": 96, "PENDING": 2, "REJECTED": 1, "SPAM": 1}


@dataclass(slots=True)
class Written:
    """A post; `category`, `author` and the like are places in the lists of all."""

    at: datetime
    author: int
    category: int
    language: str
    comment_count: int = 0
    last_commented_at: datetime = NEVER
    answerable: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Said:
    """A comment."""

    at: datetime
    post: int
    author: int
    status: CommentStatus
    parent: int | None
    depth: int
    reply_count: int = 0


@dataclass(slots=True)
class Conversation:
    """All posts and all comments, oldest first; `users` and `categories` are numbers."""

    users: int
    categories: int
    posts: list[Written]
    comments: list[Said] = field(default_factory=list)

    @property
    def authors(self) -> int:
        """How many of the users, from the first on, write posts."""
        return max(1, self.users * AUTHORS_IN_A_HUNDRED // 100)


def converse(random: Random, *, users: int, categories: int, posts: int, comments: int) -> Conversation:
    """Plan it all.

    Some categories are livelier than others, few posts get most of the comments, and nearly half are replies.
    """
    plan = Conversation(users, categories, posts=[])
    favour = [random.uniform(0.3, 1) for _ in range(categories)]
    for at in sorted(BEGIN + (END - BEGIN) * random.random() for _ in range(posts)):
        category = random.choices(range(categories), favour)[0]
        plan.posts.append(Written(at, random.randrange(plan.authors), category, random.choice(("en", "fr"))))
    interest = [random.paretovariate(1.3) for _ in plan.posts]
    about = random.choices(range(posts), interest, k=comments) if comments else []
    for at, post in sorted((_answered(random, plan.posts[post].at), post) for post in about):
        _say(random, plan, at, post)
    return plan


def _answered(random: Random, since: datetime) -> datetime:
    """Most answer soon; nobody answers from the future."""
    at = since + PATIENCE * random.expovariate(1)
    return at if at < END else since + (END - since) * random.random()


def _say(random: Random, plan: Conversation, at: datetime, place: int) -> None:
    post, said = plan.posts[place], plan.comments
    parent = random.choice(post.answerable) if post.answerable and random.random() < REPLY_PART else None
    depth = 0 if parent is None else said[parent].depth + 1
    status = CommentStatus(random.choices(list(STATUSES), list(STATUSES.values()))[0])
    if status is CommentStatus.APPROVED:
        post.comment_count += 1
        post.last_commented_at = at
        if parent is not None:
            said[parent].reply_count += 1
        if depth < DEEPEST_REPLY:
            post.answerable.append(len(said))
    said.append(Said(at, place, random.randrange(plan.users), status, parent, depth))
