"""Who may see and do what: the one place where it is decided, for reads and writes alike.

A rule of sight is a Tortoise Q over the rows; reads filter by it, writes ask it of the row they have loaded.
The viewer's `id` and `now` go into it as they are, since they are placeholders when a read is compiled: only
`role` is looked at. `prefix` is the path to the rows from where the query starts, such as `post__`.

A rule of action is a Q over rows that the viewer sees: `viewerCan…` shows it, and `auth.requirements` asks it of loaded
rows.
"""

from typing import Any

from tortoise.expressions import Q, RawSQL

from auth.policy import AuthPolicy, GuestPolicy
from auth.rules import matches
from auth.viewer import Viewer
from models import Comment, CommentDecision, CommentStatus, Linkback, LinkbackStatus, Post, PostStatus


def _where(prefix: str, **conditions: Any) -> Q:
    return Q(**{prefix + name: value for name, value in conditions.items()})


def _nothing(prefix: str) -> Q:
    return _where(prefix, id=0)  # an index finds at once that there is none; no row is looked at


# What is seen.


def public_posts(viewer: Viewer, prefix: str = "") -> Q:
    """Everybody sees a post that is published and whose time has come. Lists without a status show these.

    Once it has been noticed that it came (`Post.counted`), the post stays public, whatever another clock says, or the
    same one after it was set back.
    """
    has_come = _where(prefix, published_at__lte=viewer.now) | _where(prefix, counted=True)
    return _where(prefix, status=PostStatus.PUBLISHED) & has_come


def visible_posts(viewer: Viewer, prefix: str = "") -> Q:
    """Besides the public posts, people see all of their own, whatever their role; administrators see all."""
    if viewer.is_admin:
        return Q()
    if viewer.role is None:
        return public_posts(viewer, prefix)
    return public_posts(viewer, prefix) | _where(prefix, author_id=viewer.id)


def posts_of_status(viewer: Viewer, status: PostStatus, prefix: str = "") -> Q:
    """The visible posts of one status: drafts and scheduled posts are one's own; administrators see all."""
    if status is PostStatus.PUBLISHED:
        return public_posts(viewer, prefix)
    if viewer.role is None:
        return _nothing(prefix)
    whose = Q() if viewer.is_admin else _where(prefix, author_id=viewer.id)
    if status is PostStatus.DRAFT:
        return whose & _where(prefix, status=PostStatus.DRAFT)
    to_come = _where(prefix, status=PostStatus.PUBLISHED, published_at__gt=viewer.now, counted=False)
    return whose & to_come


def comments_of_post(viewer: Viewer, prefix: str = "") -> Q:
    """Under a visible post all see the approved, authors also their own pending comments, moderators all."""
    if viewer.is_moderator:
        return Q()
    approved = _where(prefix, status=CommentStatus.APPROVED)
    if viewer.role is None:
        return approved
    return approved | _own_pending(viewer, prefix)


def visible_comments(viewer: Viewer, prefix: str = "") -> Q:
    """Wherever it stands: a comment is visible when its post is and when it would be visible under it."""
    return comments_of_post(viewer, prefix) & visible_posts(viewer, f"{prefix}post__")


def listed_comments(viewer: Viewer, decision: CommentDecision | None = None, prefix: str = "") -> Q:
    """A list of comments under a visible post shows the approved, and those pending that the viewer sees.

    With a decision, those that it was made about and that the viewer sees; rejected ones and spam are listed no other
    way, and what is hidden in none.
    """
    if decision is None and viewer.is_moderator:
        return _where(prefix, status__in=(CommentStatus.APPROVED, CommentStatus.PENDING))
    if decision is None:
        return comments_of_post(viewer, prefix)
    if viewer.is_moderator and decision is CommentDecision.PENDING:  # but not the places that hold such
        return _where(prefix, status=CommentStatus.PENDING, deleted_at__isnull=True)
    if viewer.is_moderator or decision is CommentDecision.APPROVED:
        return _where(prefix, status=CommentStatus(decision))
    if decision is CommentDecision.PENDING and viewer.role is not None:
        return _own_pending(viewer, prefix)
    return _nothing(prefix)


