"""The rules, over one small blog: three posts and five comments in every state, seen by everybody."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from pypika_tortoise.terms import Parameter
from tortoise.expressions import Q

from auth import permissions, requirements
from auth.policy import AuthPolicy, GuestPolicy
from auth.rules import matches
from auth.viewer import Viewer, anonymous, now
from models import Comment, CommentDecision, CommentStatus, Post, PostStatus, Role, User
from models.errors import DomainError, InvalidInput, NotAllowed, NotFound, NotSignedIn
from tests import factories

on_each_database = pytest.mark.usefixtures("database")
on_sqlite = pytest.mark.usefixtures("sqlite_database")
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
Answer = type[DomainError] | None


@dataclass
class Blog:
    """`author` writes the posts, `reader` the comments; `lowered` was an author once and has a draft."""

    people: dict[str, User]
    posts: dict[str, Post]
    comments: dict[str, Comment]

    def viewer(self, who: str) -> Viewer:
        if who == "anonymous":
            return Viewer(id=None, role=None, now=NOW)
        return Viewer(id=self.people[who].id, role=self.people[who].role, now=NOW)

    def name(self, rows: list[Any]) -> set[str]:
        """The names of these rows."""
        named = [*self.posts.items(), *self.comments.items()]
        return {name for name, row in named if row in rows}


@pytest.fixture
async def blog() -> Blog:
    people = {
        "author": await factories.author(),
        "reader": await factories.user(),
        "other": await factories.author(),
        "lowered": await factories.user(),
        "moderator": await factories.moderator(),
        "admin": await factories.admin(),
    }
    author, reader = people["author"], people["reader"]
    posts = {
        "public": await factories.post(author=author, published_at=NOW),
        "scheduled": await factories.post(author=author, published_at=NOW + MINUTE, counted=False),
        "draft": await factories.draft(author=author, published_at=NOW - MINUTE),
        "lowered's draft": await factories.draft(author=people["lowered"], published_at=NOW - MINUTE),
    }
    recent: dict[str, Any] = {"post": posts["public"], "author": reader, "created_at": NOW - MINUTE}
    comments = {
        status.lower(): await factories.comment(**recent, status=status)
        for status in (
            CommentStatus.PENDING,
            CommentStatus.APPROVED,
            CommentStatus.REJECTED,
            CommentStatus.SPAM,
        )
    }
    comments["tombstone"] = await factories.tombstone(post=posts["public"])
    comments["on draft"] = await factories.comment(
        post=posts["draft"], author=reader, created_at=NOW - MINUTE
    )
    return Blog(people, posts, comments)


EVERYBODY = ("anonymous", "reader", "other", "author", "lowered", "moderator", "admin")
PUBLIC = {"approved", "tombstone"}
ON_PUBLIC = {"pending", "approved", "rejected", "spam", "tombstone"}


# What is seen.


@on_each_database
async def test_who_sees_which_posts(blog: Blog) -> None:
    seen = {
        who: blog.name(await Post.filter(permissions.visible_posts(blog.viewer(who)))) for who in EVERYBODY
    }
    assert seen == {
        "anonymous": {"public"},
        "reader": {"public"},
        "other": {"public"},
        "author": {"public", "scheduled", "draft"},
        "lowered": {"public", "lowered's draft"},
        "moderator": {"public"},
        "admin": {"public", "scheduled", "draft", "lowered's draft"},
    }


@on_each_database
async def test_which_posts_a_status_filter_lists(blog: Blog) -> None:
    listed = {
        who: {
            status: blog.name(await Post.filter(permissions.posts_of_status(blog.viewer(who), status)))
            for status in PostStatus
        }
        for who in ("anonymous", "other", "author", "moderator", "admin")
    }
    nothing: dict[str, set[str]] = {"DRAFT": set(), "SCHEDULED": set(), "PUBLISHED": {"public"}}
    assert listed == {
        "anonymous": nothing,
        "other": nothing,
        "moderator": nothing,
        "author": {"DRAFT": {"draft"}, "SCHEDULED": {"scheduled"}, "PUBLISHED": {"public"}},
        "admin": {
            "DRAFT": {"draft", "lowered's draft"},
            "SCHEDULED": {"scheduled"},
            "PUBLISHED": {"public"},
        },
    }


@on_each_database
async def test_who_sees_which_comments(blog: Blog) -> None:
    seen = {
        who: blog.name(await Comment.filter(permissions.visible_comments(blog.viewer(who))))
        for who in EVERYBODY
    }
    assert seen == {
        "anonymous": PUBLIC,
        "reader": PUBLIC | {"pending"},
        "other": PUBLIC,
        "author": PUBLIC | {"on draft"},
        "lowered": PUBLIC,
        "moderator": ON_PUBLIC,
        "admin": ON_PUBLIC | {"on draft"},
    }


@on_each_database
async def test_which_comments_a_list_shows(blog: Blog) -> None:
    async def listed(who: str, status: CommentDecision | None) -> set[str]:
        rule = permissions.listed_comments(blog.viewer(who), status)
        return blog.name(await Comment.filter(rule, post_id=blog.posts["public"].id))

    unfiltered = {who: await listed(who, None) for who in EVERYBODY}
    assert unfiltered == {
        **dict.fromkeys(EVERYBODY, PUBLIC),
        "reader": PUBLIC | {"pending"},
        "moderator": PUBLIC | {"pending"},
        "admin": PUBLIC | {"pending"},
    }
    by_status = {who: [await listed(who, status) for status in CommentDecision] for who in EVERYBODY}
    assert by_status == {
        **{who: [set(), PUBLIC, set(), set()] for who in EVERYBODY},
        "reader": [{"pending"}, PUBLIC, set(), set()],
        "moderator": [{"pending"}, PUBLIC, {"rejected"}, {"spam"}],
        "admin": [{"pending"}, PUBLIC, {"rejected"}, {"spam"}],
    }


@on_each_database
async def test_who_sees_whose_email(blog: Blog) -> None:
    for who in EVERYBODY:
        shown = await User.filter(permissions.users_with_visible_email(blog.viewer(who)))
        everybody = await User.all()
        assert shown == (everybody if who == "admin" else [blog.people[who]] if who in blog.people else [])


@on_each_database
async def test_a_rule_says_the_same_of_a_row_as_in_a_query(blog: Blog) -> None:
    posts = {post.id: post for post in await Post.all()}
    for viewer in map(blog.viewer, EVERYBODY):
        found = await Post.filter(permissions.visible_posts(viewer))
        assert {post.id for post in found} == {
            post.id for post in posts.values() if permissions.sees_post(viewer, post)
        }
        commented = await Comment.filter(permissions.visible_comments(viewer))
        assert {comment.id for comment in commented} == {
            comment.id
            for comment in await Comment.all()
            if permissions.sees_comment(viewer, comment, posts[comment.post_id])
        }


@on_each_database
async def test_a_prefix_leads_from_other_rows_to_these(blog: Blog) -> None:
    for who in ("anonymous", "reader", "author", "moderator"):
        seen = permissions.visible_comments(blog.viewer(who), "comments__")
        with_comments = await Post.filter(seen).distinct()
        comments = await Comment.filter(permissions.visible_comments(blog.viewer(who)))
        assert {post.id for post in with_comments} == {comment.post_id for comment in comments}


@on_sqlite
@pytest.mark.parametrize("role", [None, *Role])
async def test_the_rules_never_look_at_a_placeholder(role: Role | None) -> None:
    class Placeholder(Parameter):
        def __eq__(self, other: object) -> bool:  # type: ignore[override]
            raise AssertionError("a placeholder was compared")

        def __bool__(self) -> bool:
            raise AssertionError("a placeholder was asked for its truth")

        __hash__ = None  # type: ignore[assignment]

    viewer = Viewer(
        id=None if role is None else Placeholder("?1"),  # type: ignore[arg-type]
        role=role,
        now=Placeholder("?2"),  # type: ignore[arg-type]
    )
    permissions.public_posts(viewer)
    permissions.visible_posts(viewer)
    permissions.comments_of_post(viewer)
    permissions.visible_comments(viewer)
    permissions.users_with_visible_email(viewer)
    for status in PostStatus:
        permissions.posts_of_status(viewer, status)
    for shown in (None, *CommentStatus):
        permissions.listed_comments(viewer, shown)


@on_sqlite
async def test_a_rule_over_a_row_follows_its_connectives() -> None:
    user = await factories.user(username="ada", website=None)
    true, false = Q(username="ada"), Q(username="grace")
    assert matches(Q(), user)
    assert matches(true & ~false, user)
    assert not matches(true & false, user)
    assert matches(false | true, user)
    assert not matches(~(false | true), user)
    assert matches(Q(username="grace", id=user.id, join_type=Q.OR), user)
    assert matches(Q(username__in=("ada",), username__not="grace", website__isnull=True), user)
    assert matches(Q(id__gte=user.id, id__lte=user.id), user)
    assert not matches(Q(id__gt=user.id) | Q(id__lt=user.id), user)


# What is done.


def outcome(action: Callable[..., object], *arguments: object) -> Answer:
    try:
        action(*arguments)
    except DomainError as refused:
        return type(refused)
    return None


def by_everybody(blog: Blog, action: Callable[..., object], *arguments: object) -> dict[str, Answer]:
    return {who: outcome(action, blog.viewer(who), *arguments) for who in EVERYBODY}


def answers(default: Answer, **others: Answer) -> dict[str, Answer]:
    """Everybody's answers, where anonymous viewers are always told to sign in."""
    return {**dict.fromkeys(EVERYBODY, default), "anonymous": NotSignedIn, **others}


