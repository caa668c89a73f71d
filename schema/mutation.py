"""What can be done. Each field hands its input to a verb and answers with the row it concerns."""

import functools
from collections.abc import Awaitable, Callable
from typing import Annotated, Any, TypeVar, cast

import strawberry
from strawberry import ID, argument

from auth.requirements import require_signed_in
from compiler import Edge, Row, cursor_of
from models.errors import DomainError
from resolvers import accounts, categories, comments, linkbacks, posts, previews, roles, visits
from resolvers.ids import primary_key
from schema import inputs, payloads
from schema.category import Category
from schema.comment import Comment
from schema.context import Info
from schema.errors import shown
from schema.inputs import fields_of
from schema.linkback import Linkback
from schema.linkback_inputs import SetLinkbackStatusInput
from schema.post import Post
from schema.signing import admit, dismiss
from schema.user import User
from schema.visit_inputs import MarkReadInput

F = TypeVar("F", bound=Callable[..., Any])
T = TypeVar("T")


def _row(type_: type[T], id_: int) -> T:
    """A row in the place of its type; the compiler reads it back."""
    return cast("T", Row(type_.__name__, id_))


def _does(description: str) -> Callable[[F], F]:
    """A mutation, and what clients read about it; what its verb refuses is the `error` of its payload."""

    def decorate(resolver: F) -> F:
        return cast("F", strawberry.mutation(_answering(resolver), description=description))

    return decorate


def _answering(resolver: Callable[..., Awaitable[T]]) -> Callable[..., Awaitable[T]]:
    payload = resolver.__annotations__["return"]

    @functools.wraps(resolver)
    async def answer(*args: Any, **kwargs: Any) -> T:
        try:
            return await resolver(*args, **kwargs)
        except DomainError as error:
            return cast("T", payload(error=shown(error)))

    return answer


