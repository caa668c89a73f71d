"""What is asked before something is done: the rules of `auth.permissions`, of rows that have been loaded.

An anonymous viewer is NotSignedIn, what the viewer cannot see is NotFound, what they see but may not do is NotAllowed;
each comes before the next.
"""

from auth.permissions import (
    changeable_posts,
    comments_to_reply_to,
    decidable_comments,
    decidable_linkbacks,
    deletable_comments,
    editable_comments,
    may_write_comments,
    public_posts,
    sees_comment,
    sees_linkback,
    sees_post,
)
from auth.policy import AuthPolicy
from auth.rules import matches
from auth.viewer import Viewer
from models import Comment, CommentStatus, Linkback, LinkbackStatus, Post
from models.errors import InvalidInput, NotAllowed, NotFound, NotSignedIn


def require_signed_in(viewer: Viewer) -> int:
    """Only people with an account; answers with the viewer's id."""
    if viewer.id is None:
        raise NotSignedIn
    return viewer.id


def require_commenter(viewer: Viewer, policy: AuthPolicy, *, guest: bool) -> None:
    """Only people with an account, or a guest where the site takes them; one who is signed in is no guest."""
    if not guest or not may_write_comments(viewer, policy):
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


def require_may_set_roles(viewer: Viewer) -> int:
    """Administrators decide what others may do; answers with the viewer's id."""
    viewer_id = require_signed_in(viewer)
    if not viewer.is_admin:
        raise NotAllowed("Only administrators give roles.")
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


def require_may_decide_linkback(viewer: Viewer, linkback: Linkback | None, post: Post | None) -> Linkback:
    """The linkback of that post, if the viewer may decide about it."""
    require_signed_in(viewer)
    if linkback is None or post is None or not sees_linkback(viewer, linkback, post):
        raise NotFound("There is no such linkback.")
    if matches(decidable_linkbacks(viewer), linkback):
        return linkback
    raise NotAllowed("Only moderators decide about linkbacks.")


def require_decision(linkback: Linkback, status: LinkbackStatus) -> None:
    """What is still being looked into can be rejected, and nothing else; and no decision begins that anew."""
    if status is LinkbackStatus.VERIFYING:
        raise InvalidInput([("status", "A page is looked into when its sender asks for it.")])
    refused = status in (LinkbackStatus.REJECTED, LinkbackStatus.SPAM)
    if not refused and linkback.status is LinkbackStatus.VERIFYING:
        raise NotAllowed("Whether this page links here is still being looked into: reject it, or wait.")


def _require_text(comment: Comment) -> None:
    if comment.deleted_at is not None:
        raise NotAllowed("This comment was deleted.")
