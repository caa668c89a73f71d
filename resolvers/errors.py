"""What a verb refuses, and why: the expected outcomes that the API shows as the `error` of a mutation's payload.

Most are decided together with the permissions and live in `auth.errors`; they are gathered here so that
whoever turns outcomes into answers finds all of them in one place.
"""

from datetime import datetime

from auth.errors import (
    DomainError,
    InvalidCredentials,
    InvalidInput,
    NotAllowed,
    NotFound,
    NotSignedIn,
    TooManyRequests,
)

__all__ = [
    "CommentsClosed",
    "DomainError",
    "EditConflict",
    "InvalidCredentials",
    "InvalidInput",
    "NotAllowed",
    "NotFound",
    "NotSignedIn",
    "TooManyRequests",
]


class CommentsClosed(DomainError):  # noqa: N818 - the API's own name
    """The post can be read, but takes no more comments."""

    default = "The comments of this post are closed."


class EditConflict(DomainError):  # noqa: N818 - the API's own name
    """The post is not as the client has read it; `updated_at` says when it was really changed last."""

    default = "The post has been changed since you read it: read it again before you change it."

    def __init__(self, updated_at: datetime) -> None:
        self.updated_at = updated_at
        super().__init__()
