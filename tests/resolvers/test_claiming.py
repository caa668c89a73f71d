"""What guests wrote becomes the account's that has confirmed their address."""

from asyncio import gather
from typing import Any

import pytest
from tortoise.models import Model

import models
from auth.policy import AuthPolicy, GuestPolicy
from auth.viewer import anonymous, now
from models import (
    BodyFormat,
    Comment,
    CommentRevision,
    CommentStatus,
    Image,
    ImportedRow,
    PathAlias,
    Post,
    PostCategory,
    PostKind,
    PostRevision,
    Session,
    User,
)
from models.errors import NotFound
from resolvers import claiming, comments
from resolvers.claiming import HELD, confirm_email
from resolvers.commenters import GuestFields
from resolvers.policy import Policy
from tests import factories
from tests.resolvers.rows import POLICY, all_rows, happened, viewing

on_each_database = pytest.mark.usefixtures("database")
on_sqlite = pytest.mark.usefixtures("sqlite_database")


@on_each_database
async def test_what_guests_of_the_address_wrote_is_the_account_s() -> None:
    account = await factories.user(email="ann@example.org", name="Ann")
    guests = [await factories.guest(guest_email="ann@example.org") for _ in range(3)]
    other = await factories.guest(guest_email="ben@example.org")
    written = [await factories.comment(author=guest) for guest in guests]
    theirs = await factories.comment(author=other)
    counts = [(await Post.get(id=each.post_id)).comment_count for each in written]
    assert await confirm_email(account.id, now()) == 3
    assert set(await User.all().values_list("id", flat=True)) >= {account.id, other.id}
    assert not await User.filter(id__in=[guest.id for guest in guests]).exists()
    for each in written:
        row = await Comment.get(id=each.id)
        assert (row.author_id, row.body, row.created_at) == (account.id, each.body, each.created_at)
    assert (await Comment.get(id=theirs.id)).author_id == other.id
    assert [(await Post.get(id=each.post_id)).comment_count for each in written] == counts
    confirmed = await User.get(id=account.id)
    assert confirmed.email_confirmed_at is not None
    assert (confirmed.name, confirmed.website, confirmed.role) == ("Ann", None, "READER")


@on_sqlite
async def test_the_account_may_do_with_it_what_it_may_with_its_own() -> None:
    account = await factories.user(email="ann@example.org")
    guest = await factories.guest(guest_email="ann@example.org")
    comment = await factories.comment(author=guest, created_at=now())
    await confirm_email(account.id, now())
    await comments.edit_comment(viewing(account), POLICY, f"comment_{comment.id}", "Other.")
    await comments.delete_comment(viewing(account), f"comment_{comment.id}")
    assert not await Comment.exists()


@on_each_database
async def test_followers_are_told_of_what_waits_and_of_nothing_else() -> None:
    account = await factories.user(email="ann@example.org")
    guest = await factories.guest(guest_email="ann@example.org")
    await factories.comment(author=guest)
    await factories.comment(author=guest, status=CommentStatus.SPAM)
    waits = await factories.comment(author=guest, status=CommentStatus.PENDING)
    await factories.comment(
        author=guest, status=CommentStatus.PENDING, post=await factories.draft()
    )  # nobody is told what happens under a draft
    await confirm_email(account.id, now())
    assert await happened() == [(waits.id, "PENDING", "HIDDEN"), (waits.id, "HIDDEN", "PENDING")]
    events = models.CommentEvent.filter(position__gt=0).order_by("position")
    assert await events.values_list("author_id", flat=True) == [guest.id, account.id]


@on_sqlite
async def test_an_account_without_guests_is_confirmed_all_the_same() -> None:
    account = await factories.user(email="ann@example.org")
    await factories.guest(guest_email=None)
    await factories.guest(guest_email="other@example.org")
    before = await all_rows()
    assert await confirm_email(account.id, now()) == 0
    after = await all_rows()
    assert {key: rows for key, rows in after.items() if key != "User"} == {
        key: rows for key, rows in before.items() if key != "User"
    }
    assert len(after["User"]) == len(before["User"])


