"""What a verb refuses, and why: the expected outcomes that the API shows as members of a mutation's union.

Most are decided together with the permissions and live in `auth.errors`; they are gathered here so that
whoever turns outcomes into answers finds all of them in one place.
"""

from datetime import datetime

from auth.errors import (
    AuthError,
    InvalidCredentials,
    InvalidInput,
    NotAllowed,
    NotFound,
    NotSignedIn,
    TooManyRequests,
)

__all__ = [
    "AuthError",
    "CommentsClosed",
    "EditConflict",
    "InvalidCredentials",
    "InvalidInput",
    "NotAllowed",
    "NotFound",
    "NotSignedIn",
    "TooManyRequests",
]


class EditConflict(AuthError):  # noqa: N818 - the API's own name
    """Somebody else has changed it since, at `updated_at`."""

    default = "It was changed meanwhile: look at it again before you change it."

    def __init__(self, updated_at: datetime, message: str | None = None) -> None:
        self.updated_at = updated_at
        super().__init__(message)


class CommentsClosed(AuthError):  # noqa: N818 - the API's own name
    """The post can be read, but takes no more comments."""

    default = "The comments of this post are closed."
