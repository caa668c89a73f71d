"""Expected failures as clients see them, and the one place where the domain's exceptions become them."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import strawberry

from models import errors as outcomes


@strawberry.interface(description="Why a mutation has not done what was asked for.")
class Error:
    """What every expected failure has."""

    message: str = strawberry.field(description="What is wrong, in a sentence that may be shown to people.")


@strawberry.type(description="What is wrong with one field of the input.")
class FieldError:
    """One field and its problem."""

    field: str = strawberry.field(description="The field of the input, such as title.")
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


@strawberry.type(description="It was changed meanwhile: look at it again before you change it.")
class EditConflict(Error):
    """A lost update that did not happen."""

    updated_at: datetime = strawberry.field(description="When it was last changed.")


def _invalid_input(error: Any) -> InvalidInput:
    """Somebody who only shows `message` still learns everything."""
    fields = [FieldError(field=field, message=message) for field, message in error.fields]
    return InvalidInput(message=" ".join(item.message for item in fields) or str(error), fields=fields)


def _too_many_requests(error: Any) -> TooManyRequests:
    return TooManyRequests(message=str(error), retry_after=error.retry_after)


def _edit_conflict(error: Any) -> EditConflict:
    return EditConflict(message=str(error), updated_at=error.updated_at)


def _plain(error_type: type[Error]) -> Callable[[Any], Error]:
    return lambda error: error_type(message=str(error))


SHOWN: Mapping[type[outcomes.DomainError], Callable[[Any], Error]] = {
    outcomes.InvalidInput: _invalid_input,
    outcomes.TooManyRequests: _too_many_requests,
    outcomes.EditConflict: _edit_conflict,
    outcomes.NotSignedIn: _plain(NotSignedIn),
    outcomes.NotAllowed: _plain(NotAllowed),
    outcomes.NotFound: _plain(NotFound),
    outcomes.InvalidCredentials: _plain(InvalidCredentials),
    outcomes.CommentsClosed: _plain(CommentsClosed),
}


ERRORS = (
    *(InvalidInput, NotSignedIn, NotAllowed, NotFound, InvalidCredentials, TooManyRequests),
    *(CommentsClosed, EditConflict),
)
"""All of them, for the schema: its fields mention the interface only."""


def shown(error: outcomes.DomainError) -> Error:
    """The `error` of a payload."""
    return SHOWN[type(error)](error)