@on_sqlite
async def test_guests_are_no_accounts_that_could_be_confirmed() -> None:
    guest = await factories.guest()
    before = await all_rows()
    for id_ in (guest.id, 999_999):
        with pytest.raises(NotFound):
            await confirm_email(id_, now())
    assert await all_rows() == before


def test_everything_that_names_a_person_is_handed_over() -> None:
    """A column that is added some day is not forgotten; sessions and visits are no guest's."""
    named = set()
    for model in vars(models).values():
        if not (isinstance(model, type) and issubclass(model, Model)):
            continue
        meta: Any = model._meta  # noqa: SLF001 - as the compiler reads models
        keys = {each: meta.fields_map[each] for each in meta.fk_fields}
        named |= {(model, key.source_field) for key in keys.values() if key.related_model is User}
        named |= {(model, each) for each in meta.fields_db_projection if each == "author_id"}
    logged = {(models.CommentEvent, "author_id")}  # of what happened then
    assert named - {(Session, "user_id"), (models.PostVisit, "user_id")} - logged == set(HELD)


@on_each_database
async def test_posts_pictures_revisions_and_addresses_come_along(monkeypatch: pytest.MonkeyPatch) -> None:
    """And more of them than one statement takes."""
    monkeypatch.setattr(claiming, "AT_ONCE", 2)
    account = await factories.user(email="ann@example.org")
    guests = [await factories.guest(guest_email="ann@example.org") for _ in range(5)]
    rows = [row for guest in guests for row in await _everything_of(guest)]
    assert await confirm_email(account.id, now()) == 5
    for row, column in rows:
        assert await type(row).filter(id=row.id).values_list(column, flat=True) == [account.id]
    assert await PathAlias.all().distinct().values_list("user_id", flat=True) == [account.id]


async def _everything_of(guest: User) -> list[tuple[Any, str]]:
    comment = await factories.comment(author=guest)
    post = await factories.post(author=guest)
    common: dict[str, Any] = {
        "number": 1,
        "body": "b",
        "body_format": BodyFormat.HTML,
        "author_id": guest.id,
        "created_at": now(),
    }
    columns = ("status", "published_at", "counted", "comment_count", "last_commented_at", "author_id")
    filing = {name: getattr(post, name) for name in columns} | {"position": 0, "kind": PostKind.ARTICLE}
    filed, _ = await PostCategory.update_or_create(filing, post_id=post.id, category_id=post.category_id)
    await PathAlias.create(path=f"/{guest.id}", user_id=guest.id)
    imported: dict[str, Any] = {
        "source": "s",
        "kind": "guest",
        "key": str(guest.id),
        "row_id": guest.id,
        "digest": "",
    }
    image: dict[str, Any] = {"digest": "", "media_type": "image/png", "width": 1, "height": 1, "bytes": 1}
    return [
        (comment, "author_id"),
        (post, "author_id"),
        (await CommentRevision.create(comment_id=comment.id, **common), "author_id"),
        (await PostRevision.create(post_id=post.id, title="t", **common), "author_id"),
        (filed, "author_id"),
        (await Image.create(**image, created_at=now(), uploader_id=guest.id), "uploader_id"),
        (await ImportedRow.create(**imported), "row_id"),
    ]


@on_each_database
async def test_a_guest_who_writes_while_the_address_is_confirmed_loses_nothing() -> None:
    """Whoever comes too late is a guest anew; no comment is nobody's."""
    account = await factories.user(email="ann@example.org")
    under, place = (
        [await factories.post() for _ in range(6)],
        Policy(auth=AuthPolicy(guests=GuestPolicy.OPEN)),
    )
    ann: GuestFields = {"name": "Ann", "email": "ann@example.org"}

    async def write(post: Post) -> None:
        await comments.add_comment(anonymous(), place, post=f"post_{post.id}", body="b", guest=ann)

    await write(under[0])
    confirmed, *_ = await gather(confirm_email(account.id, now()), *(write(post) for post in under[1:]))
    assert confirmed == 1
    authors = await Comment.all().values_list("author_id", flat=True)
    assert len(authors) == 6
    guests = await User.filter(guest_key__isnull=False).values_list("id", flat=True)
    assert set(authors) <= {account.id, *guests}
    assert len(guests) <= 1
