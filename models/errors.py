"""What the blog refuses, and why: the expected outcomes that the API shows as the `error` of a mutation's payload.

`auth` and `resolvers` raise them; every text may be shown to the person it concerns.

DomainError
├── InvalidInput        fields that cannot be accepted, each with its reason
├── NotSignedIn         an account is needed
├── NotAllowed          the account sees it, but may not do that
├── NotFound            it does not exist, or the viewer may not know that it does
├── InvalidCredentials  the e-mail or the password is wrong, and nobody learns which
├── TooManyRequests     not now; `retry_after` says when
├── CommentsClosed      the post takes no more comments
└── EditConflict        somebody else has changed it meanwhile; `updated_at` says when
"""

from collections.abc import Iterable
from datetime import datetime


class DomainError(Exception):
    """The base of all of them; `str(error)` is the public message."""

    default = "This is not possible."

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or self.default)


class InvalidInput(DomainError):
    """`fields` holds pairs of (path into the input, message)."""

    default = "The input is not valid."

    def __init__(self, fields: Iterable[tuple[str, str]]) -> None:
        self.fields = tuple(fields)
        super().__init__()


class NotSignedIn(DomainError):
    """An anonymous viewer asked for what needs an account."""

    default = "Sign in first."


class NotAllowed(DomainError):
    """The viewer sees the row but may not do this to it."""

    default = "You may not do that."


class NotFound(DomainError):
    """There is no such row among those that the viewer may see."""

    default = "There is nothing with that id."


class InvalidCredentials(DomainError):
    """The same for an unknown e-mail and a wrong password."""

    default = "The e-mail address or the password is wrong."


class TooManyRequests(DomainError):
    """Tried too often; another try is accepted after `retry_after` seconds (at least 1)."""

    default = "That was tried too often. Please wait a little."

    def __init__(self, retry_after: int, message: str | None = None) -> None:
        self.retry_after = max(1, retry_after)
        super().__init__(message)


class CommentsClosed(DomainError):
    """The post can be read, but takes no more comments."""

    default = "The comments of this post are closed."


class EditConflict(DomainError):
    """The post is not as the client has read it; `updated_at` says when it was really changed last."""

    default = "The post has been changed since you read it: read it again before you change it."

    def __init__(self, updated_at: datetime) -> None:
        self.updated_at = updated_at
        super().__init__()
