"""Which failure becomes which type, and that none is forgotten."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from graphql import is_non_null_type

import schema
from models import errors as outcomes
from models.errors import DomainError
from schema.errors import shown

PAYLOADS = {
    "SignUpPayload": "InvalidInput TooManyRequests",
    "SignInPayload": "InvalidCredentials TooManyRequests",
    "EndSessionPayload": "NotSignedIn NotFound",
    "ChangePasswordPayload": "InvalidInput InvalidCredentials NotSignedIn TooManyRequests",
    "UpdateProfilePayload": "InvalidInput NotSignedIn",
    "CreateCategoryPayload": "InvalidInput NotSignedIn NotAllowed NotFound",
    "UpdateCategoryPayload": "InvalidInput NotSignedIn NotAllowed NotFound",
    "DeleteCategoryPayload": "InvalidInput NotSignedIn NotAllowed NotFound",
    "CreatePostPayload": "InvalidInput NotSignedIn NotAllowed NotFound",
    "UpdatePostPayload": "InvalidInput EditConflict NotSignedIn NotAllowed NotFound",
    "PublishPostPayload": "NotSignedIn NotAllowed NotFound",
    "DeletePostPayload": "NotSignedIn NotAllowed NotFound",
    "PreviewPayload": "InvalidInput NotSignedIn NotAllowed TooManyRequests",
    "AddCommentPayload": "InvalidInput NotSignedIn NotAllowed NotFound CommentsClosed TooManyRequests",
    "MarkReadPayload": "InvalidInput NotSignedIn NotFound",
    "EditCommentPayload": "InvalidInput NotSignedIn NotAllowed NotFound TooManyRequests",
    "DeleteCommentPayload": "NotSignedIn NotAllowed NotFound",
    "SetCommentStatusPayload": "NotSignedIn NotAllowed NotFound",
    "SetLinkbackStatusPayload": "InvalidInput NotSignedIn NotAllowed NotFound",
    "DeleteLinkbackPayload": "NotSignedIn NotAllowed NotFound",
    "SetRolePayload": "InvalidInput NotSignedIn NotAllowed NotFound",
}


def graphql_types() -> dict[str, Any]:
    return dict(schema.build()._schema.type_map)  # noqa: SLF001 - Strawberry's way to graphql-core


def test_each_payload_is_null_where_it_failed_and_says_why_it_may() -> None:
    types = graphql_types()
    payloads = {name: type_ for name, type_ in types.items() if name.endswith("Payload")}
    said = {
        name: " ".join(re.findall(r"\b[A-Z]\w+[a-z][A-Z]\w+|NotFound", type_.fields["error"].description))
        for name, type_ in payloads.items()
    }
    assert said == PAYLOADS
    assert not [
        f"{name}.{key}"
        for name, type_ in payloads.items()
        for key, field in type_.fields.items()
        if is_non_null_type(field.type)
    ]
    failures = {name for names in PAYLOADS.values() for name in names.split()}
    assert {
        each.name for each in types.values() if types["Error"] in getattr(each, "interfaces", ())
    } == failures


def test_each_domain_error_has_the_type_of_its_name() -> None:
    examples = {
        outcomes.InvalidInput: outcomes.InvalidInput([]),
        outcomes.TooManyRequests: outcomes.TooManyRequests(1),
        outcomes.EditConflict: outcomes.EditConflict(datetime.now(UTC)),
    }
    for error in subclasses(DomainError):
        assert type(shown(examples.get(error) or error())).__name__ == error.__name__


def subclasses(error: type[DomainError]) -> list[type[DomainError]]:
    return [below for child in error.__subclasses__() for below in (child, *subclasses(child))]


def shown_as(exception: DomainError) -> dict[str, Any]:
    return dict(vars(shown(exception)))


@pytest.mark.parametrize(
    ("exception", "shows"),
    [
        (outcomes.NotFound("There is no such post."), {"message": "There is no such post."}),
        (outcomes.NotSignedIn(), {"message": "Sign in first."}),
        (outcomes.TooManyRequests(30, "Wait."), {"message": "Wait.", "retry_after": 30}),
        (outcomes.InvalidInput([]), {"message": "The input is not valid.", "fields": []}),
    ],
)
def test_an_error_is_shown_with_its_message(exception: DomainError, shows: dict[str, Any]) -> None:
    assert shown_as(exception) == shows


def test_the_message_of_an_invalid_input_says_everything() -> None:
    shows: Any = shown_as(
        outcomes.InvalidInput([("title", "The title is empty."), ("slug", "The slug is taken.")])
    )
    assert shows["message"] == "The title is empty. The slug is taken."
    assert [(item.field, item.message) for item in shows["fields"]] == [
        ("title", "The title is empty."),
        ("slug", "The slug is taken."),
    ]
