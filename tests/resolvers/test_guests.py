"""People comment without an account, where the site lets them."""

from asyncio import gather
from collections.abc import Awaitable, Callable
from datetime import timedelta
from itertools import product
from typing import Any

import pytest

from auth.guests import Guest
from auth.policy import AuthPolicy, GuestPolicy, Limit
from auth.viewer import anonymous
from models import Comment, CommentDecision, CommentStatus, Post, Role, Throttle, User
from models.errors import CommentsClosed, InvalidInput, NotFound, NotSignedIn, TooManyRequests
from resolvers import accounts, comments
from resolvers.comments import AddedComment
from resolvers.policy import Moderation, Policy
from tests import factories
from tests.resolvers.rows import POLICY, all_rows, happened, viewing
from tests.schema.mutating import POLICY as CHEAP

on_each_database = pytest.mark.usefixtures("database")
on_sqlite = pytest.mark.usefixtures("sqlite_database")
OPEN = Policy(auth=AuthPolicy(guests=GuestPolicy.OPEN))
HELD = Policy(auth=AuthPolicy(guests=GuestPolicy.HELD))
ANN: Any = {"name": "Ann", "email": "Ann@Example.org", "website": "https://ann.example"}
HERE, THERE = "192.0.2.1", "192.0.2.2"


async def written(post: Post, under: Policy = OPEN, **given: Any) -> AddedComment:
    """A comment as a guest writes it."""
    values = {"post": f"post_{post.id}", "body": "As a guest.", "guest": ANN, "address": HERE, **given}
    return await comments.add_comment(anonymous(), under, **values)


@on_each_database
async def test_a_guest_comments_as_everybody_where_the_site_is_open() -> None:
    post = await factories.post()
    added = await written(post)
    comment = await Comment.get(id=added.id).prefetch_related("author")
    guest = comment.author
    assert guest is not None
    assert (guest.name, guest.guest_email, guest.website) == ("Ann", "ann@example.org", "https://ann.example")
    assert (guest.username, guest.email, guest.email_confirmed_at, guest.role) == (None, None, None, "READER")
    assert (added.seen, added.decision, comment.status) == (True, "APPROVED", "APPROVED")
    assert (await Post.get(id=post.id)).comment_count == 1
    assert await happened() == [(comment.id, None, "APPROVED")]


@on_each_database
async def test_a_reply_of_a_guest_is_counted() -> None:
    parent = await factories.comment()
    added = await written(await parent.post, parent=f"comment_{parent.id}")
    assert (await Comment.get(id=added.id)).depth == 1
    assert (await Comment.get(id=parent.id)).reply_count == 1


@on_each_database
@pytest.mark.parametrize("moderation", Moderation)
async def test_a_guest_s_comment_waits_where_they_are_held(moderation: Moderation) -> None:
    post = await factories.post()
    added = await written(post, Policy(auth=HELD.auth, moderation=moderation))
    assert (added.seen, added.decision) == (False, CommentDecision.PENDING)
    assert (await Comment.get(id=added.id)).status is CommentStatus.PENDING
    assert (await Post.get(id=post.id)).comment_count == 0
    moderator = viewing(await factories.moderator())
    await comments.set_comment_status(moderator, f"comment_{added.id}", CommentDecision.APPROVED)
    assert (await Post.get(id=post.id)).comment_count == 1


@on_sqlite
async def test_open_is_as_everybody_where_moderators_decide_before() -> None:
    added = await written(
        await factories.post(), Policy(auth=OPEN.auth, moderation=Moderation.BEFORE), guest={"name": "Ann"}
    )
    assert added.decision is CommentDecision.PENDING


@on_sqlite
async def test_a_site_without_guests_takes_none() -> None:
    post, before = await factories.post(), await all_rows()
    for guest in (ANN, {"name": ""}):
        with pytest.raises(NotSignedIn):
            await written(post, POLICY, guest=guest)
    for under in (OPEN, HELD):
        with pytest.raises(NotSignedIn):
            await written(post, under, guest=None)
    assert (await all_rows())["Comment"] == before["Comment"] == []
    assert (await all_rows())["Throttle"] == []


@on_sqlite
async def test_nobody_is_signed_in_and_a_guest() -> None:
    post, everybody = await factories.post(), [await factories.user(role=role) for role in Role]
    before = await all_rows()
    for who, under in product(everybody, (POLICY, HELD, OPEN)):
        with pytest.raises(InvalidInput, match="not valid") as refused:
            await comments.add_comment(viewing(who), under, post=f"post_{post.id}", body="b", guest=ANN)
        assert refused.value.fields == (("guest", "You are signed in: leave out the guest, or sign out."),)
    assert await all_rows() == before