@on_sqlite
async def test_who_is_signed_in(blog: Blog) -> None:
    assert by_everybody(blog, requirements.require_signed_in) == answers(None)
    assert requirements.require_signed_in(blog.viewer("reader")) == blog.people["reader"].id


@on_sqlite
async def test_who_writes_posts(blog: Blog) -> None:
    assert by_everybody(blog, requirements.require_may_write_posts) == answers(
        None, reader=NotAllowed, lowered=NotAllowed
    )
    assert requirements.require_may_write_posts(blog.viewer("author")) == blog.people["author"].id


@on_sqlite
async def test_who_changes_which_post(blog: Blog) -> None:
    def change(post: str) -> dict[str, Answer]:
        return by_everybody(blog, requirements.require_may_change_post, blog.posts.get(post))

    assert change("public") == answers(NotAllowed, author=None, admin=None)
    assert change("draft") == answers(NotFound, author=None, admin=None)
    assert change("scheduled") == answers(NotFound, author=None, admin=None)
    assert change("lowered's draft") == answers(NotFound, lowered=NotAllowed, admin=None)
    assert change("no such post") == answers(NotFound)


@on_sqlite
async def test_who_changes_categories(blog: Blog) -> None:
    assert by_everybody(blog, requirements.require_may_change_categories) == answers(NotAllowed, admin=None)