def comments_by_others(viewer: Viewer, prefix: str = "") -> Q:
    """What can be new to somebody with an account: what all see and somebody else has written."""
    if viewer.role is None:
        return _nothing(prefix)
    public = _where(prefix, status=CommentStatus.APPROVED, deleted_at__isnull=True)
    return public & _where(prefix, author_id__not=viewer.id)


def _own_pending(viewer: Viewer, prefix: str) -> Q:
    return _where(prefix, status=CommentStatus.PENDING, author_id=viewer.id)


def listed_linkbacks(viewer: Viewer, status: LinkbackStatus | None = None, prefix: str = "") -> Q:
    """Under a visible post all see the approved linkbacks; moderators see those that wait, too.

    With a status, those that have it and that the viewer sees.
    """
    if status is not None:
        seen = viewer.is_moderator or status is LinkbackStatus.APPROVED
        return _where(prefix, status=status) if seen else _nothing(prefix)
    if viewer.is_moderator:
        return _where(prefix, status__in=(LinkbackStatus.APPROVED, LinkbackStatus.PENDING))
    return _where(prefix, status=LinkbackStatus.APPROVED)


def visible_linkbacks(viewer: Viewer, prefix: str = "") -> Q:
    """Wherever it stands: moderators see every linkback, others the approved ones of posts that they see."""
    seen = Q() if viewer.is_moderator else _where(prefix, status=LinkbackStatus.APPROVED)
    return seen & visible_posts(viewer, f"{prefix}post__")


def linkable_posts(viewer: Viewer, prefix: str = "") -> Q:
    """Pages elsewhere may say that they link to public posts that are open for that."""
    return public_posts(viewer, prefix) & _where(prefix, linkbacks_open=True)


def visible_post_revisions(viewer: Viewer) -> Q:
    """What a post was is shown to its author and administrators."""
    return Q() if viewer.is_admin else _of_own(viewer, "post__")


def visible_outgoing_linkbacks(viewer: Viewer) -> Q:
    """Whom a post's links were told to is shown to its author and administrators."""
    return Q() if viewer.is_admin else _of_own(viewer, "post__")


def visible_comment_revisions(viewer: Viewer) -> Q:
    """What a comment was is shown to its author and moderators."""
    return Q() if viewer.is_moderator else _of_own(viewer, "comment__")


def _of_own(viewer: Viewer, prefix: str) -> Q:
    return _nothing("") if viewer.role is None else _where(prefix, author_id=viewer.id)


_APPROVED_GUEST = (
    "(SELECT guest.guest_id FROM (SELECT id AS guest_id, guest_key AS its_key FROM users) AS guest"
    " JOIN comments ON comments.author_id = guest.guest_id AND comments.status = 'APPROVED'"
    " WHERE guest.its_key = guest_key)"
)
"""The guest of the row that is asked for, which alone has a `guest_key` here: found by indexes, among no other rows."""


def visible_users(viewer: Viewer) -> Q:
    """Everybody sees accounts, and guests of whom a comment was approved; moderators all guests.

    What a guest calls themselves, and where they link to, is text like their comment, and waits with it.
    """
    if viewer.is_moderator:
        return Q()
    return Q(username__isnull=False) | Q(id__in=RawSQL(_APPROVED_GUEST))


def listed_users(viewer: Viewer) -> Q:
    """Moderators look through the accounts; others know whom they know."""
    account = Q(username__gt="")  # not `__isnull`: SQLite would not see that an index has all of these
    return account if viewer.is_moderator else _nothing("")


def listed_outgoing_linkbacks(viewer: Viewer) -> Q:
    """Administrators look through what was sent of all posts; authors see that of their own on the post."""
    return Q() if viewer.is_admin else _nothing("")


