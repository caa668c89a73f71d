"""What can be asked."""

from typing import Annotated

import strawberry
from strawberry import ID, argument

import compiler
from auth.viewer import Viewer
from compiler import Connection
from resolvers.ids import global_id
from resolvers.policy import Policy
from resolvers.reads import (
    archive,
    categories,
    comments,
    import_reports,
    linkbacks,
    posts,
    search,
    tags,
    users,
)
from resolvers.reads.posts import PostOrder
from resolvers.reads.search import SearchKind
from resolvers.reads.tags import TagOrder
from resolvers.reads.users import UserOrder
from schema.archive import ArchiveYear
from schema.category import Category
from schema.comment import Comment
from schema.context import Info
from schema.filters import (
    CategoryBy,
    CommentFilter,
    LinkbackFilter,
    OutgoingLinkbackFilter,
    PostBy,
    PostFilterArgument,
    PostOrderArgument,
    TagBy,
    UserBy,
    UserFilter,
)
from schema.import_report import ImportReport
from schema.linkback import Linkback
from schema.node import Node
from schema.outgoing_linkback import OutgoingLinkback
from schema.post import Post
from schema.search import SearchConnection, SearchFilter
from schema.site import Site, the_site
from schema.tag import Tag
from schema.user import User

ById = Annotated[ID, argument(description="The global id.")]