@on_sqlite
async def test_who_comments_on_which_post(blog: Blog) -> None:
    def comment(post: str) -> dict[str, Answer]:
        return by_everybody(blog, requirements.require_may_comment, AuthPolicy(), blog.posts.get(post))

    assert comment("public") == answers(None)
    assert comment("draft") == answers(NotFound, author=NotAllowed, admin=NotAllowed)
    assert comment("scheduled") == answers(NotFound, author=NotAllowed, admin=NotAllowed)
    assert comment("no such post") == answers(NotFound)


def on_comment(
    blog: Blog, action: Callable[..., object], comment: str, post: str = "public"
) -> dict[str, Answer]:
    return by_everybody(blog, action, blog.comments.get(comment), blog.posts.get(post))


@on_sqlite
async def test_who_replies_to_which_comment(blog: Blog) -> None:
    def reply(comment: str, post: str = "public") -> dict[str, Answer]:
        rows = blog.comments.get(comment), blog.posts.get(post)
        return by_everybody(blog, requirements.require_may_reply, AuthPolicy(), *rows)

    moderators: dict[str, Answer] = {"moderator": NotAllowed, "admin": NotAllowed}
    assert reply("approved") == answers(None)
    assert reply("pending") == answers(NotFound, reader=NotAllowed, **moderators)
    assert reply("rejected") == answers(NotFound, **moderators)
    assert reply("spam") == answers(NotFound, **moderators)
    assert reply("tombstone") == answers(NotAllowed)
    assert reply("on draft", "draft") == answers(NotFound, author=NotAllowed, admin=NotAllowed)
    assert reply("no such comment") == answers(NotFound)
    assert reply("approved", "no such post") == answers(NotFound)


