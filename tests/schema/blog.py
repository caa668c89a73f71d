"""A small blog in which everything happens that a read has to get right."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from auth.viewer import Viewer
from models import (
    BodyFormat,
    Category,
    Comment,
    CommentStatus,
    DeliveryStatus,
    Feed,
    ImportReport,
    Linkback,
    LinkbackKind,
    LinkbackStatus,
    OutgoingLinkback,
    PageAddress,
    PathAlias,
    Post,
    PostKind,
    PostSlug,
    PostStatus,
    PostVisit,
    Role,
    Tag,
    User,
)
from models.page_address import page_key
from resolvers import filing, search_index
from resolvers.archive_months import keep_archive
from tests import factories

ZONE = "Europe/Paris"
"""Of its archive."""
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
TAGS = ["C", "C++", "Été", "a:b:1", "日本語 🎎", "'it' \"is\" \\ %s", "c sharp", "never used"]
PAGE = "https://else.example/a?b='c'&d"
"""Of another site."""
PAGES = dict.fromkeys((PAGE, "http://ELSE.example:80/a/?d&utm_source=x&b=%27c%27#top", f" {PAGE}#"), PAGE)
PATHS = {
    "/2008/02/03/poutine": "/2008/02/03/poutine",
    "/2008/02/03//poutine/": "/2008/02/03/poutine",
    "https://old.example/2008/02/03/poutine/?utm_source=x#top": "/2008/02/03/poutine",
    "/?p=18": "/?p=18",
    "/index.php?utm_source=x&p=18": "/?p=18",
    "/?p=19": "/?p=19",
    "/cr%C3%AApes/%C3%A0%20la%20carte": "/crêpes/à la carte",
    "/cr%c3%aapes/à la carte/": "/crêpes/à la carte",
    "/cre\u0302pes/à la carte": "/crêpes/à la carte",
    "/Crêpes/à la carte": "/Crêpes/à la carte",
    "/posts/post%2Dnr%2D5": "/posts/post-nr-5",
    "/posts/POST-NR-5/": "/posts/POST-NR-5",
    "/posts/post-nr-5/more": "/posts/post-nr-5/more",
    "/people/Reader": "/people/Reader",
    "/people/": "/people",
    "/posts/": "/posts",
    "/": "/",
    "": "",
    "100%": "/100%",
    "'; --": "/'; --",
    '/a\\b"c': '/a\\b"c',
    "http://[": "",
}
"""Paths as somebody writes them, and their normal forms."""


@dataclass(frozen=True)
class Blog:
    """What queries can ask for by name."""

    users: list[User]
    categories: list[Category]
    tags: list[Tag]
    paths: list[str]
    posts: list[Post]
    comments: list[Comment]
    linkbacks: list[Linkback]
    slugs: list[str]

    def viewer(self, name: str | None) -> Viewer:
        """Somebody who looks: by user name, or nobody."""
        for user in self.users:
            if name and user.username == name:
                return Viewer(user.id, user.role, NOW)
        return Viewer(None, None, NOW)


def before(**span: int) -> datetime:
    return NOW - timedelta(**span)


async def fill() -> Blog:
    """Make the rows; the same ones every time."""
    await keep_archive(ZONE)
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
    guest = await factories.guest(
        name=TEXTS[7],
        guest_email="guest@example.org",
        website="https://example.org/",
        created_at=before(days=9),
    )
    categories = await _categories()
    await filing.tags_called(TAGS)
    posts = await _posts([*users, guest], categories)
    await _comments(users, posts)
    await _comments_of(guest, posts)
    await _visits(users, posts)
    linkbacks = [await _linkback(posts, number) for number in range(24)]
    await _images(users, posts)
    await _revisions(users)
    await _sessions(users)
    await _outgoing_linkbacks()
    await _import_reports()
    await Feed.all().update(cursor="7-mark")
    await search_index.index_everything()
    slugs = [slug.slug for slug in await PostSlug.all()]
    tags = await Tag.all()
    await _aliases(posts, categories, tags, [*users, guest])
    paths = [*PATHS, *(alias.path for alias in await PathAlias.all())]
    for section, names in {
        "posts": slugs,
        "categories": [category.slug for category in categories],
        "tags": [tag.slug for tag in tags],
        "people": [str(user.username) for user in users],
    }.items():
        paths += [f"/{section}/{name}" for name in names]
    return Blog(
        [*users, guest],
        await Category.all(),
        await Tag.all(),
        paths,
        await Post.all(),
        await Comment.all(),
        linkbacks,
        slugs,
    )


async def _linkback(posts: list[Post], number: int) -> Linkback:
    """Of every kind and status, under the first posts and a draft, some of them at the same moment."""
    source_url = f"https://elsewhere.example/{number}"
    return await Linkback.create(
        post=posts[(0, 1, 2, 8)[number % 4]],
        kind=[*LinkbackKind][number % 3],
        status=[*LinkbackStatus][number // 2 % 5],
        source_url=source_url,
        source_digest=sha256(source_url.encode()).hexdigest(),
        title=TEXTS[number % len(TEXTS)],
        author_name=None if number % 3 else "Ada",
        received_at=before(days=number // 2),
        verified_at=None if number % 2 else NOW,
    )


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
    _, _, author, other, _, admin, guest = users
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
        {"published_at": before(days=1), "pinned": True, "author": other, "body_format": BodyFormat.HTML},
        {"published_at": before(days=30), "pinned": True, "language": "fr"},
        {"published_at": before(days=5), "kind": PostKind.PAGE},
        {
            "published_at": before(days=6),
            "kind": PostKind.PAGE,
            "pinned": True,
            "counted": False,
        },  # has come due
        {"published_at": before(days=2), "kind": PostKind.PAGE, "status": PostStatus.DRAFT},
        {
            "published_at": before(days=7),
            "kind": PostKind.EXTERNAL,
            "address": PAGE,
        },
        {"published_at": before(days=8), "author": guest},
        {"published_at": datetime(2024, 3, 31, 22, 30, tzinfo=UTC)},  # April in Paris
        {"published_at": datetime(2024, 3, 31, 21, 59, 59, 999999, tzinfo=UTC), "author": other},
        {"published_at": datetime(2023, 12, 31, 23, tzinfo=UTC), "language": "fr"},
        {
            "published_at": datetime(2024, 5, 31, 22, 30, tzinfo=UTC),
            "counted": False,
        },  # June, not noticed yet
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
                    "also_in": [categories[(number % 4 + step) % 5] for step in range(1, 1 + number % 3)],
                    "tags": [TAGS[(number + step) * step % 7] for step in range(1, 1 + number % 4)],
                    "comments_open": number % 3 > 0,
                    "counted": state["published_at"] < NOW and "status" not in state,
                    "updated_at": before(hours=number),
                    **state,
                }
            )
        )
    await PostSlug.create(slug="an-earlier-slug", post=posts[0])
    (page,) = (post for post in posts if post.address)
    await PageAddress.create(key=page_key(page.address or ""), post=page)
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


async def _aliases(posts: list[Post], categories: list[Category], tags: list[Tag], users: list[User]) -> None:
    """Paths of the site as it was, some of which are paths of the site as it is."""
    for path, what in {
        "/2008/02/03/poutine": {"post_id": posts[0].id},
        "/?p=18": {"post_id": posts[0].id},
        "/?p=19": {"post_id": posts[8].id},  # a draft
        "/crêpes/à la carte": {"post_id": posts[2].id},
        "/2024/soon": {"post_id": posts[6].id},  # scheduled
        "/imprint": {"post_id": posts[12].id},
        "/a/page/elsewhere": {"post_id": posts[15].id},
        "/posts/post-nr-1": {"post_id": posts[2].id},
        "/posts/post-nr-3": {
            "post_id": posts[9].id
        },  # a draft, which hides only from its author what is there
        "/posts/post-nr-4": {"category_id": categories[1].id},
        "/category/recipes": {"category_id": categories[3].id},
        f"/tags/{tags[1].slug}": {"category_id": categories[0].id},
        "/tag/c++": {"tag_id": tags[1].id},
        "/categories/below": {"tag_id": tags[2].id},
        "/author/other": {"user_id": users[3].id},
        "/people/reader": {"user_id": users[-1].id},
    }.items():
        await PathAlias.create(path=path, **what)


async def _comments(users: list[User], posts: list[Post]) -> None:
    """Threads under a few of the posts."""
    reader, pending, author, *_, guest = users
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
    await _comment({"author": guest}, post=posts[12], minutes=2)
    for post, how_many in ((posts[0], 8), (posts[2], 5), (posts[4], 3), (posts[6], 3), (posts[8], 2)):
        for number in range(how_many):
            top = await _comment(makers[number], post=post, minutes=number // 2)
            reply = await _comment(makers[(number * 3 + 1) % 8], parent=top, minutes=number // 3)
            if number % 2 == 0:
                deep = await _comment({"author": reader}, parent=reply, minutes=1)
                await _comment(makers[2 + number % 3], parent=deep, minutes=1)
                await _comment({}, parent=deep, minutes=0)


async def _comments_of(guest: User, posts: list[Post]) -> None:
    """What somebody without an account wrote."""
    top = await _comment({"author": guest}, post=posts[0], minutes=2)
    await _comment({"author": guest}, parent=top, minutes=1)
    await _comment({"author": guest, "status": CommentStatus.PENDING}, post=posts[2], minutes=1)
    await _comment({"author": guest, "status": CommentStatus.SPAM}, post=posts[2], minutes=1)


async def _visits(users: list[User], posts: list[Post]) -> None:
    """Comments that became visible one after the other, or together; each of the people has read some of the posts."""
    for comment in await Comment.all():
        number = 0 if comment.id % 7 == 0 else comment.id * 5 % 12 + 1
        await Comment.filter(id=comment.id).update(shown_number=number)
    for place, user in enumerate(users):
        for number, post in enumerate(posts[:14]):
            if (number + place) % 3:
                await PostVisit.create(user=user, post=post, seen_number=(number * 5 + place * 3) % 13)


async def _outgoing_linkbacks() -> None:
    """What was told of the links of some posts, each in another way."""
    for post in await Post.all().order_by("id").limit(8):
        for number, status in enumerate(DeliveryStatus):
            url = f"https://elsewhere.example/{post.id}/{number}"
            await OutgoingLinkback.create(
                post=post,
                target_url=url,
                target_digest=sha256(url.encode()).hexdigest(),
                kind=[*LinkbackKind, None][number],
                linked=number != 2,
                status=status,
                attempts=number,
                last_tried_at=before(hours=number) if number else None,
                error=None if number < 2 else 'It answered "no".',
            )


async def _import_reports() -> None:
    """One that went well, one that failed, and one that nobody knows the end of."""
    reason = {"reason": TEXTS[7], "count": 12, "examples": ["1", TEXTS[0]]}
    account = {
        "kind": "post",
        "read": 12,
        "written": 0,
        "updated": 0,
        "unchanged": 0,
        "left_out": 12,
        "reasons_for_leaving_out": [reason],
        "reasons_for_changing": [],
    }
    for number, (accounts, ended, error) in enumerate(
        [([account, {**account, "kind": "tag"}], NOW, None), ([account], NOW, TEXTS[1]), ([], None, None)]
    ):
        await ImportReport.create(
            source=f"wordpress {number}",
            started_at=before(days=number),
            finished_at=ended,
            error=error,
            account=json.dumps(accounts),
        )


async def _sessions(users: list[User]) -> None:
    """Two that go on for each, and one that has ended."""
    for user in users:
        for number, day in enumerate((30, 20, -1)):
            await factories.session(user=user, created_at=before(days=number), expires_at=before(days=-day))


async def _revisions(users: list[User]) -> None:
    """What some of the posts and comments were."""
    for post in await Post.all().order_by("id").limit(3):
        for number in (1, 2):
            await factories.post_revision(post=post, number=number, author=users[number])
    for comment in await Comment.filter(deleted_at__isnull=True).order_by("id").limit(12):
        for number in (1, 2, 3):
            await factories.comment_revision(comment=comment, number=number, author_id=None)


async def _comment(values: dict[str, Any], *, minutes: int, **place: Any) -> Comment:
    given = {"created_at": before(hours=5, minutes=minutes), "body": TEXTS[minutes], **values, **place}
    if given.get("author", "") is None:
        given["author_id"] = given.pop("author")
    elif "author" not in given:
        given["author"] = await User.get(username="other")
    return await factories.comment(**given)
