"""What mutations are given. Of an update, a field that is left out stays as it is."""

import dataclasses
from datetime import datetime
from typing import Any

import strawberry
from strawberry import ID, UNSET

from models import BodyFormat, CommentDecision, PostKind, Role
from resolvers.previews import PreviewKind
from schema.page_input import PageInput


def fields_of(given: object) -> Any:
    """What the client has sent, apart from the id, under the names that the verbs know.

    Null for what has a default is the default.
    """
    defaults = {field.name: field.default for field in dataclasses.fields(given)}  # type: ignore[arg-type]
    return {
        name: defaults[name]
        if value is None and defaults[name] not in (UNSET, dataclasses.MISSING)
        else value
        for name, value in vars(given).items()
        if value is not UNSET and name != "id"
    }


def _idempotency_key(what: str) -> Any:
    return strawberry.field(
        default=UNSET,
        description=f"A text of one's own choice, such as a UUID. The same input with the same key makes one {what} "
        "however often it is sent, and is answered with that one; kept for a day.",
    )


@strawberry.input(description="A new account.")
class SignUpInput:
    """A new account."""

    email: str = strawberry.field(
        description="For signing in. Nobody but its owner and administrators sees it."
    )
    username: str = strawberry.field(
        description="3 to 30 of a to z, 0 to 9, and - or _ in between; unique, and no word such as admin."
    )
    password: str = strawberry.field(description="8 to 256 characters; common passwords are refused.")
    name: str | None = strawberry.field(
        default=UNSET, description="The name to show; the username when left out."
    )


@strawberry.input(description="An account and its password.")
class SignInInput:
    """An account and its password."""

    email: str = strawberry.field(description="The account's e-mail address.")
    password: str = strawberry.field(description="The account's password.")


@strawberry.input(description="The present password and the one to replace it.")
class ChangePasswordInput:
    """The present password and the one to replace it."""

    current_password: str = strawberry.field(description="The password in force now.")
    new_password: str = strawberry.field(description="8 to 256 characters; common passwords are refused.")


@strawberry.input(description="Changes to one's own profile. What is left out stays as it is.")
class UpdateProfileInput:
    """Changes to one's own profile."""

    name: str | None = strawberry.field(
        default=UNSET, description="The name to show, of 1 to 100 characters."
    )
    bio: str | None = strawberry.field(
        default=UNSET, description="A few words about oneself; null or empty for none."
    )
    website: str | None = strawberry.field(
        default=UNSET, description="An http or https address; null or empty for none."
    )
    avatar: ID | None = strawberry.field(
        default=UNSET, description="A picture that one has uploaded oneself; null for none."
    )


@strawberry.input(description="A new category.")
class CreateCategoryInput:
    """A new category."""

    name: str = strawberry.field(description="What the menu shows, of 1 to 100 characters.")
    slug: str | None = strawberry.field(
        default=UNSET,
        description="Its part of addresses, such as human-resources; made from the name when left out.",
    )
    description: str | None = strawberry.field(
        default="", description="What the category is about, in plain text."
    )
    parent: ID | None = strawberry.field(
        default=UNSET, description="The category above it; top-level when left out."
    )
    position: int | None = strawberry.field(
        default=UNSET, description="Its place among its siblings, smallest first; the last when left out."
    )
    key: str | None = _idempotency_key("category")


@strawberry.input(description="Changes to a category. What is left out stays as it is.")
class UpdateCategoryInput:
    """Changes to a category."""

    id: ID = strawberry.field(description="The category to change.")
    name: str | None = strawberry.field(
        default=UNSET, description="What the menu shows, of 1 to 100 characters."
    )
    slug: str | None = strawberry.field(
        default=UNSET,
        description="Its part of addresses. It does not follow the name by itself; null makes it do so now.",
    )
    description: str | None = strawberry.field(
        default=UNSET, description="What the category is about, in plain text; null or empty for nothing."
    )
    parent: ID | None = strawberry.field(
        default=UNSET, description="The category above it; null makes it a top-level one."
    )
    position: int | None = strawberry.field(
        default=UNSET, description="Its place among its siblings, smallest first; null makes it the last."
    )


@strawberry.input(description="A new post.")
class CreatePostInput:
    """A new post."""

    title: str = strawberry.field(description="Of 1 to 200 characters. The post's slug is made from it.")
    body: str = strawberry.field(description="Markdown (CommonMark, tables, strikethrough) without HTML.")
    category: ID | None = strawberry.field(
        default=UNSET,
        description="Where it is filed; its main category where there are several. Needed without these.",
    )
    categories: list[ID] | None = strawberry.field(
        default=UNSET, description="All categories, the main one first, or besides `category`."
    )
    tags: list[str] | None = strawberry.field(
        default=UNSET,
        description="Names of tags, of 1 to 100 characters; those that there are not yet are made.",
    )
    kind: PostKind | None = strawberry.field(
        default=PostKind.ARTICLE,
        description="An article in the lists, or a page beside them, such as an imprint.",
    )
    body_format: BodyFormat | None = strawberry.field(
        default=BodyFormat.MARKDOWN, description="How the body is written. HTML keeps only what is harmless."
    )
    pinned: bool | None = strawberry.field(
        default=False, description="Whether it should stand before others."
    )
    slug: str | None = strawberry.field(
        default=UNSET, description="Its part of addresses; made from the title when left out."
    )
    excerpt: str | None = strawberry.field(
        default=UNSET,
        description="A summary in plain text, up to 500 characters; the beginning of the body when left out.",
    )
    language: str | None = strawberry.field(
        default=UNSET, description="A BCP 47 tag such as fr or en-GB; the site's language when left out."
    )
    published_at: datetime | None = strawberry.field(
        default=UNSET,
        description="Now or earlier publishes the post, later schedules it; a draft when left out.",
    )
    comments_open: bool | None = strawberry.field(default=True, description="Whether it takes comments.")
    linkbacks_open: bool | None = strawberry.field(
        default=True, description="Whether it takes linkbacks, if the site takes any."
    )
    image: ID | None = strawberry.field(
        default=UNSET,
        description="A picture that one has uploaded oneself, of administrators any; null for none.",
    )
    key: str | None = _idempotency_key("post")


