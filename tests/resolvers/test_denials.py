"""Each verb by each role: what is refused changes nothing, and the rest is done."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial

import pytest

from auth.viewer import Viewer
from live.feed import event_log
from models import BodyFormat, Comment, CommentDecision, CommentStatus, LinkbackStatus, Role, User
from models.errors import InvalidInput, NotAllowed, NotFound, NotSignedIn
from resolvers import accounts, categories, comments, linkbacks, posts, previews, roles, visits
from resolvers.previews import PreviewKind
from storage import unit_of_work
from tests import factories
from tests.resolvers.rows import POLICY, ROLES, all_rows, viewing


@dataclass
class SampleRows:
    """Rows of somebody else's."""

    category: str
    post: str
    draft: str
    scheduled: str
    comment: str
    pending: str
    rejected: str
    under_draft: str
    linkback: str
    waiting_linkback: str
    cursor: str
    user: str
    guest: str
    session: int


async def sample_rows() -> SampleRows:
    post, draft = await factories.post(), await factories.draft()
    category = await factories.category()
    comment = await factories.comment(post=post)
    await factories.comment(parent=comment)
    pending = await factories.comment(post=post, status=CommentStatus.PENDING)
    rejected = await factories.comment(post=post, status=CommentStatus.REJECTED)
    return SampleRows(
        f"category_{category.id}",
        f"post_{post.id}",
        f"post_{draft.id}",
        f"post_{(await factories.scheduled()).id}",
        f"comment_{comment.id}",
        f"comment_{pending.id}",
        f"comment_{rejected.id}",
        f"comment_{(await factories.comment(post=draft)).id}",
        f"linkback_{(await factories.linkback(post=post)).id}",
        f"linkback_{(await factories.linkback(post=post, status=LinkbackStatus.PENDING)).id}",
        str(await event_log.current()),
        f"user_{(await factories.user()).id}",
        f"user_{(await factories.guest()).id}",
        (await factories.session()).id,
    )


Verb = Callable[[Viewer, SampleRows], Awaitable[object]]
Refused = dict[Role | None, type[Exception]]

ADMIN, MODERATOR, AUTHOR, READER = Role.ADMIN, Role.MODERATOR, Role.AUTHOR, Role.READER
ANONYMOUS: Refused = {None: NotSignedIn}
NO_READERS: Refused = {None: NotSignedIn, READER: NotAllowed}
NO_AUTHORS: Refused = {**NO_READERS, AUTHOR: NotAllowed}
ONLY_ADMINS: Refused = {**NO_AUTHORS, MODERATOR: NotAllowed}
HIDDEN: Refused = {None: NotSignedIn, READER: NotFound, AUTHOR: NotFound}
HIDDEN_FROM_ALL_BUT_ADMINS: Refused = {**HIDDEN, MODERATOR: NotFound}
SPAM = CommentDecision.SPAM


async def make_a_reader(role: Role, viewer: Viewer, samples: SampleRows) -> None:
    await roles.set_role(viewer, samples.user, role)