@strawberry.type(
    description="What can be done. Each answers with its result and with `error { message }`, which says why not."
)
class Mutation:
    """What can be done."""

    @_does("Make an account, whose role is READER, and sign in.")
    async def sign_up(
        self,
        info: Info,
        given: Annotated[inputs.SignUpInput, argument(name="input", description="The new account.")],
    ) -> payloads.SignUpPayload:
        signed_in = await accounts.sign_up(
            info.context.policy.auth,
            email=given.email,
            username=given.username,
            password=given.password,
            name=given.name or None,
            address=info.context.address,
            now=info.context.viewer.now,
        )
        return await admit(info.context, signed_in, payloads.SignUpPayload)

    @_does("Start a session.")
    async def sign_in(
        self,
        info: Info,
        given: Annotated[inputs.SignInInput, argument(name="input", description="Who signs in.")],
    ) -> payloads.SignInPayload:
        signed_in = await accounts.sign_in(
            info.context.policy.auth,
            email=given.email,
            password=given.password,
            address=info.context.address,
            now=info.context.viewer.now,
        )
        return await admit(info.context, signed_in, payloads.SignInPayload)

    @_does("End the session of this request; its open sockets are closed. False when there is none.")
    async def sign_out(self, info: Info) -> bool:
        session_id = info.context.session_id
        if session_id is None:
            return False
        await accounts.sign_out(session_id)
        dismiss(info.context)
        return True

    @_does("End every session of the account and its open sockets. False when not signed in.")
    async def sign_out_everywhere(self, info: Info) -> bool:
        user_id = info.context.viewer.id
        if user_id is None:
            return False
        await accounts.sign_out_everywhere(user_id)
        dismiss(info.context)
        return True

    @_does("End one of the account's own sessions and its open sockets: a device that was lost, say.")
    async def end_session(
        self, info: Info, id_: Annotated[ID, argument(name="id", description="The session.")]
    ) -> payloads.EndSessionPayload:
        ended = await accounts.end_session(info.context.viewer, primary_key("session", id_))
        if ended == info.context.session_id:
            dismiss(info.context)
        return payloads.EndSessionPayload(ended_id=id_)

    @_does("Give the account another password. Every other session ends, this one goes on.")
    async def change_password(
        self,
        info: Info,
        given: Annotated[inputs.ChangePasswordInput, argument(name="input", description="Both passwords.")],
    ) -> payloads.ChangePasswordPayload:
        viewer = info.context.viewer
        await accounts.change_password(
            viewer,
            info.context.policy.auth,
            current=given.current_password,
            new=given.new_password,
            session_id=info.context.session_id,
            now=viewer.now,
        )
        return payloads.ChangePasswordPayload(user=_row(User, require_signed_in(viewer)))

    @_does("Change what the account tells about its owner.")
    async def update_profile(
        self,
        info: Info,
        given: Annotated[inputs.UpdateProfileInput, argument(name="input", description="What changes.")],
    ) -> payloads.UpdateProfilePayload:
        id_ = await accounts.update_profile(info.context.viewer, fields_of(given))
        return payloads.UpdateProfilePayload(user=_row(User, id_))

    @_does("Make a category. For administrators.")
    async def create_category(
        self,
        info: Info,
        given: Annotated[inputs.CreateCategoryInput, argument(name="input", description="The category.")],
    ) -> payloads.CreateCategoryPayload:
        fields = fields_of(given)
        key = fields.pop("key", None)
        id_ = await categories.create_category(info.context.viewer, fields, key=key)
        return payloads.CreateCategoryPayload(category=_row(Category, id_))

    @_does("Change or move a category. For administrators.")
    async def update_category(
        self,
        info: Info,
        given: Annotated[inputs.UpdateCategoryInput, argument(name="input", description="What changes.")],
    ) -> payloads.UpdateCategoryPayload:
        id_ = await categories.update_category(info.context.viewer, given.id, fields_of(given))
        return payloads.UpdateCategoryPayload(category=_row(Category, id_))

    @_does("Delete a category that has neither posts nor sub-categories. For administrators.")
    async def delete_category(
        self, info: Info, id_: Annotated[ID, argument(name="id", description="The category.")]
    ) -> payloads.DeleteCategoryPayload:
        await categories.delete_category(info.context.viewer, id_)
        return payloads.DeleteCategoryPayload(deleted_id=id_)

    @_does("Write a post: a draft unless `publishedAt` is given. For authors.")
    async def create_post(
        self,
        info: Info,
        given: Annotated[inputs.CreatePostInput, argument(name="input", description="The post.")],
    ) -> payloads.CreatePostPayload:
        context = info.context
        fields = fields_of(given)
        key = fields.pop("key", None)
        id_ = await posts.create_post(context.viewer, context.policy, fields, key=key)
        return payloads.CreatePostPayload(post=_row(Post, id_))

    @_does("Change one's own post; administrators change all.")
    async def update_post(
        self,
        info: Info,
        given: Annotated[inputs.UpdatePostInput, argument(name="input", description="What changes.")],
    ) -> payloads.UpdatePostPayload:
        context = info.context
        fields = fields_of(given)
        known = fields.pop("if_updated_at", None)
        id_ = await posts.update_post(context.viewer, context.policy, given.id, fields, if_updated_at=known)
        return payloads.UpdatePostPayload(post=_row(Post, id_))

    @_does("Publish one's own draft or scheduled post now; administrators publish all.")
    async def publish_post(
        self, info: Info, id_: Annotated[ID, argument(name="id", description="The post.")]
    ) -> payloads.PublishPostPayload:
        return payloads.PublishPostPayload(
            post=_row(Post, await posts.publish_post(info.context.viewer, id_))
        )

    @_does("Delete one's own post with its comments; administrators delete all.")
    async def delete_post(
        self, info: Info, id_: Annotated[ID, argument(name="id", description="The post.")]
    ) -> payloads.DeletePostPayload:
        await posts.delete_post(info.context.viewer, id_)
        return payloads.DeletePostPayload(deleted_id=id_)

    @_does(
        "Show what a text would look like, and keep it nowhere: a post to authors, a comment to all who comment."
    )
    async def preview(
        self,
        info: Info,
        given: Annotated[inputs.PreviewInput, argument(name="input", description="The text.")],
    ) -> payloads.PreviewPayload:
        context = info.context
        fields = fields_of(given)
        shown_as = await previews.preview(context.viewer, context.policy, **fields, address=context.address)
        return payloads.PreviewPayload(html=shown_as.html, excerpt=shown_as.excerpt)

    @_does("Comment on a post, or reply to a comment: with an account, or as a guest.")
    async def add_comment(
        self,
        info: Info,
        given: Annotated[inputs.AddCommentInput, argument(name="input", description="The comment.")],
    ) -> payloads.AddCommentPayload:
        context = info.context
        fields = fields_of(given)
        guest, page = fields.pop("guest", None), fields.pop("page", None)
        added = await comments.add_comment(
            context.viewer,
            context.policy,
            **fields,
            page=page and fields_of(page),
            guest=guest and fields_of(guest),
            address=context.address,
        )
        if not added.seen:
            return payloads.AddCommentPayload(status=added.decision)
        comment = _row(Comment, added.id)
        edge = Edge(cursor=cursor_of("created_at", added.created_at, added.id), node=comment)
        return payloads.AddCommentPayload(comment=comment, comment_edge=edge, status=added.decision)

    @_does(
        "Note how far one has read a post's comments, for `Comment.isNew` and its like. It never goes back, and costs "
        "next to nothing where nothing new has been read."
    )
    async def mark_read(
        self,
        info: Info,
        given: Annotated[MarkReadInput, argument(name="input", description="How far.")],
    ) -> payloads.MarkReadPayload:
        id_ = await visits.mark_read(info.context.viewer, post=given.post, cursor=given.cursor)
        return payloads.MarkReadPayload(post=_row(Post, id_))

    @_does("Edit one's own comment for 15 minutes, or as the site has set; administrators edit all.")
    async def edit_comment(
        self,
        info: Info,
        given: Annotated[inputs.EditCommentInput, argument(name="input", description="The text.")],
    ) -> payloads.EditCommentPayload:
        context = info.context
        id_ = await comments.edit_comment(context.viewer, context.policy, given.id, given.body)
        return payloads.EditCommentPayload(comment=_row(Comment, id_))

    @_does("Delete one's own comment; moderators delete all. One with replies leaves an empty place.")
    async def delete_comment(
        self, info: Info, id_: Annotated[ID, argument(name="id", description="The comment.")]
    ) -> payloads.DeleteCommentPayload:
        left = await comments.delete_comment(info.context.viewer, id_)
        if left is None:
            return payloads.DeleteCommentPayload(deleted_id=id_)
        return payloads.DeleteCommentPayload(comment=_row(Comment, left))

    @_does("Approve a comment, reject it, call it spam, or let it wait again. For moderators.")
    async def set_comment_status(
        self,
        info: Info,
        given: Annotated[inputs.SetCommentStatusInput, argument(name="input", description="The decision.")],
    ) -> payloads.SetCommentStatusPayload:
        id_ = await comments.set_comment_status(info.context.viewer, given.id, given.status)
        return payloads.SetCommentStatusPayload(comment=_row(Comment, id_))

    @_does("Approve a linkback, reject it, call it spam, or let it wait again. For moderators.")
    async def set_linkback_status(
        self,
        info: Info,
        given: Annotated[SetLinkbackStatusInput, argument(name="input", description="The decision.")],
    ) -> payloads.SetLinkbackStatusPayload:
        id_ = await linkbacks.set_linkback_status(info.context.viewer, given.id, given.status)
        return payloads.SetLinkbackStatusPayload(linkback=_row(Linkback, id_))

    @_does("Take a linkback away for good: sent again, it stays away. For moderators.")
    async def delete_linkback(
        self, info: Info, id_: Annotated[ID, argument(name="id", description="The linkback.")]
    ) -> payloads.DeleteLinkbackPayload:
        await linkbacks.delete_linkback(info.context.viewer, id_)
        return payloads.DeleteLinkbackPayload(deleted_id=id_)

    @_does(
        "Give somebody else's account a role. Its sessions go on with the new one; its open sockets and event streams "
        "are closed, and come back with it. For administrators."
    )
    async def set_role(
        self,
        info: Info,
        given: Annotated[inputs.SetRoleInput, argument(name="input", description="Who, and what.")],
    ) -> payloads.SetRolePayload:
        id_ = await roles.set_role(info.context.viewer, given.user, given.role)
        return payloads.SetRolePayload(user=_row(User, id_))
