"""The rows: Tortoise models, one module per noun, and their migrations.

This room knows columns, constraints and indexes, and which text is fit for them. It knows no GraphQL, no
permission and no connection. What the API promises never to be null is NOT NULL here; every order and filter of
the API has its index here. Beside the rows stand the errors that say what the blog refuses (`models.errors`).
"""

from models.address import PageAddress, PathAlias
from models.archive import ArchiveMonth, ArchiveYear
from models.category import Category
from models.comment import Comment, CommentDecision, CommentStatus
from models.feed import CommentEvent, Feed
from models.filing import PostCategory, PostTag
from models.idempotency import IdempotencyKey
from models.image import Image
from models.import_report import ImportReport
from models.imported import ImportedRow
from models.job import Job
from models.linkback import DeliveryStatus, Linkback, LinkbackKind, LinkbackStatus, OutgoingLinkback
from models.post import BodyFormat, Post, PostKind, PostSlug, PostStatus
from models.revision import CommentRevision, PostRevision
from models.search_document import SearchDocument
from models.site_state import SiteState
from models.tag import Tag
from models.throttle import Throttle
from models.user import Role, Session, User
from models.visit import PostVisit

__all__ = [
    "ArchiveMonth",
    "ArchiveYear",
    "BodyFormat",
    "Category",
    "Comment",
    "CommentDecision",
    "CommentEvent",
    "CommentRevision",
    "CommentStatus",
    "DeliveryStatus",
    "Feed",
    "IdempotencyKey",
    "Image",
    "ImportReport",
    "ImportedRow",
    "Job",
    "Linkback",
    "LinkbackKind",
    "LinkbackStatus",
    "OutgoingLinkback",
    "PageAddress",
    "PathAlias",
    "Post",
    "PostCategory",
    "PostKind",
    "PostRevision",
    "PostSlug",
    "PostStatus",
    "PostTag",
    "PostVisit",
    "Role",
    "SearchDocument",
    "Session",
    "SiteState",
    "Tag",
    "Throttle",
    "User",
]

for _model in (
    ArchiveMonth,
    ArchiveYear,
    Category,
    Comment,
    CommentEvent,
    CommentRevision,
    Feed,
    IdempotencyKey,
    Image,
    ImportReport,
    ImportedRow,
    Linkback,
    OutgoingLinkback,
    PageAddress,
    PathAlias,
    Job,
    Post,
    PostCategory,
    PostRevision,
    PostSlug,
    PostTag,
    PostVisit,
    SearchDocument,
    Session,
    SiteState,
    Tag,
    Throttle,
    User,
):
    # Tortoise would make the docstring a comment in the database, and every better wording a migration.
    _model._meta.table_description = ""  # noqa: SLF001 - there is no public way to say so