def visible_import_reports(viewer: Viewer) -> Q:
    """Administrators see what imports reported."""
    return Q() if viewer.is_admin else _nothing("")


def own_sessions(viewer: Viewer) -> Q:
    """Nobody but the account itself learns where it is signed in."""
    return Q(user_id=0 if viewer.id is None else viewer.id, expires_at__gt=viewer.now)


def users_with_visible_email(viewer: Viewer, prefix: str = "") -> Q:
    """People see their own e-mail address; administrators see everybody's."""
    if viewer.is_admin:
        return Q()
    return _nothing(prefix) if viewer.role is None else _where(prefix, id=viewer.id)


def sees_post(viewer: Viewer, post: Post) -> bool:
    """Whether this post is among the visible ones."""
    return matches(visible_posts(viewer), post)


def sees_comment(viewer: Viewer, comment: Comment, post: Post, *, own: bool = False) -> bool:
    """Whether this comment, under that post, is visible; `own` if a guest shows otherwise that they wrote it."""
    waits = own and comment.status is CommentStatus.PENDING
    return (waits or matches(comments_of_post(viewer), comment)) and sees_post(viewer, post)


def sees_linkback(viewer: Viewer, linkback: Linkback, post: Post) -> bool:
    """Whether this linkback, of that post, is visible."""
    seen = viewer.is_moderator or linkback.status is LinkbackStatus.APPROVED
    return seen and sees_post(viewer, post)


# What may be done, to rows that are seen.


def changeable_posts(viewer: Viewer, prefix: str = "") -> Q:
    """Authors edit, file, publish and delete their own posts while they are authors; administrators all."""
    if viewer.is_admin:
        return Q()
    return _where(prefix, author_id=viewer.id) if viewer.is_author else _nothing(prefix)


def commentable_posts(viewer: Viewer, policy: AuthPolicy, prefix: str = "") -> Q:
    """Everybody with an account comments on public posts that are open; strangers as guests, if the site has any."""
    if not may_write_comments(viewer, policy):
        return _nothing(prefix)
    return public_posts(viewer, prefix) & _where(prefix, comments_open=True)


def comments_to_reply_to(viewer: Viewer, policy: AuthPolicy, prefix: str = "") -> Q:
    """Replies go under approved comments that still have their text, down to the deepest level."""
    if not may_write_comments(viewer, policy):
        return _nothing(prefix)
    deepest = policy.deepest_reply
    return _where(prefix, status=CommentStatus.APPROVED, deleted_at__isnull=True, depth__lt=deepest)


def may_write_comments(viewer: Viewer, policy: AuthPolicy) -> bool:
    """Whether the viewer comments at all: with an account, or where the site takes guests."""
    return viewer.role is not None or policy.guests is not GuestPolicy.OFF


def editable_comments(viewer: Viewer, policy: AuthPolicy, prefix: str = "") -> Q:
    """People edit their own comments for a while after writing them; administrators edit all at any time."""
    if viewer.role is None:
        return _nothing(prefix)
    text = _where(prefix, deleted_at__isnull=True)
    if viewer.is_admin:
        return text
    earliest = viewer.now - policy.comment_edit_window
    return text & _where(prefix, author_id=viewer.id, created_at__gte=earliest)


def deletable_comments(viewer: Viewer, prefix: str = "") -> Q:
    """People delete their own comments at any time; moderators delete every comment."""
    if viewer.role is None:
        return _nothing(prefix)
    text = _where(prefix, deleted_at__isnull=True)
    return text if viewer.is_moderator else text & _where(prefix, author_id=viewer.id)


def decidable_comments(viewer: Viewer, prefix: str = "") -> Q:
    """Moderators approve and reject every comment that still has its text."""
    return _where(prefix, deleted_at__isnull=True) if viewer.is_moderator else _nothing(prefix)


def decidable_linkbacks(viewer: Viewer, prefix: str = "") -> Q:
    """Moderators approve, reject and delete every linkback."""
    return Q() if viewer.is_moderator else _nothing(prefix)
