"""Which failure becomes which type, and that none is forgotten."""

from typing import Any

import pytest
from graphql import GraphQLUnionType

import schema
from auth.errors import AuthError
from resolvers import errors as outcomes
from schema.errors import EXCEPTION_HANDLERS

UNIONS = {
    "SignUpResult": "SignedIn InvalidInput TooManyRequests",
    "SignInResult": "SignedIn InvalidCredentials TooManyRequests",
    "ChangePasswordResult": "User InvalidInput InvalidCredentials NotSignedIn TooManyRequests",
    "UpdateProfileResult": "User InvalidInput NotSignedIn",
    "CreateCategoryResult": "Category InvalidInput NotSignedIn NotAllowed NotFound",
    "UpdateCategoryResult": "Category InvalidInput NotSignedIn NotAllowed NotFound",
    "DeleteCategoryResult": "Deleted InvalidInput NotSignedIn NotAllowed NotFound",
    "CreatePostResult": "Post InvalidInput NotSignedIn NotAllowed NotFound",
    "UpdatePostResult": "Post InvalidInput NotSignedIn NotAllowed NotFound",
    "PublishPostResult": "Post NotSignedIn NotAllowed NotFound",
    "DeletePostResult": "Deleted NotSignedIn NotAllowed NotFound",
    "AddCommentResult": (
        "Comment InvalidInput NotSignedIn NotAllowed NotFound CommentsClosed TooManyRequests"
    ),
    "EditCommentResult": "Comment InvalidInput NotSignedIn NotAllowed NotFound TooManyRequests",
    "DeleteCommentResult": "Deleted NotSignedIn NotAllowed NotFound",
    "SetCommentStatusResult": "Comment NotSignedIn NotAllowed NotFound",
}


def graphql_types() -> dict[str, Any]:
    return dict(schema.build()._schema.type_map)  # noqa: SLF001 - Strawberry's way to graphql-core


def test_each_mutation_answers_with_what_may_happen() -> None:
    types = graphql_types()
    unions = {
        name: " ".join(member.name for member in type_.types)
        for name, type_ in types.items()
        if isinstance(type_, GraphQLUnionType) and name.endswith("Result")
    }
    assert unions == UNIONS
    successes = {"SignedIn", "User", "Category", "Post", "Comment", "Deleted"}
    failures = {name for union in UNIONS.values() for name in union.split()} - successes
    assert all(types["Error"] in types[name].interfaces for name in failures)


def test_each_domain_error_has_the_type_of_its_name() -> None:
    shown = {handler.exception_type: handler.error_type.__name__ for handler in EXCEPTION_HANDLERS}
    assert shown == {error: error.__name__ for error in subclasses(AuthError)}


def subclasses(error: type[AuthError]) -> list[type[AuthError]]:
    return [below for child in error.__subclasses__() for below in (child, *subclasses(child))]


def shown_as(exception: Exception) -> dict[str, Any]:
    handler: Any = next(h for h in EXCEPTION_HANDLERS if type(exception) is h.exception_type)
    return dict(vars(handler.handle(exception, field=None, info=None)))


@pytest.mark.parametrize(
    ("exception", "shown"),
    [
        (outcomes.NotFound("There is no such post."), {"message": "There is no such post."}),
        (outcomes.NotSignedIn(), {"message": "Sign in first."}),
        (outcomes.TooManyRequests(30, "Wait."), {"message": "Wait.", "retry_after": 30}),
        (outcomes.InvalidInput([]), {"message": "The input is not valid.", "fields": []}),
    ],
)
def test_an_error_is_shown_with_its_message(exception: Exception, shown: dict[str, Any]) -> None:
    assert shown_as(exception) == shown


def test_the_message_of_an_invalid_input_says_everything() -> None:
    shown = shown_as(
        outcomes.InvalidInput([("title", "The title is empty."), ("slug", "The slug is taken.")])
    )
    assert shown["message"] == "The title is empty. The slug is taken."
    assert [(item.field, item.message) for item in shown["fields"]] == [
        ("title", "The title is empty."),
        ("slug", "The slug is taken."),
    ]
