"""What can be done. Each field hands its input to a verb and answers with the row it concerns."""

from collections.abc import Callable
from typing import Annotated, Any, TypeVar, cast

import strawberry
from strawberry import ID, UNSET, argument

from auth.permissions import require_signed_in
from compiler import Row
from resolvers import accounts, categories, comments, posts
from schema import inputs, payloads
from schema.category import Category
from schema.comment import Comment
from schema.context import Info
from schema.post import Post
from schema.signing import admit, dismiss
from schema.user import User

F = TypeVar("F", bound=Callable[..., Any])
T = TypeVar("T")


def _fields(given: object) -> Any:
    """What the client has sent, apart from the id, under the names that the verbs know."""
    return {name: value for name, value in vars(given).items() if value is not UNSET and name != "id"}


def _row(type_: type[T], id_: int) -> T:
    """A row in the place of its type; the compiler reads it back."""
    return cast("T", Row(type_.__name__, id_))


def _does(description: str) -> Callable[[F], F]:
    """A mutation, and what clients read about it."""
    return cast("Callable[[F], F]", strawberry.mutation(description=description))


@strawberry.type(
    description="What can be done. Expected failures are part of the answers: `... on Error { message }`."
)
class Mutation:
    """What can be done."""

    @_does("Make an account, whose role is READER, and sign in.")
    async def sign_up(
        self,
        info: Info,
        given: Annotated[inputs.SignUpInput, argument(name="input", description="The new account.")],
    ) -> payloads.SignUpResult:
        signed_in = await accounts.sign_up(
            email=given.email,
            username=given.username,
            password=given.password,
            name=given.name or None,
            address=info.context.address,
            now=info.context.viewer.now,
        )
        return await admit(info.context, signed_in)

    @_does("Start a session.")
    async def sign_in(
        self,
        info: Info,
        given: Annotated[inputs.SignInInput, argument(name="input", description="Who signs in.")],
    ) -> payloads.SignInResult:
        signed_in = await accounts.sign_in(
            email=given.email,
            password=given.password,
            address=info.context.address,
            now=info.context.viewer.now,
        )
        return await admit(info.context, signed_in)

    @_does("Ends the session of this request; its open sockets are closed. False when there is none.")
    async def sign_out(self, info: Info) -> bool:
        session_id = info.context.session_id
        if session_id is None:
            return False
        await accounts.sign_out(session_id)
        dismiss(info.context)
        return True

    @_does("Ends every session of the account and its open sockets. False when not signed in.")
    async def sign_out_everywhere(self, info: Info) -> bool:
        user_id = info.context.viewer.id
        if user_id is None:
            return False
        await accounts.sign_out_everywhere(user_id)
        dismiss(info.context)
        return True

    @_does("Give the account another password. Every other session ends, this one goes on.")
    async def change_password(
        self,
        info: Info,
        given: Annotated[inputs.ChangePasswordInput, argument(name="input", description="Both passwords.")],
    ) -> payloads.ChangePasswordResult:
        viewer = info.context.viewer
        await accounts.change_password(
            viewer,
            current=given.current_password,
            new=given.new_password,
            session_id=info.context.session_id,
            now=viewer.now,
        )
        return _row(User, require_signed_in(viewer))

    @_does("Change what the account tells about its owner.")
    async def update_profile(
        self,
        info: Info,
        given: Annotated[inputs.UpdateProfileInput, argument(name="input", description="What changes.")],
    ) -> payloads.UpdateProfileResult:
        return _row(User, await accounts.update_profile(info.context.viewer, _fields(given)))

    @_does("Make a category. For administrators.")
    async def create_category(
        self,
        info: Info,
        given: Annotated[inputs.CreateCategoryInput, argument(name="input", description="The category.")],
    ) -> payloads.CreateCategoryResult:
        return _row(Category, await categories.create_category(info.context.viewer, _fields(given)))

    @_does("Change or move a category. For administrators.")
    async def update_category(
        self,
        info: Info,
        given: Annotated[inputs.UpdateCategoryInput, argument(name="input", description="What changes.")],
    ) -> payloads.UpdateCategoryResult:
        id_ = await categories.update_category(info.context.viewer, given.id, _fields(given))
        return _row(Category, id_)

    @_does("Delete a category that has neither posts nor sub-categories. For administrators.")
    async def delete_category(
        self, info: Info, id_: Annotated[ID, argument(name="id", description="The category.")]
    ) -> payloads.DeleteCategoryResult:
        await categories.delete_category(info.context.viewer, id_)
        return payloads.Deleted(id=id_)

    @_does("Write a post: a draft unless `publishedAt` is given. For authors.")
    async def create_post(
        self,
        info: Info,
        given: Annotated[inputs.CreatePostInput, argument(name="input", description="The post.")],
    ) -> payloads.CreatePostResult:
        context = info.context
        return _row(Post, await posts.create_post(context.viewer, context.policy, _fields(given)))

    @_does("Change one's own post; administrators change all.")
    async def update_post(
        self,
        info: Info,
        given: Annotated[inputs.UpdatePostInput, argument(name="input", description="What changes.")],
    ) -> payloads.UpdatePostResult:
        context = info.context
        return _row(Post, await posts.update_post(context.viewer, context.policy, given.id, _fields(given)))

    @_does("Publish a draft or a scheduled post now.")
    async def publish_post(
        self, info: Info, id_: Annotated[ID, argument(name="id", description="The post.")]
    ) -> payloads.PublishPostResult:
        return _row(Post, await posts.publish_post(info.context.viewer, id_))

    @_does("Delete one's own post with its comments; administrators delete all.")
    async def delete_post(
        self, info: Info, id_: Annotated[ID, argument(name="id", description="The post.")]
    ) -> payloads.DeletePostResult:
        await posts.delete_post(info.context.viewer, id_)
        return payloads.Deleted(id=id_)

    @_does("Comment on a post, or reply to a comment.")
    async def add_comment(
        self,
        info: Info,
        given: Annotated[inputs.AddCommentInput, argument(name="input", description="The comment.")],
    ) -> payloads.AddCommentResult:
        context = info.context
        return _row(Comment, await comments.add_comment(context.viewer, context.policy, **_fields(given)))

    @_does("Edit one's own comment for 15 minutes, or as the site has set; administrators edit all.")
    async def edit_comment(
        self,
        info: Info,
        given: Annotated[inputs.EditCommentInput, argument(name="input", description="The text.")],
    ) -> payloads.EditCommentResult:
        context = info.context
        return _row(
            Comment, await comments.edit_comment(context.viewer, context.policy, given.id, given.body)
        )

    @_does("Delete one's own comment; moderators delete all. One with replies leaves an empty place.")
    async def delete_comment(
        self, info: Info, id_: Annotated[ID, argument(name="id", description="The comment.")]
    ) -> payloads.DeleteCommentResult:
        await comments.delete_comment(info.context.viewer, id_)
        return payloads.Deleted(id=id_)

    @_does("For moderators.")
    async def set_comment_status(
        self,
        info: Info,
        given: Annotated[inputs.SetCommentStatusInput, argument(name="input", description="The decision.")],
    ) -> payloads.SetCommentStatusResult:
        id_ = await comments.set_comment_status(info.context.viewer, given.id, given.status)
        return _row(Comment, id_)
