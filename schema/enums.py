"""The enums of the rows and the reads, with the words that clients read."""

from enum import Enum
from typing import Any

import strawberry

from auth.policy import GuestPolicy
from models import (
    BodyFormat,
    CommentDecision,
    DeliveryStatus,
    LinkbackKind,
    LinkbackStatus,
    PostKind,
    PostStatus,
    Role,
)
from resolvers.policy import Moderation
from resolvers.previews import PreviewKind
from resolvers.reads.comments import CommentOrder
from resolvers.reads.posts import PostOrder
from resolvers.reads.search import SearchKind
from resolvers.reads.tags import TagOrder
from resolvers.reads.users import UserOrder
from syndication import FeedFormat


def _describe(enum: type[Enum], description: str, *, name: str | None = None, **values: str) -> None:
    """Make the enum a GraphQL one. Of one that is stored, names must be values: reads copy these into answers."""
    described: Any = strawberry.enum(enum, name=name, description=description)
    definition = described.__strawberry_definition__
    for value in definition.values:
        value.description = values[value.name]


_describe(
    Role,
    "What somebody may do. Each role may also do what the ones before it may.",
    READER="Comments.",
    AUTHOR="Writes, schedules and publishes posts.",
    MODERATOR="Sees and decides every comment.",
    ADMIN="Does everything, categories and roles included.",
)
_describe(
    PostStatus,
    "Where a post is in its life.",
    DRAFT="Only its author and administrators see it.",
    SCHEDULED="It appears by itself at `publishedAt`.",
    PUBLISHED="Everybody sees it.",
)
_describe(
    PostKind,
    "What a post is.",
    ARTICLE="It is in the lists.",
    PAGE="It stands beside them, such as an imprint.",
    EXTERNAL="A page of another site, whose conversation is here.",
)
_describe(
    BodyFormat,
    "How a body is written.",
    MARKDOWN="CommonMark with tables and strikethrough, without HTML.",
    HTML="HTML, of which only what is harmless is shown.",
)
_describe(
    PreviewKind,
    "What a text is to become.",
    POST="A post's body.",
    COMMENT="A comment, in which less is possible.",
)
_describe(
    CommentDecision,
    "What the moderators decided about a comment. A reply to one that is not approved is not shown, whatever was "
    "decided about it.",
    name="CommentStatus",
    PENDING="Waits for a moderator; its author and the moderators see it.",
    APPROVED="Everybody sees it.",
    REJECTED="Only moderators see it.",
    SPAM="Only moderators see it.",
)
_describe(
    LinkbackKind,
    "By which protocol a page said that it links to a post.",
    TRACKBACK="A trackback.",
    PINGBACK="A pingback.",
    WEBMENTION="A webmention.",
)
_describe(
    DeliveryStatus,
    "What has become of something that is sent.",
    WAITING="It will be tried soon.",
    SENT="The other side has acknowledged it.",
    FAILED="It could not be sent, and will be tried again.",
    GIVEN_UP="It will not be tried again.",
)
_describe(
    LinkbackStatus,
    "What has become of a linkback.",
    VERIFYING="Nobody has looked yet whether there is such a link; nobody sees it.",
    PENDING="Waits for a moderator; the moderators see it.",
    APPROVED="Everybody sees it.",
    REJECTED="Only moderators see it.",
    SPAM="Only moderators see it.",
)
_describe(
    PostOrder,
    "In which order posts come.",
    NEWEST="By date of publication, the latest first.",
    OLDEST="By date of publication, the earliest first.",
    MOST_COMMENTED="By number of comments, the highest first.",
    LAST_COMMENTED="By the date of the newest comment, the latest first; uncommented posts last.",
)
_describe(
    TagOrder,
    "In which order tags come.",
    NAME="By name.",
    MOST_USED="By number of published articles, the highest first.",
)
_describe(
    UserOrder,
    "In which order accounts come.",
    NAME="By the name to show.",
    NEWEST="By when they were made, the latest first.",
)
_describe(
    CommentOrder,
    "In which order comments come.",
    NEWEST="The latest first.",
    OLDEST="The earliest first.",
)
_describe(
    SearchKind,
    "What is looked for.",
    POSTS="Articles and pages.",
    COMMENTS="Comments.",
)
_describe(
    Moderation,
    "When comments are decided about.",
    AFTER="They are public at once, and moderators take away what should not be there.",
    BEFORE="They wait for a moderator.",
)
_describe(
    GuestPolicy,
    "Whether people without an account comment.",
    OFF="They do not.",
    HELD="They do, and each of their comments waits for a moderator.",
    OPEN="They do, as everybody.",
)
_describe(
    FeedFormat,
    "How a feed is written.",
    ATOM="Atom 1.0, with threads.",
    RSS="RSS 2.0.",
    JSON="JSON Feed 1.1.",
)
