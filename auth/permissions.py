"""Who may see and do what: the one place where it is decided, for reads and writes alike.

A rule of sight is a Tortoise Q over the rows; reads filter by it, writes ask it of the row they have loaded.
The viewer's `id` and `now` go into it as they are, since they are placeholders when a read is compiled: only
`role` is looked at. `prefix` is the path to the rows from where the query starts, such as `post__`.

A rule of action is a Q over rows that the viewer sees: `viewerCan…` shows it, and a `require_…` function asks it of
loaded rows. An anonymous viewer is NotSignedIn, what the viewer cannot see is NotFound, what they see but may not do
is NotAllowed; each comes before the next.
"""

from typing import Any

from tortoise.expressions import Q

from auth.policy import AuthPolicy, GuestPolicy
from auth.rules import matches
from auth.viewer import Viewer
from models import Comment, CommentDecision, CommentStatus, LinkbackStatus, Post, PostStatus
from models.errors import InvalidInput, NotAllowed, NotFound, NotSignedIn


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


def _own_pending(viewer: Viewer, prefix: str) -> Q:
    return _where(prefix, status=CommentStatus.PENDING, author_id=viewer.id)


def listed_linkbacks(viewer: Viewer, prefix: str = "") -> Q:
    """Under a visible post all see the approved linkbacks; moderators see those that wait, too."""
    if viewer.is_moderator:
        return _where(prefix, status__in=(LinkbackStatus.APPROVED, LinkbackStatus.PENDING))
    return _where(prefix, status=LinkbackStatus.APPROVED)


def visible_linkbacks(viewer: Viewer, prefix: str = "") -> Q:
    """Wherever it stands: moderators see every linkback, others the approved ones of posts that they see."""
    seen = Q() if viewer.is_moderator else _where(prefix, status=LinkbackStatus.APPROVED)
    return seen & visible_posts(viewer, f"{prefix}post__")


def visible_post_revisions(viewer: Viewer) -> Q:
    """What a post was is shown to its author and administrators."""
    return Q() if viewer.is_admin else _of_own(viewer, "post__")


def visible_comment_revisions(viewer: Viewer) -> Q:
    """What a comment was is shown to its author and moderators."""
    return Q() if viewer.is_moderator else _of_own(viewer, "comment__")


def _of_own(viewer: Viewer, prefix: str) -> Q:
    return _nothing("") if viewer.role is None else _where(prefix, author_id=viewer.id)


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


# What may be done, to rows that are seen.


def changeable_posts(viewer: Viewer, prefix: str = "") -> Q:
    """Authors edit, file, publish and delete their own posts while they are authors; administrators all."""
    if viewer.is_admin:
        return Q()
    return _where(prefix, author_id=viewer.id) if viewer.is_author else _nothing(prefix)


def commentable_posts(viewer: Viewer, policy: AuthPolicy, prefix: str = "") -> Q:
    """Everybody with an account comments on public posts that are open; strangers as guests, if the site has any."""
    if not _may_write_comments(viewer, policy):
        return _nothing(prefix)
    return public_posts(viewer, prefix) & _where(prefix, comments_open=True)


def comments_to_reply_to(viewer: Viewer, policy: AuthPolicy, prefix: str = "") -> Q:
    """Replies go under approved comments that still have their text, down to the deepest level."""
    if not _may_write_comments(viewer, policy):
        return _nothing(prefix)
    deepest = policy.deepest_reply
    return _where(prefix, status=CommentStatus.APPROVED, deleted_at__isnull=True, depth__lt=deepest)


def _may_write_comments(viewer: Viewer, policy: AuthPolicy) -> bool:
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


# What is asked before it is done.


def require_signed_in(viewer: Viewer) -> int:
    """Only people with an account; answers with the viewer's id."""
    if viewer.id is None:
        raise NotSignedIn
    return viewer.id


def require_commenter(viewer: Viewer, policy: AuthPolicy, *, guest: bool) -> None:
    """Only people with an account, or a guest where the site takes them; one who is signed in is no guest."""
    if not guest or not _may_write_comments(viewer, policy):
        require_signed_in(viewer)
    if guest and viewer.id is not None:
        raise InvalidInput([("guest", "You are signed in: leave out the guest, or sign out.")])