@on_each_database
@pytest.mark.parametrize("under", [HELD, OPEN])
async def test_what_a_guest_may_not_comment_on_stays_as_it_is(under: Policy) -> None:
    closed, parent = await factories.post(comments_open=False), await factories.comment()
    pending = await factories.comment(post=await parent.post, status=CommentStatus.PENDING)
    refused: list[tuple[Post, dict[str, Any], type[Exception]]] = [
        (closed, {}, CommentsClosed),
        (await factories.draft(), {}, NotFound),
        (await factories.scheduled(), {}, NotFound),
        (await parent.post, {"parent": f"comment_{pending.id}"}, NotFound),
        (closed, {"parent": f"comment_{parent.id}"}, NotFound),
        (await parent.post, {"body": " "}, InvalidInput),
    ]
    before = await all_rows()
    for post, given, error in refused:
        with pytest.raises(error):
            await written(post, under, **given)
    assert await all_rows() == before


WRONG = {
    "name": {
        "": "The name is empty.",
        " \u200b": "The name is empty.",
        "x" * 101: "The name is longer than 100 characters.",
        "a\nb\0": "The name contains a control character (U+0000).",
        "\u202eada": "The name contains a character that turns the direction of writing (U+202E).",
        "ada\u200f": "The name contains a mark of the direction of writing (U+200F).",
        "\ud800": "The name contains half a character (a lone surrogate).",
    },
    "email": {
        "ada": "This is not an e-mail address.",
        "a b@example.org": "This is not an e-mail address.",
        f"{'x' * 250}@example.org": "The e-mail address is longer than 254 characters.",
    },
    "website": {
        "javascript:alert(1)": "The website is not an http or https address.",
        "https://user@example.org": "The website is not an http or https address.",
    },
}


@on_sqlite
async def test_a_guest_that_cannot_be_accepted_changes_nothing() -> None:
    post = await factories.post()
    before = await all_rows()
    for field, values in WRONG.items():
        for value, problem in values.items():
            with pytest.raises(InvalidInput) as refused:
                await written(post, guest={**ANN, field: value})
            assert refused.value.fields == ((f"guest.{field}", problem),)
    with pytest.raises(InvalidInput) as refused:
        await written(post, guest={"name": "", "email": "a", "website": "b"}, body="")
    assert [field for field, _ in refused.value.fields] == [
        *("guest.name", "guest.email", "guest.website"),
        "body",
    ]
    assert await all_rows() == before


# One row for one guest, and nobody changes another's.


async def authors(*guests: dict[str, Any]) -> list[int | None]:
    post, found = await factories.post(), []
    for guest in guests:
        added = await written(post, guest=guest)
        found.append((await Comment.get(id=added.id)).author_id)
        await Throttle.all().delete()
    return found


@on_each_database
async def test_a_guest_who_comes_again_is_the_same_one() -> None:
    again = {"name": " Ann  ", "email": "ANN@example.ORG ", "website": "https://ann.example"}
    first, second = await authors(ANN, again)
    assert first == second
    bare, empty = await authors({"name": "Ann"}, {"name": "Ann", "email": "", "website": None})
    assert bare == empty != first


@on_sqlite
async def test_whoever_types_another_s_address_changes_nothing_of_theirs() -> None:
    first, *others = await authors(
        ANN,
        {**ANN, "name": "Bad Ann"},
        {**ANN, "website": "https://spam.example"},
        {**ANN, "website": None},
        {**ANN, "email": None},
        {"name": "Ann"},
    )
    assert len({first, *others}) == 6
    row = await User.get(id=first)
    assert (row.name, row.website) == ("Ann", "https://ann.example")


@on_sqlite
async def test_an_account_s_address_makes_nobody_its_owner() -> None:
    owner = await factories.user(email="ann@example.org", name="The real Ann")
    (author,) = await authors(ANN)
    assert author != owner.id
    assert (await User.get(id=owner.id)).name == "The real Ann"
    assert not await Comment.filter(author_id=owner.id).exists()


@on_sqlite
async def test_signing_up_with_a_guest_s_address_claims_nothing() -> None:
    (author,) = await authors(ANN)
    signed = await accounts.sign_up(
        CHEAP.auth,
        email="ann@example.org",
        username="ann",
        password="a long walk home",
        name=None,
        address=HERE,
        now=anonymous().now,
    )
    assert signed.user_id != author
    assert await Comment.filter(author_id=author).count() == 1
    assert (await User.get(id=signed.user_id)).email_confirmed_at is None


