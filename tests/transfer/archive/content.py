"""A site that has something of everything, and what others want to know of a site."""

from datetime import UTC, datetime
from pathlib import Path

from tortoise.models import Model

import models
from media.folder import Folder
from media.names import names_of
from models import (
    BodyFormat,
    Category,
    Comment,
    CommentRevision,
    CommentStatus,
    DeliveryStatus,
    IdempotencyKey,
    Image,
    ImportedRow,
    ImportReport,
    Job,
    Linkback,
    LinkbackKind,
    LinkbackStatus,
    OutgoingLinkback,
    PathAlias,
    Post,
    PostKind,
    PostRevision,
    PostVisit,
    SiteState,
    Throttle,
    User,
)
from resolvers import filing, search_index
from resolvers.archive_months import keep_archive
from tests import factories
from transfer.archive.tables import tables

DIGEST = "ab" * 32
PICTURE = b"RIFF not quite a picture WEBP" * 100
ODD = 'Tabs\tand "quotes" \\ \u2028 lines\r\n\u00e9 e\u0301 \U0001f600 \u05d0 \x7f <b>&amp;'
FEED_IDS = "tag:blog.example,2010-03-28:00c0ffee/"
"""What the ids of its feeds begin with."""
PATHS = ("/Z", "/a", "/_", "/é", "/e/2", "/e-1", "/😀", "/ａ")
"""Whose order depends on who sorts them, unless it is that of their bytes."""
PRECISE = datetime(2010, 3, 28, 1, 30, 0, 1, tzinfo=UTC)


async def a_site_with_everything(media: Folder | None = None) -> None:
    """Rows in every table, the awkward cases among them."""
    await keep_archive("Europe/Paris")
    image = await Image.create(
        digest=DIGEST, media_type="image/webp", width=400, height=300, bytes=len(PICTURE), created_at=PRECISE
    )
    writer = await factories.author(username="ada", avatar=image, bio=ODD, created_at=PRECISE)
    await Image.filter(id=image.id).update(uploader_id=writer.id)
    guest = await factories.user(
        username=None, email=None, guest_email="guest@example.org", guest_key="f" * 64
    )
    post = await _posts(writer, image)
    await _comments(post, writer, guest)
    await Post.filter(id=post.id).update(shown_number=3)
    await Comment.filter(post_id=post.id, status=CommentStatus.APPROVED).update(shown_number=3)
    await PostVisit.create(post=post, user=writer, seen_number=2)
    await _addresses(post, writer)
    await _besides(writer)
    await search_index.index_everything()
    if media is not None:
        for name in names_of(DIGEST, 400):
            await media.put(name, PICTURE + name.encode())


async def _posts(writer: User, image: Image) -> Post:
    child, parent = await factories.category(description=ODD), await factories.category()
    await Category.filter(id=child.id).update(parent_id=parent.id)
    post = await factories.post(
        author=writer,
        category=child,
        image=image,
        title=ODD[:30],
        body=ODD,
        pinned=True,
        tags=["Eau", "Œuvre"],
        published_at=PRECISE,
    )
    await factories.scheduled(author=writer, category=parent, kind=PostKind.PAGE, body_format=BodyFormat.HTML)
    await factories.draft(
        author=writer, category=parent, kind=PostKind.EXTERNAL, address="https://a.example/"
    )
    await filing.file(post, [child.id, parent.id])
    await PostRevision.create(
        post=post,
        number=1,
        title="Before",
        body=ODD,
        body_format=BodyFormat.HTML,
        author=writer,
        created_at=PRECISE,
    )
    return post


async def _comments(post: Post, writer: User, guest: User) -> None:
    first = await factories.comment(post=post, author=guest, body=ODD, created_at=PRECISE, edited_at=PRECISE)
    reply = await factories.comment(parent=first, author=writer)
    grave = await factories.tombstone(post=post)
    early = await factories.comment(post=post, depth=1)
    await Comment.filter(id=early.id).update(parent_id=(await factories.comment(post=post)).id)
    await factories.comment(parent=grave)
    for status in (CommentStatus.PENDING, CommentStatus.REJECTED, CommentStatus.SPAM, CommentStatus.HIDDEN):
        await factories.comment(post=post, status=status)
    await CommentRevision.create(
        comment=reply,
        number=1,
        body="Before",
        body_format=BodyFormat.MARKDOWN,
        author=None,
        created_at=PRECISE,
    )
    await (await factories.comment(post=post)).delete()
    for number, said in enumerate(LinkbackStatus):
        await Linkback.create(
            post=post,
            kind=LinkbackKind.TRACKBACK if number % 2 else LinkbackKind.PINGBACK,
            source_url=f"https://elsewhere.example/{number}",
            source_digest=f"{number:064x}",
            site_name="Elsewhere",
            title=f"Title {number} & more",
            excerpt="An excerpt.",
            status=said,
            received_at=PRECISE,
        )
    await OutgoingLinkback.create(
        post=post,
        target_url="https://elsewhere.example/",
        target_digest="0" * 64,
        kind=LinkbackKind.WEBMENTION,
        endpoint="https://elsewhere.example/webmention",
        status=DeliveryStatus.SENT,
        attempts=1,
        last_tried_at=PRECISE,
    )


async def _addresses(post: Post, writer: User) -> None:
    for path in PATHS:
        await PathAlias.create(path=path, post=post)
    await PathAlias.create(path="/author/ada", user=writer)
    await models.PageAddress.create(key="a" * 64, post=post)
    for slug in PATHS:
        await models.PostSlug.create(slug=slug[1:], post=post)


async def _besides(writer: User) -> None:
    await ImportReport.create(source="wordpress https://old.example", started_at=PRECISE)
    await ImportedRow.create(source="old", kind="post", key="18", row_id=1, digest="0" * 64)
    await factories.session(user=writer)
    await SiteState.create(name="what", value="such")
    await SiteState.create(name="feed_ids", value=FEED_IDS)
    await Job.create(mark=1, kind="mail", payload="{}", created_at=PRECISE)
    await Throttle.create(key="sign-in:x", attempts=1, window_ends_at=PRECISE)
    await IdempotencyKey.create(digest="1" * 64, fingerprint="2" * 64, row_id=1, created_at=PRECISE)


async def rows() -> dict[str, int]:
    """How many rows each table has."""
    return {
        model._meta.db_table: await model.all().count()  # noqa: SLF001 - Tortoise's way to the table
        for model in vars(models).values()
        if isinstance(model, type) and issubclass(model, Model)
    }


async def is_empty() -> bool:
    """Whether there is no content, and the feed is where it begins."""
    found = await rows()
    feed = await models.Feed.get(id=1)
    return feed.position == 0 and not any(found[table.name] for table in tables())


def files(folder: Path) -> list[str]:
    """All files in a folder and those below it."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