def require_post(viewer: Viewer, post: Post | None) -> Post:
    """The post, if there is one and the viewer, who has an account, sees it."""
    require_signed_in(viewer)
    return _require_seen_post(viewer, post)


def _require_seen_post(viewer: Viewer, post: Post | None) -> Post:
    if post is None or not sees_post(viewer, post):
        raise NotFound("There is no such post.")
    return post


def require_comment(viewer: Viewer, comment: Comment | None, post: Post | None) -> Comment:
    """The comment under that post, if there is one and the viewer, who has an account, sees it."""
    require_signed_in(viewer)
    return _require_seen_comment(viewer, comment, post)


def _require_seen_comment(viewer: Viewer, comment: Comment | None, post: Post | None) -> Comment:
    if comment is None or post is None or not sees_comment(viewer, comment, post):
        raise NotFound("There is no such comment.")
    return comment


def require_may_write_posts(viewer: Viewer) -> int:
    """Authors write posts; answers with the viewer's id."""
    viewer_id = require_signed_in(viewer)
    if not viewer.is_author:
        raise NotAllowed("Only authors write posts.")
    return viewer_id


def require_may_change_post(viewer: Viewer, post: Post | None) -> Post:
    """The post, if the viewer may change it."""
    post = require_post(viewer, post)
    if matches(changeable_posts(viewer), post):
        return post
    raise NotAllowed("Only its author and administrators change or delete a post.")


def require_may_change_categories(viewer: Viewer) -> int:
    """Administrators create, change and delete categories; answers with the viewer's id."""
    viewer_id = require_signed_in(viewer)
    if not viewer.is_admin:
        raise NotAllowed("Only administrators change categories.")
    return viewer_id


def require_may_comment(
    viewer: Viewer, policy: AuthPolicy, post: Post | None, *, guest: bool = False
) -> Post:
    """Commenters comment on public posts; whether they are open is the verb's question."""
    require_commenter(viewer, policy, guest=guest)
    post = _require_seen_post(viewer, post)
    if not matches(public_posts(viewer), post):
        raise NotAllowed("A post takes comments once it is published.")
    return post


def require_may_reply(
    viewer: Viewer, policy: AuthPolicy, parent: Comment | None, post: Post | None, *, guest: bool = False
) -> Comment:
    """The comment, if the viewer may comment on the post and reply to it; one at the deepest level is InvalidInput."""
    require_commenter(viewer, policy, guest=guest)
    parent = _require_seen_comment(viewer, parent, post)
    require_may_comment(viewer, policy, post, guest=guest)
    if matches(comments_to_reply_to(viewer, policy), parent):
        return parent
    _require_text(parent)
    if parent.status is not CommentStatus.APPROVED:
        raise NotAllowed("Only approved comments take replies.")
    raise InvalidInput([("parent", f"Replies are nested up to {policy.deepest_reply} levels deep.")])


def require_may_edit_comment(
    viewer: Viewer, policy: AuthPolicy, comment: Comment | None, post: Post | None
) -> Comment:
    """The comment, if the viewer may edit it."""
    comment = require_comment(viewer, comment, post)
    _require_text(comment)
    if matches(editable_comments(viewer, policy), comment):
        return comment
    if comment.author_id == viewer.id:
        raise NotAllowed("This comment is too old to be edited.")
    raise NotAllowed("Only its author edits a comment.")


def require_may_delete_comment(viewer: Viewer, comment: Comment | None, post: Post | None) -> Comment:
    """The comment, if the viewer may delete it."""
    comment = require_comment(viewer, comment, post)
    _require_text(comment)
    if matches(deletable_comments(viewer), comment):
        return comment
    raise NotAllowed("Only its author and moderators delete a comment.")


def require_may_decide_comment(viewer: Viewer, comment: Comment | None, post: Post | None) -> Comment:
    """The comment, if the viewer may decide about it."""
    comment = require_comment(viewer, comment, post)
    if matches(decidable_comments(viewer), comment):
        return comment
    if viewer.is_moderator:
        _require_text(comment)
    raise NotAllowed("Only moderators decide about comments.")


def _require_text(comment: Comment) -> None:
    if comment.deleted_at is not None:
        raise NotAllowed("This comment was deleted.")
