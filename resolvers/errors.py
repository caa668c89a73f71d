"""What a verb refuses, and why: the expected outcomes that the API shows as members of a mutation's union.

Most are decided together with the permissions and live in `auth.errors`; they are gathered here so that
whoever turns outcomes into answers finds all of them in one place.
"""

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
    "InvalidCredentials",
    "InvalidInput",
    "NotAllowed",
    "NotFound",
    "NotSignedIn",
    "TooManyRequests",
]


class CommentsClosed(AuthError):  # noqa: N818 - the API's own name
    """The post can be read, but takes no more comments."""

    default = "The comments of this post are closed."