@on_sqlite
async def test_a_guest_s_row_has_no_password_that_opens_it() -> None:
    await authors(ANN)
    for password in ("", "!", "a long walk home"):
        with pytest.raises(Exception, match="e-mail address or the password"):
            await accounts.sign_in(
                CHEAP.auth, email="ann@example.org", password=password, address=HERE, now=anonymous().now
            )


@on_each_database
async def test_one_guest_twice_at_once_is_one_row() -> None:
    posts = [await factories.post(), await factories.post()]
    one, other = await gather(*(written(post) for post in posts))
    assert one.id != other.id
    assert await User.filter(guest_key__isnull=False).count() == 1


def test_a_key_tells_nobody_the_address() -> None:
    keys = {Guest("a", "b@c.d").key, Guest("a", None, "b@c.d").key, Guest("a b@c.d").key}
    assert len(keys) == 3
    assert all(len(key) == 64 and "b@c.d" not in key for key in keys)


# Not too often, and not twice.

FEW = Policy(
    auth=AuthPolicy(guests=GuestPolicy.OPEN, guest_comments=Limit("comment:guest-network", 2, timedelta(1)))
)


@on_each_database
async def test_a_network_s_guests_are_counted_together() -> None:
    post = await factories.post()
    for name in ("a", "b"):
        await written(post, FEW, guest={"name": name})
    before = await all_rows()
    with pytest.raises(TooManyRequests):
        await written(post, FEW, guest={"name": "c"})
    assert await all_rows() == before
    await written(post, FEW, guest={"name": "c"}, address=THERE)
    await written(post, FEW, guest={"name": "d"}, address="2001:db8::1")
    await written(post, FEW, guest={"name": "e"}, address="2001:db8::2")
    with pytest.raises(TooManyRequests):
        await written(post, FEW, guest={"name": "f"}, address="2001:db8::3")


@on_sqlite
async def test_a_guest_is_counted_wherever_they_come_from() -> None:
    policy = AuthPolicy(guests=GuestPolicy.OPEN, comments=Limit("comment", 1, timedelta(1)))
    post, under = await factories.post(), Policy(auth=policy)
    await written(post, under)
    for address in (THERE, None):
        with pytest.raises(TooManyRequests):
            await written(post, under, address=address)
    await written(post, under, guest={"name": "Ben"}, address=None)


@on_each_database
async def test_a_network_has_no_more_comments_in_hand_than_it_may_write() -> None:
    post = await factories.post()
    writing = [written(post, FEW, guest={"name": str(number)}) for number in range(6)]
    outcomes = await gather(*writing, return_exceptions=True)
    assert [type(each) for each in outcomes].count(AddedComment) == 2
    assert await Comment.all().count() == 2


@on_each_database
@pytest.mark.parametrize("under", [HELD, OPEN])
async def test_a_guest_s_comment_sent_again_is_the_same_comment(under: Policy) -> None:
    post = await factories.post()
    first = await written(post, under, key="k")
    assert await written(post, under, key="k") == first
    assert await Comment.all().count() == 1
    assert (await written(post, under, key="k", guest={"name": "Ben"})).id != first.id
    assert (await written(post, under, key="k", address=THERE)).id != first.id
    with pytest.raises(InvalidInput, match="not valid"):
        await written(post, under, key="k", body="Other.")


@on_sqlite
async def test_a_guest_does_not_learn_of_what_a_moderator_took_away() -> None:
    post, moderator = await factories.post(), viewing(await factories.moderator())
    for decision in (CommentDecision.REJECTED, CommentDecision.SPAM):
        first = await written(post, HELD, key=decision)
        await comments.set_comment_status(moderator, f"comment_{first.id}", decision)
        with pytest.raises(NotFound):
            await written(post, HELD, key=decision)


@on_sqlite
@pytest.mark.parametrize("role", [None, Role.READER, Role.MODERATOR, Role.ADMIN])
async def test_a_guest_s_comment_is_edited_and_deleted_by_who_may(role: Role | None) -> None:
    """Its author is never signed in."""
    added = await written(await factories.post())
    viewer = viewing(await factories.user(role=role) if role else None)
    before, may = await all_rows(), {Role.MODERATOR: [1], Role.ADMIN: [0, 1]}.get(role, [])  # type: ignore[arg-type]
    verbs: tuple[Callable[[], Awaitable[object]], ...] = (
        lambda: comments.edit_comment(viewer, OPEN, f"comment_{added.id}", "Other."),
        lambda: comments.delete_comment(viewer, f"comment_{added.id}"),
    )
    for number, verb in enumerate(verbs):
        if number in may:
            await verb()
        else:
            with pytest.raises(Exception, match=r"Sign in first|Only its author"):
                await verb()
            assert await all_rows() == before
    assert await Comment.exists() is (not may)
