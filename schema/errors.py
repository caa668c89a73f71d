"""Expected failures as clients see them, and the one place where the domain's exceptions become them.

A mutation declares in its union what may go wrong. A handler only answers for a field whose union has its
type; an exception that the union does not know stays an exception and is reported as the bug it is.
"""

# ruff: noqa: N818 - these are the API's own names

from collections.abc import Callable
from typing import Any

import strawberry
from strawberry.types.field import StrawberryField

from resolvers import errors as outcomes


@strawberry.interface(description="Something that a mutation can answer instead of what was asked for.")
class Error:
    """What every expected failure has."""

    message: str = strawberry.field(description="What is wrong, in a sentence that may be shown to people.")


@strawberry.type(description="What is wrong with one field of the input.")
class FieldError:
    """One field and its problem."""

    field: str = strawberry.field(description="Path into the input, such as title or address.city.")
    message: str = strawberry.field(description="What is wrong with it, in a sentence.")


@strawberry.type(description="The input cannot be accepted; every field that is wrong is named.")
class InvalidInput(Error):
    """The input cannot be accepted."""

    fields: list[FieldError] = strawberry.field(description="All that is wrong, in the order of the input.")


@strawberry.type(description="This needs an account: sign in first.")
class NotSignedIn(Error):
    """An anonymous request for what needs an account."""


@strawberry.type(description="The account sees this, but may not do that to it.")
class NotAllowed(Error):
    """Refused to this account."""


@strawberry.type(description="There is no such thing, or none that the account may see.")
class NotFound(Error):
    """Not there, or not for this viewer."""


@strawberry.type(description="The e-mail address or the password is wrong; which of them is not told.")
class InvalidCredentials(Error):
    """No account for this pair."""


@strawberry.type(description="This was tried too often.")
class TooManyRequests(Error):
    """Throttled."""

    retry_after: int = strawberry.field(description="Seconds until another try is accepted.")


@strawberry.type(description="The post takes no more comments.")
class CommentsClosed(Error):
    """The post takes no more comments."""


class Outcome:
    """Strawberry's exception handler for one kind of exception, with the type that shows it."""

    def __init__(
        self, exception_type: type[Exception], error_type: type[Error], show: Callable[[Any], Error]
    ) -> None:
        self.exception_type = exception_type
        self.error_type = error_type
        self._show = show

    def handle(self, exception: Exception, *, field: StrawberryField, info: Any) -> Error:  # noqa: ARG002
        """The member of the union."""
        return self._show(exception)


def _plain(exception_type: type[Exception], error_type: type[Error]) -> Outcome:
    return Outcome(exception_type, error_type, lambda error: error_type(message=str(error)))


def _invalid_input(error: outcomes.InvalidInput) -> InvalidInput:
    """Somebody who only shows `message` still learns everything."""
    fields = [FieldError(field=field, message=message) for field, message in error.fields]
    return InvalidInput(message=" ".join(item.message for item in fields) or str(error), fields=fields)


def _too_many_requests(error: outcomes.TooManyRequests) -> TooManyRequests:
    return TooManyRequests(message=str(error), retry_after=error.retry_after)


EXCEPTION_HANDLERS = (
    Outcome(outcomes.InvalidInput, InvalidInput, _invalid_input),
    Outcome(outcomes.TooManyRequests, TooManyRequests, _too_many_requests),
    _plain(outcomes.NotSignedIn, NotSignedIn),
    _plain(outcomes.NotAllowed, NotAllowed),
    _plain(outcomes.NotFound, NotFound),
    _plain(outcomes.InvalidCredentials, InvalidCredentials),
    _plain(outcomes.CommentsClosed, CommentsClosed),
)
"""For `strawberry.Schema(exception_handlers=…)`."""