@strawberry.type(description="What can be asked.")
class Query:
    """What can be asked."""

    @strawberry.field(description="The site itself.")
    def site(self, info: Info) -> Site:
        return the_site(info.context.policy)

    @compiler.one("The signed-in user; null for an anonymous request.")
    def viewer(viewer: Viewer) -> User | None:
        return users.themselves(viewer)

    @strawberry.field(description="The id of the session that this request is part of; null without one.")
    def session_id(self, info: Info) -> ID | None:
        session_id = info.context.session_id
        return None if session_id is None else ID(global_id("session", session_id))

    @compiler.nodes("Whatever has this id; null when nothing visible has.", argument="id")
    def node(viewer: Viewer, id: ById) -> Node | None: ...

    @compiler.nodes(
        "In the order of ids; null where nothing visible has that id. At most 100.", argument="ids", many=True
    )
    def nodes(
        viewer: Viewer, ids: Annotated[list[ID], argument(description="The global ids.")]
    ) -> list[Node | None]: ...

    @compiler.one("A post; null when no visible one is found.")
    def post(viewer: Viewer, by: Annotated[PostBy, argument(description="How to find it.")]) -> Post | None:
        if by.path is not None:
            return posts.by_path(viewer, by.path)
        if by.url is not None:
            return posts.by_page(viewer, by.url)
        return posts.by_slug(viewer, by.slug) if by.id is None else posts.by_id(viewer, by.id)

    @compiler.connection("Posts of the whole site.", offset=True, through="post")
    def posts(
        viewer: Viewer,
        filter: PostFilterArgument = strawberry.UNSET,
        order_by: PostOrderArgument = PostOrder.NEWEST,
    ) -> Connection[Post]:
        return posts.of_site(viewer, filter, order_by or PostOrder.NEWEST)

    @compiler.listing(
        "Years in which there are posts, the newest first, with their months; in the site's time zone.",
        at_most=1000,
        hands_down=("filter",),
        having=archive.has_posts,
    )
    def archive(
        viewer: Viewer,
        filter: PostFilterArgument = strawberry.UNSET,  # noqa: ARG002 - for `having`
    ) -> list[ArchiveYear]:
        return archive.years(viewer)

    @compiler.first_of(
        "Whatever is at this path of the site, today or formerly, percent-encoded or not: /2008/02/03/poutine/, "
        "/?p=18, /posts/keyset-paging. Null when nothing visible is."
    )
    def resource(
        viewer: Viewer, path: Annotated[str, argument(description="From the slash after the host on.")]
    ) -> Node | None:
        return [
            find(viewer, path)
            for rows in (posts, categories, tags, users)
            for find in (rows.by_path, rows.by_own_path)
        ]

    @compiler.one("A tag; null when none is found.")
    def tag(viewer: Viewer, by: Annotated[TagBy, argument(description="How to find it.")]) -> Tag | None:
        return tags.by_slug(viewer, by.slug) if by.id is None else tags.by_id(viewer, by.id)

    @compiler.connection("Tags of the whole site that published articles have.")
    def tags(
        viewer: Viewer,
        order_by: Annotated[TagOrder | None, argument(description="In which order.")] = TagOrder.NAME,
    ) -> Connection[Tag]:
        return tags.listed(viewer, order_by or TagOrder.NAME)

    @compiler.one("A category; null when none is found.")
    def category(
        viewer: Viewer, by: Annotated[CategoryBy, argument(description="How to find it.")]
    ) -> Category | None:
        return categories.by_slug(viewer, by.slug) if by.id is None else categories.by_id(viewer, by.id)

    @compiler.listing("Top-level categories, in their menu order.", at_most=1000)
    def categories(viewer: Viewer) -> list[Category]:
        return categories.top(viewer)

    @compiler.one("A user; null when none is found.")
    def user(viewer: Viewer, by: Annotated[UserBy, argument(description="How to find them.")]) -> User | None:
        return users.by_username(viewer, by.username) if by.id is None else users.by_id(viewer, by.id)

    @compiler.connection("Accounts, for moderators and administrators; empty for others.")
    def users(
        viewer: Viewer,
        filter: Annotated[UserFilter | None, argument(description="Which accounts.")] = strawberry.UNSET,
        order_by: Annotated[UserOrder | None, argument(description="In which order.")] = UserOrder.NEWEST,
    ) -> Connection[User]:
        return users.listed(viewer, order_by or UserOrder.NEWEST, filter)

    @compiler.one("A comment; null when no visible one has this id.")
    def comment(viewer: Viewer, id: ById) -> Comment | None:
        return comments.by_id(viewer, id)

    @compiler.connection("Comments of the whole site, newest first.")
    def comments(
        viewer: Viewer,
        filter: Annotated[CommentFilter | None, argument(description="Which comments.")] = strawberry.UNSET,
    ) -> Connection[Comment]:
        return comments.of_site(viewer, filter)

    @compiler.connection("Pages elsewhere that link to posts of the site, the newest first.")
    def linkbacks(
        viewer: Viewer,
        filter: Annotated[LinkbackFilter | None, argument(description="Which linkbacks.")] = strawberry.UNSET,
    ) -> Connection[Linkback]:
        return linkbacks.of_site(viewer, filter)

    @compiler.connection(
        "What pages elsewhere were told of posts' links to them, the newest first. For administrators; empty for "
        "others."
    )
    def outgoing_linkbacks(
        viewer: Viewer,
        filter: Annotated[
            OutgoingLinkbackFilter | None, argument(description="Which of what was sent.")
        ] = strawberry.UNSET,
    ) -> Connection[OutgoingLinkback]:
        return linkbacks.outgoing_of_site(viewer, filter.status if filter else None)

    @compiler.connection("What imports reported, the newest first. For administrators; empty for others.")
    def imports(viewer: Viewer) -> Connection[ImportReport]:
        return import_reports.visible(viewer)

    @compiler.connection(
        "Posts and comments that have all these words, in any of their forms. Posts whose titles have them come first, "
        "and then the newest. What nobody can find finds nothing; no text is a mistake.",
        backwards=False,
        by_policy=True,
        hands_down=("query",),
    )
    def search(
        viewer: Viewer,
        policy: Policy,
        query: Annotated[
            str,
            argument(
                description='Words, "words in a row", -without, author:username, category:slug, tag:slug, '
                "before:2010-03-15, after:2010-03, in:posts or in:comments."
            ),
        ],
        in_: Annotated[
            list[SearchKind] | None, argument(name="in", description="What to look for; both unless told.")
        ] = strawberry.UNSET,
        filter: Annotated[SearchFilter | None, argument(description="Which hits.")] = strawberry.UNSET,
    ) -> SearchConnection:
        return search.hits(viewer, policy.site, query, in_, filter)
