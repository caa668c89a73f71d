"""What each mutation answers: its result, which is null when there is an `error`."""

from datetime import datetime
from typing import Any

import strawberry
from strawberry import ID

from compiler import Edge
from models import CommentDecision
from schema.category import Category
from schema.comment import Comment
from schema.errors import (
    CommentsClosed,
    EditConflict,
    Error,
    InvalidCredentials,
    InvalidInput,
    NotAllowed,
    NotFound,
    NotSignedIn,
    TooManyRequests,
)
from schema.linkback import Linkback
from schema.post import Post
from schema.user import User


def _result(description: str) -> Any:
    return strawberry.field(default=None, description=description)


def _failure(*errors: type[Error]) -> Any:
    names = [error.__name__ for error in errors]
    return _result(f"Why it was not done: {', '.join(names[:-1])} or {names[-1]}; null when it was.")


@strawberry.type(description="A new account and its first session.")
class SignUpPayload:
    """A new account and its first session."""

    token: str | None = _result(
        "Send it as Authorization: Bearer … or as connectionParams.token. It is shown only here."
    )
    expires_at: datetime | None = _result("When the session ends unless it is used; each use prolongs it.")
    user: User | None = _result("The new account.")
    error: Error | None = _failure(InvalidInput, TooManyRequests)


@strawberry.type(description="A fresh session.")
class SignInPayload:
    """A fresh session."""

    token: str | None = _result(
        "Send it as Authorization: Bearer … or as connectionParams.token. It is shown only here."
    )
    expires_at: datetime | None = _result("When the session ends unless it is used; each use prolongs it.")
    user: User | None = _result("Whose session it is.")
    error: Error | None = _failure(InvalidCredentials, TooManyRequests)


@strawberry.type(description="A session that has ended.")
class EndSessionPayload:
    """A session that has ended."""

    ended_id: ID | None = _result("The id that it had.")
    error: Error | None = _failure(NotSignedIn, NotFound)


@strawberry.type(description="An account with another password.")
class ChangePasswordPayload:
    """An account with another password."""

    user: User | None = _result("The account.")
    error: Error | None = _failure(InvalidInput, InvalidCredentials, NotSignedIn, TooManyRequests)


@strawberry.type(description="A changed profile.")
class UpdateProfilePayload:
    """A changed profile."""

    user: User | None = _result("The account as it is now.")
    error: Error | None = _failure(InvalidInput, NotSignedIn)


@strawberry.type(description="A new category.")
class CreateCategoryPayload:
    """A new category."""

    category: Category | None = _result("The category.")
    error: Error | None = _failure(InvalidInput, NotSignedIn, NotAllowed, NotFound)


@strawberry.type(description="A changed category.")
class UpdateCategoryPayload:
    """A changed category."""

    category: Category | None = _result("The category as it is now.")
    error: Error | None = _failure(InvalidInput, NotSignedIn, NotAllowed, NotFound)


@strawberry.type(description="A category that is gone.")
class DeleteCategoryPayload:
    """A category that is gone."""

    deleted_id: ID | None = _result("The id that it had.")
    error: Error | None = _failure(InvalidInput, NotSignedIn, NotAllowed, NotFound)


@strawberry.type(description="A new post.")
class CreatePostPayload:
    """A new post."""

    post: Post | None = _result("The post.")
    error: Error | None = _failure(InvalidInput, NotSignedIn, NotAllowed, NotFound)


@strawberry.type(description="A changed post.")
class UpdatePostPayload:
    """A changed post."""

    post: Post | None = _result("The post as it is now.")
    error: Error | None = _failure(InvalidInput, EditConflict, NotSignedIn, NotAllowed, NotFound)


@strawberry.type(description="A published post.")
class PublishPostPayload:
    """A published post."""

    post: Post | None = _result("The post as it is now.")
    error: Error | None = _failure(NotSignedIn, NotAllowed, NotFound)


@strawberry.type(description="A post that is gone, and its comments with it.")
class DeletePostPayload:
    """A post that is gone."""

    deleted_id: ID | None = _result("The id that it had.")
    error: Error | None = _failure(NotSignedIn, NotAllowed, NotFound)


@strawberry.type(description="A post whose comments have been read.")
class MarkReadPayload:
    """A post whose comments have been read."""

    post: Post | None = _result("The post, with what is new in it now.")
    error: Error | None = _failure(InvalidInput, NotSignedIn, NotFound)


@strawberry.type(description="What a text would look like.")
class PreviewPayload:
    """What a text would look like."""

    html: str | None = _result("The text, rendered and sanitised as `bodyHtml` would be.")
    excerpt: str | None = _result(
        "The excerpt that a post would have where none is written; null of a comment."
    )
    error: Error | None = _failure(InvalidInput, NotSignedIn, NotAllowed, TooManyRequests)


@strawberry.type(description="A new comment.")
class AddCommentPayload:
    """A new comment."""

    comment: Comment | None = _result(
        "The comment. `status` says whether it waits for a moderator; null for a guest whose comment does."
    )
    comment_edge: Edge[Comment] | None = _result(
        "The same as an item of a list of comments by time, with its cursor there."
    )
    status: CommentDecision | None = _result(
        "What was decided about the comment that was written: PENDING waits for a moderator."
    )
    error: Error | None = _failure(
        InvalidInput, NotSignedIn, NotAllowed, NotFound, CommentsClosed, TooManyRequests
    )


@strawberry.type(description="An edited comment.")
class EditCommentPayload:
    """An edited comment."""

    comment: Comment | None = _result("The comment as it is now.")
    error: Error | None = _failure(InvalidInput, NotSignedIn, NotAllowed, NotFound, TooManyRequests)


@strawberry.type(description="A comment that is gone, or the empty place that it left for its replies.")
class DeleteCommentPayload:
    """A comment that is gone, or its empty place."""

    deleted_id: ID | None = _result(
        "The id that it had: take it off the page. Null when an empty place stays."
    )
    comment: Comment | None = _result(
        "The empty place that holds the replies: no text, no author, `deleted`. Null when nothing stays, "
        "or when nobody sees the replies."
    )
    error: Error | None = _failure(NotSignedIn, NotAllowed, NotFound)


@strawberry.type(description="A comment that a moderator has decided about.")
class SetCommentStatusPayload:
    """A comment that was decided about."""

    comment: Comment | None = _result("The comment as it is now.")
    error: Error | None = _failure(NotSignedIn, NotAllowed, NotFound)


@strawberry.type(description="A linkback that a moderator has decided about.")
class SetLinkbackStatusPayload:
    """A linkback that was decided about."""

    linkback: Linkback | None = _result("The linkback as it is now.")
    error: Error | None = _failure(InvalidInput, NotSignedIn, NotAllowed, NotFound)


@strawberry.type(description="A linkback that a moderator has taken away.")
class DeleteLinkbackPayload:
    """A linkback that was taken away."""

    deleted_id: ID | None = _result("The id that it had: take it off the page.")
    error: Error | None = _failure(NotSignedIn, NotAllowed, NotFound)


@strawberry.type(description="An account with another role.")
class SetRolePayload:
    """An account with another role."""

    user: User | None = _result("The account as it is now.")
    error: Error | None = _failure(InvalidInput, NotSignedIn, NotAllowed, NotFound)
