"""What each mutation answers with: a union of its success and of what may be expected to go wrong."""

from datetime import datetime
from typing import Annotated

import strawberry
from strawberry import ID, union

from schema.category import Category
from schema.comment import Comment
from schema.errors import (
    CommentsClosed,
    InvalidCredentials,
    InvalidInput,
    NotAllowed,
    NotFound,
    NotSignedIn,
    TooManyRequests,
)
from schema.post import Post
from schema.user import User


@strawberry.type(description="A fresh session.")
class SignedIn:
    """A fresh session."""

    token: str = strawberry.field(
        description="Send it as Authorization: Bearer … or as connectionParams.token. It is shown only here."
    )
    expires_at: datetime = strawberry.field(
        description="When the session ends unless it is used; each use prolongs it."
    )
    user: User = strawberry.field(description="Whose session it is.")


@strawberry.type(description="What was asked for is gone.")
class Deleted:
    """What was asked for is gone."""

    id: ID = strawberry.field(description="The id it had.")


SignUpResult = Annotated[
    SignedIn | InvalidInput | TooManyRequests,
    union("SignUpResult", description="A session of the new account, or why there is none."),
]
SignInResult = Annotated[
    SignedIn | InvalidCredentials | TooManyRequests,
    union("SignInResult", description="A session, or why there is none."),
]
ChangePasswordResult = Annotated[
    User | InvalidInput | InvalidCredentials | NotSignedIn | TooManyRequests,
    union(
        "ChangePasswordResult", description="The account with its new password, or why it keeps the old one."
    ),
]
UpdateProfileResult = Annotated[
    User | InvalidInput | NotSignedIn,
    union("UpdateProfileResult", description="The account as it is now, or why it did not change."),
]
CreateCategoryResult = Annotated[
    Category | InvalidInput | NotSignedIn | NotAllowed | NotFound,
    union("CreateCategoryResult", description="The new category, or why there is none."),
]
UpdateCategoryResult = Annotated[
    Category | InvalidInput | NotSignedIn | NotAllowed | NotFound,
    union("UpdateCategoryResult", description="The category as it is now, or why it did not change."),
]
DeleteCategoryResult = Annotated[
    Deleted | InvalidInput | NotSignedIn | NotAllowed | NotFound,
    union("DeleteCategoryResult", description="The category's id, or why it is still there."),
]
CreatePostResult = Annotated[
    Post | InvalidInput | NotSignedIn | NotAllowed | NotFound,
    union("CreatePostResult", description="The new post, or why there is none."),
]
UpdatePostResult = Annotated[
    Post | InvalidInput | NotSignedIn | NotAllowed | NotFound,
    union("UpdatePostResult", description="The post as it is now, or why it did not change."),
]
PublishPostResult = Annotated[
    Post | NotSignedIn | NotAllowed | NotFound,
    union("PublishPostResult", description="The published post, or why it is not."),
]
DeletePostResult = Annotated[
    Deleted | NotSignedIn | NotAllowed | NotFound,
    union("DeletePostResult", description="The post's id, or why it is still there."),
]
AddCommentResult = Annotated[
    Comment | InvalidInput | NotSignedIn | NotAllowed | NotFound | CommentsClosed | TooManyRequests,
    union("AddCommentResult", description="The new comment, or why there is none."),
]
EditCommentResult = Annotated[
    Comment | InvalidInput | NotSignedIn | NotAllowed | NotFound | TooManyRequests,
    union("EditCommentResult", description="The comment as it is now, or why it did not change."),
]
DeleteCommentResult = Annotated[
    Deleted | NotSignedIn | NotAllowed | NotFound,
    union("DeleteCommentResult", description="The comment's id, or why it is still there."),
]
SetCommentStatusResult = Annotated[
    Comment | NotSignedIn | NotAllowed | NotFound,
    union("SetCommentStatusResult", description="The comment as it is now, or why it did not change."),
]