VERBS: dict[str, tuple[Verb, Refused]] = {
    "set_linkback_status": (
        lambda v, s: linkbacks.set_linkback_status(v, s.linkback, LinkbackStatus.SPAM),
        NO_AUTHORS,
    ),
    "approve a linkback that waits": (
        lambda v, s: linkbacks.set_linkback_status(v, s.waiting_linkback, LinkbackStatus.APPROVED),
        HIDDEN,
    ),
    "delete_linkback": (lambda v, s: linkbacks.delete_linkback(v, s.linkback), NO_AUTHORS),
    "update_profile": (lambda v, _: accounts.update_profile(v, {"bio": "b"}), ANONYMOUS),
    "end_session": (
        lambda v, s: accounts.end_session(v, s.session),
        {None: NotSignedIn, **dict.fromkeys(Role, NotFound)},
    ),
    "create_category": (lambda v, _: categories.create_category(v, {"name": "n"}), ONLY_ADMINS),
    "update_category": (lambda v, s: categories.update_category(v, s.category, {"name": "n"}), ONLY_ADMINS),
    "delete_category": (lambda v, s: categories.delete_category(v, s.category), ONLY_ADMINS),
    "create_post": (
        lambda v, s: posts.create_post(v, POLICY, {"title": "t", "body": "b", "category": s.category}),
        NO_READERS,
    ),
    "preview a post": (
        lambda v, _: previews.preview(v, POLICY, PreviewKind.POST, "b", BodyFormat.MARKDOWN, None),
        NO_READERS,
    ),
    "preview a comment": (
        lambda v, _: previews.preview(v, POLICY, PreviewKind.COMMENT, "b", BodyFormat.MARKDOWN, None),
        ANONYMOUS,
    ),
    "update_post": (lambda v, s: posts.update_post(v, POLICY, s.post, {"title": "t"}), ONLY_ADMINS),
    "publish_post": (lambda v, s: posts.publish_post(v, s.post), ONLY_ADMINS),
    "delete_post": (lambda v, s: posts.delete_post(v, s.post), ONLY_ADMINS),
    "update a draft": (
        lambda v, s: posts.update_post(v, POLICY, s.draft, {"title": "t"}),
        HIDDEN_FROM_ALL_BUT_ADMINS,
    ),
    "publish a draft": (lambda v, s: posts.publish_post(v, s.draft), HIDDEN_FROM_ALL_BUT_ADMINS),
    "delete a scheduled post": (lambda v, s: posts.delete_post(v, s.scheduled), HIDDEN_FROM_ALL_BUT_ADMINS),
    "add_comment": (lambda v, s: comments.add_comment(v, POLICY, post=s.post, body="b"), ANONYMOUS),
    "reply": (
        lambda v, s: comments.add_comment(v, POLICY, post=s.post, body="b", parent=s.comment),
        ANONYMOUS,
    ),
    "comment as a guest": (
        lambda v, s: comments.add_comment(v, POLICY, post=s.post, body="b", guest={"name": "Ann"}),
        {None: NotSignedIn, **dict.fromkeys(Role, InvalidInput)},
    ),
    "comment on a draft": (
        lambda v, s: comments.add_comment(v, POLICY, post=s.draft, body="b"),
        {**HIDDEN_FROM_ALL_BUT_ADMINS, ADMIN: NotAllowed},
    ),
    "reply to a rejected comment": (
        lambda v, s: comments.add_comment(v, POLICY, post=s.post, body="b", parent=s.rejected),
        {**HIDDEN, MODERATOR: NotAllowed, ADMIN: NotAllowed},
    ),
    "mark_read": (lambda v, s: visits.mark_read(v, post=s.post, cursor=s.cursor), ANONYMOUS),
    "mark a draft as read": (
        lambda v, s: visits.mark_read(v, post=s.draft, cursor=s.cursor),
        HIDDEN_FROM_ALL_BUT_ADMINS,
    ),
    "mark as read by another feed's cursor": (
        lambda v, s: visits.mark_read(v, post=s.post, cursor="0-0123abcd"),
        {None: NotSignedIn, **dict.fromkeys(Role, InvalidInput)},
    ),
    "edit_comment": (lambda v, s: comments.edit_comment(v, POLICY, s.comment, "b"), ONLY_ADMINS),
    "edit a pending comment": (
        lambda v, s: comments.edit_comment(v, POLICY, s.pending, "b"),
        {**HIDDEN, MODERATOR: NotAllowed},
    ),
    "delete_comment": (lambda v, s: comments.delete_comment(v, s.comment), NO_AUTHORS),
    "delete a rejected comment": (lambda v, s: comments.delete_comment(v, s.rejected), HIDDEN),
    "delete a comment under a draft": (
        lambda v, s: comments.delete_comment(v, s.under_draft),
        HIDDEN_FROM_ALL_BUT_ADMINS,
    ),
    "set_comment_status": (lambda v, s: comments.set_comment_status(v, s.comment, SPAM), NO_AUTHORS),
    **{f"make a reader {role}": (partial(make_a_reader, role), ONLY_ADMINS) for role in Role},
    "give oneself a role": (
        lambda v, _: roles.set_role(v, f"user_{v.id}", MODERATOR),
        {**ONLY_ADMINS, ADMIN: InvalidInput},
    ),
    "give a guest a role": (
        lambda v, s: roles.set_role(v, s.guest, MODERATOR),
        {**ONLY_ADMINS, ADMIN: InvalidInput},
    ),
    "give nobody a role": (
        lambda v, _: roles.set_role(v, "user_99999", MODERATOR),
        {**ONLY_ADMINS, ADMIN: NotFound},
    ),
    "decide a pending comment": (lambda v, s: comments.set_comment_status(v, s.pending, SPAM), HIDDEN),
}


class Undo(Exception):
    """Rolls back what was done."""


@unit_of_work
async def done_and_undone(verb: Verb, viewer: Viewer, samples: SampleRows) -> None:
    await verb(viewer, samples)
    raise Undo


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("role", ROLES)
async def test_each_verb_is_refused_to_those_who_may_not(role: Role | None) -> None:
    samples = await sample_rows()
    viewer = viewing(await factories.user(role=role) if role else None)
    before = await all_rows()
    for name, (verb, refused) in VERBS.items():
        with pytest.raises(refused.get(role, Undo)) as outcome:
            await done_and_undone(verb, viewer, samples)
        assert outcome.type is refused.get(role, Undo), name
        assert await all_rows() == before, name


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("role", ROLES)
async def test_a_refused_verb_of_its_own_leaves_nothing_open(role: Role | None) -> None:
    """The same without a unit of work around it, as the API calls it."""
    samples = await sample_rows()
    viewer = viewing(await factories.user(role=role) if role else None)
    before = await all_rows()
    for verb, refused in VERBS.values():
        if role in refused:
            with pytest.raises(refused[role]):
                await verb(viewer, samples)
    assert await all_rows() == before


@pytest.mark.usefixtures("database")
async def test_authors_do_what_they_like_with_their_own() -> None:
    for role in (AUTHOR, MODERATOR, ADMIN):
        author = await factories.user(role=role)
        draft = f"post_{(await factories.draft(author=author)).id}"
        await posts.update_post(viewing(author), POLICY, draft, {"title": "t"})
        await posts.publish_post(viewing(author), draft)
        await posts.delete_post(viewing(author), draft)


@pytest.mark.usefixtures("database")
async def test_an_author_who_is_one_no_longer_changes_nothing() -> None:
    post = await factories.post(author=await factories.user())
    with pytest.raises(NotAllowed):
        await posts.update_post(viewing(await post.author), POLICY, f"post_{post.id}", {"title": "t"})


@pytest.mark.usefixtures("database")
async def test_readers_delete_their_own_comments_at_any_time() -> None:
    comment = await factories.comment()
    pending = await factories.comment(author_id=comment.author_id, status=CommentStatus.PENDING)
    author = viewing(await User.get(id=comment.author_id))
    for row in (comment, pending):
        await comments.delete_comment(author, f"comment_{row.id}")
    assert not await Comment.exists()