@on_sqlite
@pytest.mark.parametrize("guests", GuestPolicy)
async def test_what_a_guest_comments_on(blog: Blog, guests: GuestPolicy) -> None:
    """Strangers alone are guests, and see what strangers see."""
    policy, taken = AuthPolicy(guests=guests), guests is not GuestPolicy.OFF
    comment = partial(requirements.require_may_comment, guest=True)
    reply = partial(requirements.require_may_reply, guest=True)
    stranger, public = blog.viewer("anonymous"), blog.posts["public"]
    for post in (public, None):
        allowed = (None if post else NotFound) if taken else NotSignedIn
        assert by_everybody(blog, comment, policy, post) == answers(InvalidInput, anonymous=allowed)
    for name in ("draft", "scheduled"):
        assert outcome(comment, stranger, policy, blog.posts[name]) is (NotFound if taken else NotSignedIn)
    told = {name: outcome(reply, stranger, policy, blog.comments[name], public) for name in ON_PUBLIC}
    hidden = dict.fromkeys(("pending", "rejected", "spam"), NotFound)
    expected: dict[str, Answer] = {"approved": None, "tombstone": NotAllowed, **hidden}
    assert told == (expected if taken else dict.fromkeys(ON_PUBLIC, NotSignedIn))
    assert outcome(requirements.require_may_comment, stranger, policy, public) is NotSignedIn
    assert outcome(requirements.require_may_reply, stranger, policy, blog.comments["approved"], public) is (
        NotSignedIn
    )


@on_sqlite
async def test_a_guest_sees_what_they_wrote_while_it_waits(blog: Blog) -> None:
    stranger = blog.viewer("anonymous")
    for name, comment in blog.comments.items():
        post = blog.posts["draft" if name == "on draft" else "public"]
        seen = permissions.sees_comment(stranger, comment, post, own=True)
        assert seen is (name in PUBLIC | {"pending"})
        assert permissions.sees_comment(stranger, comment, post) is (name in PUBLIC)


@on_sqlite
async def test_who_edits_which_comment(blog: Blog) -> None:
    def edit(comment: str) -> dict[str, Answer]:
        rows = blog.comments.get(comment), blog.posts.get("public")
        return by_everybody(blog, requirements.require_may_edit_comment, AuthPolicy(), *rows)

    assert edit("approved") == answers(NotAllowed, reader=None, admin=None)
    assert edit("pending") == answers(NotFound, reader=None, moderator=NotAllowed, admin=None)
    assert edit("rejected") == answers(NotFound, moderator=NotAllowed, admin=None)
    assert edit("tombstone") == answers(NotAllowed)
    assert edit("no such comment") == answers(NotFound)


@on_sqlite
@pytest.mark.parametrize("window", [15 * MINUTE, MINUTE])
async def test_a_comment_is_edited_for_as_long_as_the_policy_says(blog: Blog, window: timedelta) -> None:
    policy = AuthPolicy(comment_edit_window=window)
    comment, reader = blog.comments["approved"], blog.viewer("reader")
    in_time = replace(reader, now=comment.created_at + window)
    too_late = replace(reader, now=in_time.now + timedelta(microseconds=1))
    post = blog.posts["public"]
    assert outcome(requirements.require_may_edit_comment, in_time, policy, comment, post) is None
    assert outcome(requirements.require_may_edit_comment, too_late, policy, comment, post) is NotAllowed
    much_later = replace(blog.viewer("admin"), now=too_late.now + timedelta(days=300))
    assert outcome(requirements.require_may_edit_comment, much_later, policy, comment, post) is None


@on_sqlite
async def test_who_deletes_which_comment(blog: Blog) -> None:
    def delete(comment: str) -> dict[str, Answer]:
        return on_comment(blog, requirements.require_may_delete_comment, comment)

    moderators: dict[str, Answer] = {"moderator": None, "admin": None}
    assert delete("approved") == answers(NotAllowed, reader=None, **moderators)
    assert delete("pending") == answers(NotFound, reader=None, **moderators)
    assert delete("spam") == answers(NotFound, **moderators)
    assert delete("tombstone") == answers(NotAllowed)
    assert delete("no such comment") == answers(NotFound)


@on_sqlite
async def test_who_decides_about_which_comment(blog: Blog) -> None:
    def decide(comment: str, post: str = "public") -> dict[str, Answer]:
        return on_comment(blog, requirements.require_may_decide_comment, comment, post)

    moderators: dict[str, Answer] = {"moderator": None, "admin": None}
    assert decide("approved") == answers(NotAllowed, **moderators)
    assert decide("pending") == answers(NotFound, reader=NotAllowed, **moderators)
    assert decide("rejected") == answers(NotFound, **moderators)
    assert decide("tombstone") == answers(NotAllowed)
    assert decide("on draft", "draft") == answers(NotFound, author=NotAllowed, admin=None)


def test_an_anonymous_viewer_looks_now() -> None:
    before = now()
    viewer = anonymous()
    assert (viewer.id, viewer.role) == (None, None)
    assert before <= viewer.now <= now()