@strawberry.input(description="Changes to a post. What is left out stays as it is.")
class UpdatePostInput:
    """Changes to a post."""

    id: ID = strawberry.field(description="The post to change.")
    title: str | None = strawberry.field(
        default=UNSET,
        description="Of 1 to 200 characters. A slug made from it follows it; the old one still finds the post.",
    )
    body: str | None = strawberry.field(
        default=UNSET, description="Markdown (CommonMark, tables, strikethrough) without HTML."
    )
    category: ID | None = strawberry.field(
        default=UNSET,
        description="Where it is filed: the main category; of several, only that one is replaced.",
    )
    categories: list[ID] | None = strawberry.field(
        default=UNSET,
        description="All categories instead of those it has, the main one first, or besides `category`.",
    )
    tags: list[str] | None = strawberry.field(
        default=UNSET,
        description="Names of tags instead of those it has; those that there are not yet are made.",
    )
    kind: PostKind | None = strawberry.field(
        default=UNSET, description="An article in the lists, or a page beside them, such as an imprint."
    )
    body_format: BodyFormat | None = strawberry.field(
        default=UNSET, description="How the body is written. HTML keeps only what is harmless."
    )
    pinned: bool | None = strawberry.field(
        default=UNSET, description="Whether it should stand before others."
    )
    slug: str | None = strawberry.field(
        default=UNSET, description="Its part of addresses; null makes it from the title again."
    )
    excerpt: str | None = strawberry.field(
        default=UNSET,
        description="A summary in plain text, up to 500 characters; null makes it from the body again.",
    )
    language: str | None = strawberry.field(default=UNSET, description="A BCP 47 tag such as fr or en-GB.")
    published_at: datetime | None = strawberry.field(
        default=UNSET,
        description="Now or earlier publishes the post, later schedules it, null makes it a draft again.",
    )
    comments_open: bool | None = strawberry.field(default=UNSET, description="Whether it takes comments.")
    linkbacks_open: bool | None = strawberry.field(
        default=UNSET, description="Whether it takes linkbacks, if the site takes any."
    )
    image: ID | None = strawberry.field(
        default=UNSET,
        description="A picture that one has uploaded oneself, of administrators any; null for none.",
    )
    if_updated_at: datetime | None = strawberry.field(
        default=UNSET,
        description="The `updatedAt` of the post that was edited: if it has another one by now, nothing is changed, "
        "and the error is an EditConflict.",
    )


@strawberry.input(description="Somebody who comments without an account. Nothing of it is confirmed.")
class GuestInput:
    """Somebody who comments without an account."""

    name: str = strawberry.field(description="The name to show, of 1 to 100 characters.")
    email: str | None = strawberry.field(
        default=UNSET, description="Nobody but administrators sees it. It makes nobody an account."
    )
    website: str | None = strawberry.field(
        default=UNSET, description="An http or https address, shown with the name; null or empty for none."
    )


@strawberry.input(description="A new comment, or a reply to one.")
class AddCommentInput:
    """A new comment, or a reply to one."""

    post: ID | None = strawberry.field(
        default=UNSET, description="The post that is commented on. Either this or `page` is needed."
    )
    page: PageInput | None = strawberry.field(
        default=UNSET,
        description="The page of another site that is commented on, where the site takes comments of that one: its "
        "first comment makes it a post of kind EXTERNAL.",
    )
    parent: ID | None = strawberry.field(
        default=UNSET, description="The comment of the same post that is replied to; top-level when left out."
    )
    body: str = strawberry.field(
        description="Markdown without HTML, images, headings and tables; line breaks are kept."
    )
    key: str | None = _idempotency_key("comment")
    guest: GuestInput | None = strawberry.field(
        default=UNSET,
        description="Who writes it, where that is somebody without an account and `site { guests }` is not OFF; "
        "not with a token.",
    )


@strawberry.input(description="A text that is not sent yet.")
class PreviewInput:
    """A text that is not sent yet."""

    body: str = strawberry.field(description="The source.")
    kind: PreviewKind = strawberry.field(description="What it is to become.")
    body_format: BodyFormat | None = strawberry.field(
        default=BodyFormat.MARKDOWN, description="How it is written."
    )


@strawberry.input(description="Another text for a comment.")
class EditCommentInput:
    """Another text for a comment."""

    id: ID = strawberry.field(description="The comment to edit.")
    body: str = strawberry.field(
        description="Markdown without HTML, images, headings and tables; line breaks are kept; HTML for one in HTML."
    )


@strawberry.input(description="A moderator's decision.")
class SetCommentStatusInput:
    """A moderator's decision."""

    id: ID = strawberry.field(description="The comment that is decided about.")
    status: CommentDecision = strawberry.field(description="What it is from now on.")


@strawberry.input(description="What an account may do from now on.")
class SetRoleInput:
    """What an account may do."""

    user: ID = strawberry.field(description="Somebody else's account; a guest has no role.")
    role: Role = strawberry.field(description="The new role.")
