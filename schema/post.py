"""Posts."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Optional

import strawberry
from strawberry import argument, lazy

import compiler
import models
from auth.viewer import Viewer
from compiler import Connection
from models import BodyFormat, LinkbackKind, PostCategory, PostKind, PostStatus, PostTag
from resolvers import feeds, sharing
from resolvers.policy import Policy
from resolvers.reads import comments, linkbacks, posts, revisions, visits
from resolvers.reads.comments import CommentOrder
from schema.category import Category
from schema.feed import FeedLink, links
from schema.filters import CommentOrderArgument
from schema.image import Image
from schema.linkback import Linkback
from schema.node import Node
from schema.outgoing_linkback import OutgoingLinkback
from schema.revision import PostRevision
from schema.sharing import ShareLink
from schema.tag import Tag
from schema.user import User

if TYPE_CHECKING:
    from schema.comment import Comment


@compiler.row_type(models.Post, prefix="post", visible=posts.visible)
@strawberry.type(
    description="A post: an article, a page, or a page of another site that is talked about here."
)
class Post(Node):
    """A post."""

    kind: PostKind = compiler.column(
        "What it is; only articles are in lists unless these are asked for others."
    )
    slug: str = compiler.column("The name in addresses. Earlier slugs still find the post.")
    title: str = compiler.column("The headline.")
    body: str = compiler.column("The source, as its author wrote it; no page should show it as it is.")
    body_format: BodyFormat = compiler.column("How the source is written.")
    body_html: str = compiler.column("Rendered and sanitised when written.")
    excerpt: str = compiler.column("A summary in plain text.")
    language: str = compiler.column("A BCP 47 tag such as fr or en-GB.")

    @compiler.expression("Where the post is in its life.")
    def status(row: Any, viewer: Viewer) -> PostStatus:
        return posts.status(row, viewer)

    @compiler.expression("When it appears or appeared; null for a draft.")
    def published_at(row: Any, viewer: Viewer) -> datetime | None:
        return posts.published_at(row, viewer)

    updated_at: datetime = compiler.column("When its author last changed it.")

    @compiler.expression(
        "Where the post's page is: the site's url, /posts/ and the slug; or the address of the page of another site.",
        by_policy=True,
    )
    def url(row: Any, _: Viewer, policy: Policy) -> str:
        return posts.url(row, policy.site)

    author: User = compiler.one("Who wrote it.", via="author")
    category: Category = compiler.one(
        "Where it is filed; the main one of several categories.", via="category"
    )

    @compiler.listing(
        "All its categories, the main one first.",
        by="post",
        over=PostCategory,
        through="category",
    )
    def categories(viewer: Viewer) -> list[Category]:
        return posts.categories_of(viewer)

    @compiler.listing(
        "Its tags, in the order in which its author gave them.", by="post", over=PostTag, through="tag"
    )
    def tags(viewer: Viewer) -> list[Tag]:
        return posts.tags_of(viewer)

    image: Image | None = compiler.one(
        "The picture above it, or beside it in lists; null for none.", via="image"
    )
    pinned: bool = compiler.column("Whether it is to stand before others: `posts(filter: {pinned: true})`.")
    comments_open: bool = compiler.column("Whether it takes comments.")
    comment_count: int = compiler.column("Comments that everybody sees, replies included.")

    @compiler.connection("Top-level comments; with flat: true, replies too.", by="post")
    def comments(
        viewer: Viewer,
        order_by: CommentOrderArgument = CommentOrder.NEWEST,
        flat: Annotated[bool | None, argument(description="Replies too, all in one list.")] = False,
    ) -> Connection[Annotated["Comment", lazy("schema.comment")]]:
        return comments.of_post(viewer, order_by or CommentOrder.NEWEST, flat=bool(flat))

    @compiler.expression(
        "How many comments are new to the viewer, as `Comment.isNew` says; 0 before the first `markRead`.",
        counts=True,
    )
    def new_comment_count(row: Any, viewer: Viewer) -> int:
        return visits.new_comment_count(row, viewer)

    @compiler.one(
        "The first of them to become visible, with which to go on reading; null when none is new.",
        by="post",
        having=visits.is_unseen,
    )
    def first_new_comment(viewer: Viewer) -> Annotated["Comment", lazy("schema.comment")] | None:
        return visits.new_comments(viewer)

    @compiler.neighbour(
        "The public post of its kind that was published before it; null for the first one and for drafts.",
        alike=("kind",),
        when=posts.has_neighbours,
    )
    def previous(viewer: Viewer) -> Optional["Post"]:
        return posts.before(viewer)

    @compiler.neighbour(
        "The public post of its kind that was published after it; null for the last one and for drafts.",
        alike=("kind",),
        when=posts.has_neighbours,
    )
    def next(viewer: Viewer) -> Optional["Post"]:
        return posts.after(viewer)

    @compiler.connection("Pages elsewhere that link to it, the newest first.", by="post")
    def linkbacks(
        viewer: Viewer,
        kind: Annotated[LinkbackKind | None, argument(description="Of this kind only.")] = None,
    ) -> Connection[Linkback]:
        return linkbacks.of_post(viewer, kind)

    @compiler.computed(
        "Where readers can share it: each service's form, with its title and address in it. Nobody is asked anything.",
        needs=sharing.NEEDS,
        by_policy=True,
    )
    def share_links(rows: list[dict[str, Any]], _: Viewer, policy: Policy) -> list[list[ShareLink]]:
        return sharing.links_of(rows, policy.site)

    @compiler.computed(
        "Its comments, as feeds in each format; none of a draft.",
        needs=("slug", "title", "language", "status"),
        by_policy=True,
    )
    def feeds(rows: list[dict[str, Any]], _: Viewer, policy: Policy) -> list[list[FeedLink]]:
        return [
            links(feeds.of_post(row["slug"], row["title"], row["language"]), policy.site)
            if row["status"] == PostStatus.PUBLISHED
            else []
            for row in rows
        ]

    linkbacks_open: bool = compiler.column("Whether it takes linkbacks, if the site takes any.")

    @compiler.expression(
        "Where others send their trackbacks for it; null where the site takes none.", by_policy=True
    )
    def trackback_url(row: Any, _: Viewer, policy: Policy) -> str | None:
        return linkbacks.trackback_url(row, policy)

    linkback_count: int = compiler.column("Linkbacks that everybody sees.")
    trackback_count: int = compiler.column("Trackbacks among them.")

    @compiler.listing(
        "The pages that it links to, and what they were told, in the order of the links. For its author and "
        "administrators; empty for others.",
        by="post",
    )
    def outgoing_linkbacks(viewer: Viewer) -> list[OutgoingLinkback]:
        return linkbacks.outgoing(viewer)

    @compiler.connection(
        "What it has been, the present state first, once its title or body was changed. For its author and "
        "administrators; empty for others.",
        by="post",
    )
    def revisions(viewer: Viewer) -> Connection[PostRevision]:
        return revisions.of_posts(viewer)

    @compiler.expression(
        "Where the live feed stands now: pass it to commentFeed(after:) and nothing between this query and the "
        "subscription is missed."
    )
    def feed_cursor(row: Any, viewer: Viewer) -> str:
        return posts.feed_cursor(row, viewer)

    @compiler.expression("Whether the viewer may change, publish and delete it: `updatePost` and its like.")
    def viewer_can_edit(row: Any, viewer: Viewer) -> bool:
        return posts.viewer_can_edit(row, viewer)

    @compiler.expression(
        "Whether the viewer may comment on it: `addComment`; one who is not signed in, as a guest.",
        by_policy=True,
    )
    def viewer_can_comment(row: Any, viewer: Viewer, policy: Policy) -> bool:
        return posts.viewer_can_comment(row, viewer, policy.auth)
