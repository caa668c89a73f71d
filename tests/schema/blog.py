"""A small blog in which everything happens that a read has to get right."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from auth.viewer import Viewer
from models import Category, Comment, CommentStatus, Feed, Post, PostSlug, PostStatus, Role, User
from tests import factories

NOW = datetime(2024, 6, 1, 12, 0, 0, 123456, tzinfo=UTC)
TEXTS = [
    "",
    "plain",
    "Élan, 日本語, ß",
    "\"double\" and 'single' quotes",
    "back\\slash \\n \\u0041",
    "</script><!-- & &amp; -->",
    "tab\tnew\nline\rbell\x07 del\x7f",
    "👩‍👩‍👧 \u202e\u2028\ufeff\U0001f600",
    "%s {} ?1 $1 :x",
]


@dataclass(frozen=True)
class Blog:
    """What queries can ask for by name."""

    users: list[User]
    categories: list[Category]
    posts: list[Post]
    comments: list[Comment]
    slugs: list[str]

    def viewer(self, name: str) -> Viewer:
        """Somebody who looks: by user name, or nobody."""
        for user in self.users:
            if user.username == name:
                return Viewer(user.id, user.role, NOW)
        return Viewer(None, None, NOW)


def before(**span: int) -> datetime:
    return NOW - timedelta(**span)


async def fill() -> Blog:
    """Make the rows; the same ones every time."""
    users = [
        await factories.user(
            username=name,
            email=f"{name}@example.org",
            name=TEXTS[number % len(TEXTS)],
            bio=TEXTS[-number % len(TEXTS)],
            website=None if number % 2 else f"https://example.org/{name}",
            role=role,
            created_at=before(days=number),
        )
        for number, (name, role) in enumerate(
            [
                ("reader", Role.READER),
                ("pending", Role.READER),
                ("author", Role.AUTHOR),
                ("other", Role.AUTHOR),
                ("moderator", Role.MODERATOR),
                ("admin", Role.ADMIN),
            ],
            start=1,
        )
    ]
    categories = await _categories()
    posts = await _posts(users, categories)
    await _comments(users, posts)
    await _images(users, posts)
    await Feed.all().update(cursor="7-mark")
    slugs = await PostSlug.all().values_list("slug", flat=True)
    return Blog(users, await Category.all(), await Post.all(), await Comment.all(), list(map(str, slugs)))


async def _categories() -> list[Category]:
    tops = [
        await factories.category(slug=f"top-{n}", name=TEXTS[n], position=position, description=TEXTS[-n])
        for n, position in enumerate((2, 1, 1))
    ]
    return [
        *tops,
        await factories.category(slug="below", parent=tops[0], position=5),
        await factories.category(slug="beside", parent=tops[0], position=3),
    ]


async def _posts(users: list[User], categories: list[Category]) -> list[Post]:
    _, _, author, other, _, admin = users
    states: list[dict[str, Any]] = [
        {"published_at": before(days=1)},
        {"published_at": before(days=1)},  # at the same moment
        {"published_at": before(days=400), "author": other, "language": "fr"},
        {"published_at": before(microseconds=1), "author": other},
        {"published_at": before(days=3), "counted": False},  # was scheduled, has come due
        {"published_at": NOW, "counted": False, "author": admin, "language": "fr-CA"},
        {"published_at": before(days=-1)},  # scheduled
        {"published_at": before(microseconds=-1), "author": other},  # scheduled
        {"published_at": before(days=2), "status": PostStatus.DRAFT},
        {"published_at": before(days=9), "status": PostStatus.DRAFT, "author": other, "language": "fr"},
    ]
    posts = []
    for number, state in enumerate(states):
        text = TEXTS[number % len(TEXTS)]
        posts.append(
            await factories.post(
                **{
                    "slug": f"post-nr-{number}",
                    "title": f"{number} {text}",
                    "body": text,
                    "body_html": f"<p>{text}</p>",
                    "excerpt": text[::-1],
                    "author": author,
                    "category": categories[number % 4],
                    "comments_open": number % 3 > 0,
                    "counted": state["published_at"] < NOW and "status" not in state,
                    "updated_at": before(hours=number),
                    **state,
                }
            )
        )
    await PostSlug.create(slug="an-earlier-slug", post=posts[0])
    return posts


async def _images(users: list[User], posts: list[Post]) -> None:
    """Small and large ones, one of them in two places."""
    made = [
        await factories.image(width=width, alt=TEXTS[number], uploader=users[number % 3])
        for number, width in enumerate((100, 320, 961, 2560))
    ]
    for number in (0, 2, 3, 6, 8):
        await Post.filter(id=posts[number].id).update(image_id=made[number % 4].id)
    for number in (0, 2, 5):
        await User.filter(id=users[number].id).update(avatar_id=made[number % 3].id)


async def _comments(users: list[User], posts: list[Post]) -> None:
    """Threads under a few of the posts."""
    reader, pending, author, *_ = users
    makers: list[dict[str, Any]] = [
        {},
        {"author": None},  # the account is gone
        {"status": CommentStatus.PENDING, "author": pending},
        {"status": CommentStatus.PENDING, "author": reader},
        {"status": CommentStatus.REJECTED, "author": pending},
        {"status": CommentStatus.SPAM, "author": author},
        {"deleted_at": NOW, "body": "", "body_html": "", "author": None},  # a tombstone
        {"edited_at": before(minutes=1), "author": author},
    ]
    for post, how_many in ((posts[0], 8), (posts[2], 5), (posts[4], 3), (posts[6], 3), (posts[8], 2)):
        for number in range(how_many):
            top = await _comment(makers[number], post=post, minutes=number // 2)
            reply = await _comment(makers[(number * 3 + 1) % 8], parent=top, minutes=number // 3)
            if number % 2 == 0:
                deep = await _comment({"author": reader}, parent=reply, minutes=1)
                await _comment(makers[2 + number % 3], parent=deep, minutes=1)
                await _comment({}, parent=deep, minutes=0)


async def _comment(values: dict[str, Any], *, minutes: int, **place: Any) -> Comment:
    given = {"created_at": before(hours=5, minutes=minutes), "body": TEXTS[minutes], **values, **place}
    if given.get("author", "") is None:
        given["author_id"] = given.pop("author")
    elif "author" not in given:
        given["author"] = await User.get(username="other")
    return await factories.comment(**given)
