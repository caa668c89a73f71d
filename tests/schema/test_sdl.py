"""The schema is what was promised, is kept as it is printed, and says everywhere what it means."""

from collections.abc import Iterator
from typing import Any

from graphql import (
    EnumTypeDefinitionNode,
    InputObjectTypeDefinitionNode,
    InterfaceTypeDefinitionNode,
    ObjectTypeDefinitionNode,
    build_schema,
    is_introspection_type,
    is_specified_scalar_type,
    parse,
    print_ast,
)

import schema

PAGING = "first: Int, after: String, last: Int, before: String"
PROMISED = """
Node.id: ID!
Query.site: Site!
Query.viewer: User
Query.sessionId: ID
User.sessions: [Session!]!
Session.id: ID!
Session.createdAt: DateTime!
Session.expiresAt: DateTime!
Query.node(id: ID!): Node
Query.nodes(ids: [ID!]!): [Node]!
Query.post(by: PostBy!): Post
Query.posts(filter: PostFilter, orderBy: PostOrder = NEWEST, PAGING, offset: Int): PostConnection!
Query.archive(filter: PostFilter): [ArchiveYear!]!
ArchiveYear.year: Int!
ArchiveYear.postCount: Int!
ArchiveYear.months: [ArchiveMonth!]!
ArchiveMonth.year: Int!
ArchiveMonth.month: Int!
ArchiveMonth.postCount: Int!
ArchiveMonth.from: DateTime!
ArchiveMonth.before: DateTime!
ArchiveMonth.url: String!
ArchiveMonth.posts(orderBy: PostOrder = NEWEST, PAGING, offset: Int): PostConnection!
Post.previous: Post
Post.next: Post
Query.resource(path: String!): Node
Query.search(query: String!, in: [SearchKind!], filter: SearchFilter, first: Int, after: String): SearchConnection!
Query.tag(by: TagBy!): Tag
Query.tags(orderBy: TagOrder = NAME, PAGING): TagConnection!
Query.category(by: CategoryBy!): Category
Query.categories: [Category!]!
Query.user(by: UserBy!): User
Query.comment(id: ID!): Comment
Query.comments(filter: CommentFilter, PAGING): CommentConnection!
Query.linkbacks(filter: LinkbackFilter, PAGING): LinkbackConnection!
Query.outgoingLinkbacks(filter: OutgoingLinkbackFilter, PAGING): OutgoingLinkbackConnection!
OutgoingLinkbackFilter.status: DeliveryStatus
OutgoingLinkback.post: Post!
Query.users(filter: UserFilter, orderBy: UserOrder = NEWEST, PAGING): UserConnection!
UserFilter.role: Role
UserFilter.query: String
UserOrder is NAME NEWEST
Query.imports(PAGING): ImportReportConnection!
ImportReport.source: String!
ImportReport.startedAt: DateTime!
ImportReport.finishedAt: DateTime
ImportReport.error: String
ImportReport.kinds: [ImportedKind!]!
ImportedKind.kind: String!
ImportedKind.read: Int!
ImportedKind.written: Int!
ImportedKind.updated: Int!
ImportedKind.unchanged: Int!
ImportedKind.leftOut: Int!
ImportedKind.reasonsForLeavingOut: [ImportReason!]!
ImportedKind.reasonsForChanging: [ImportReason!]!
ImportReason.reason: String!
ImportReason.count: Int!
ImportReason.examples: [String!]!
LinkbackFilter.post: ID
LinkbackFilter.kind: LinkbackKind
LinkbackFilter.status: LinkbackStatus
LinkbackKind is TRACKBACK PINGBACK WEBMENTION
LinkbackStatus is VERIFYING PENDING APPROVED REJECTED SPAM
PostBy is one of its members
PostBy.id: ID
PostBy.slug: String
PostBy.path: String
PostBy.url: String
CategoryBy is one of its members
CategoryBy.id: ID
CategoryBy.slug: String
TagBy is one of its members
TagBy.id: ID
TagBy.slug: String
UserBy is one of its members
UserBy.id: ID
UserBy.username: String
PostFilter.category: ID
PostFilter.tag: ID
PostFilter.kind: PostKind
PostFilter.pinned: Boolean
PostFilter.author: ID
PostFilter.language: String
PostFilter.publishedFrom: DateTime
PostFilter.publishedBefore: DateTime
PostFilter.status: PostStatus
CommentFilter.post: ID
CommentFilter.author: ID
CommentFilter.status: CommentStatus
CommentFilter.under: ID
FeedFormat is ATOM RSS JSON
FeedLink.title: String!
FeedLink.format: FeedFormat!
FeedLink.url: String!
FeedLink.comments: Boolean!
PostOrder is NEWEST OLDEST MOST_COMMENTED LAST_COMMENTED
CommentOrder is NEWEST OLDEST
TagOrder is NAME MOST_USED
PostKind is ARTICLE PAGE EXTERNAL
BodyFormat is MARKDOWN HTML
PostStatus is DRAFT SCHEDULED PUBLISHED
CommentStatus is PENDING APPROVED REJECTED SPAM
Role is READER AUTHOR MODERATOR ADMIN
Site.title: String!
Site.description: String!
Site.url: String!
Site.language: String!
Site.moderation: Moderation!
Site.guests: GuestPolicy!
Site.limits: SiteLimits!
Site.shareServices: [ShareService!]!
ShareService.id: String!
ShareService.name: String!
ShareService.urlTemplate: String!
ShareService.historic: Boolean!
ShareLink.service: ShareService!
ShareLink.url: String!
Post.shareLinks: [ShareLink!]!
Site.feeds: [FeedLink!]!
Site.webmentionUrl: String
SiteLimits.commentLength: Int!
SiteLimits.commentEditWindow: Int!
SiteLimits.replyDepth: Int!
SiteLimits.postLength: Int!
SiteLimits.titleLength: Int!
SiteLimits.excerptLength: Int!
SiteLimits.nameLength: Int!
SiteLimits.bioLength: Int!
SiteLimits.passwordMinLength: Int!
SiteLimits.pageSize: Int!
Moderation is AFTER BEFORE
User is a Node
User.id: ID!
User.username: String
User.isGuest: Boolean!
User.name: String!
User.bio: String!
User.website: String
User.role: Role!
User.createdAt: DateTime!
User.email: String
User.feeds: [FeedLink!]!
User.posts(filter: PostFilter, orderBy: PostOrder = NEWEST, PAGING, offset: Int): PostConnection!
User.comments(status: CommentStatus = null, PAGING): CommentConnection!
Category is a Node
Category.id: ID!
Category.slug: String!
Category.name: String!
Category.description: String!
Category.parent: Category
Category.children: [Category!]!
Category.postCount: Int!
Category.feeds: [FeedLink!]!
Category.posts(filter: PostFilter, orderBy: PostOrder = NEWEST, PAGING, offset: Int): PostConnection!
Tag is a Node
Tag.id: ID!
Tag.slug: String!
Tag.name: String!
Tag.url: String!
Tag.postCount: Int!
Tag.feeds: [FeedLink!]!
Tag.posts(filter: PostFilter, orderBy: PostOrder = NEWEST, PAGING, offset: Int): PostConnection!
Post is a Node
Post.id: ID!
Post.kind: PostKind!
Post.bodyFormat: BodyFormat!
Post.categories: [Category!]!
Post.tags: [Tag!]!
Post.pinned: Boolean!
Post.slug: String!
Post.title: String!
Post.body: String!
Post.bodyHtml: String!
Post.excerpt: String!
Post.language: String!
Post.status: PostStatus!
Post.publishedAt: DateTime
Post.updatedAt: DateTime!
Post.url: String!
Post.author: User!
Post.category: Category!
Post.commentsOpen: Boolean!
Post.commentCount: Int!
Post.feeds: [FeedLink!]!
Post.comments(orderBy: CommentOrder = NEWEST, flat: Boolean = false, PAGING): CommentConnection!
Post.linkbacks(kind: LinkbackKind = null, PAGING): LinkbackConnection!
Post.linkbackCount: Int!
Post.trackbackCount: Int!
Post.linkbacksOpen: Boolean!
Post.trackbackUrl: String
Linkback is a Node
Linkback.id: ID!
Linkback.kind: LinkbackKind!
Linkback.post: Post!
Linkback.sourceUrl: String!
Linkback.siteName: String!
Linkback.title: String!
Linkback.excerpt: String!
Linkback.authorName: String
Linkback.status: LinkbackStatus!
Linkback.receivedAt: DateTime!
Linkback.verifiedAt: DateTime
Linkback.viewerCanModerate: Boolean!
Post.feedCursor: String!
Post.viewerCanEdit: Boolean!
Post.viewerCanComment: Boolean!
Comment is a Node
Comment.id: ID!
Comment.post: Post!
Comment.author: User
Comment.deleted: Boolean!
Comment.viewerCanEdit: Boolean!
Comment.viewerCanDelete: Boolean!
Comment.viewerCanReply: Boolean!
Comment.viewerCanModerate: Boolean!
Comment.body: String!
Comment.bodyHtml: String!
Comment.status: CommentStatus!
Comment.createdAt: DateTime!
Comment.editedAt: DateTime
Comment.deletedAt: DateTime
Comment.parent: Comment
Comment.bodyFormat: BodyFormat!
Comment.revisions(PAGING): CommentRevisionConnection!
CommentRevision.number: Int!
CommentRevision.body: String!
CommentRevision.bodyFormat: BodyFormat!
CommentRevision.author: User
CommentRevision.createdAt: DateTime!
PostRevision.number: Int!
PostRevision.title: String!
PostRevision.body: String!
PostRevision.bodyFormat: BodyFormat!
PostRevision.author: User
PostRevision.createdAt: DateTime!
Post.revisions(PAGING): PostRevisionConnection!
Post.outgoingLinkbacks: [OutgoingLinkback!]!
OutgoingLinkback.targetUrl: String!
OutgoingLinkback.kind: LinkbackKind
OutgoingLinkback.linked: Boolean!
OutgoingLinkback.status: DeliveryStatus!
OutgoingLinkback.attempts: Int!
OutgoingLinkback.lastTriedAt: DateTime
OutgoingLinkback.error: String
DeliveryStatus is WAITING SENT FAILED GIVEN_UP
Comment.depth: Int!
Comment.replyCount: Int!
Comment.replies(orderBy: CommentOrder = OLDEST, PAGING): CommentConnection!
PageInfo.hasNextPage: Boolean!
PageInfo.hasPreviousPage: Boolean!
PageInfo.startCursor: String
PageInfo.endCursor: String
PostConnection.edges: [PostEdge!]!
PostConnection.nodes: [Post!]!
PostConnection.pageInfo: PageInfo!
PostConnection.totalCount: Int!
PostEdge.cursor: String!
PostEdge.node: Post!
TagConnection.edges: [TagEdge!]!
TagConnection.nodes: [Tag!]!
TagConnection.pageInfo: PageInfo!
TagConnection.totalCount: Int!
TagEdge.cursor: String!
TagEdge.node: Tag!
SearchConnection.edges: [SearchHitEdge!]!
SearchConnection.nodes: [SearchHit!]!
SearchConnection.pageInfo: PageInfo!
SearchConnection.totalCount: Int!
SearchHitEdge.cursor: String!
SearchHitEdge.node: SearchHit!
SearchHit.score: Float!
SearchHit.node: Node!
SearchHit.title: [Segment!]!
SearchHit.snippet: [Segment!]!
Segment.text: String!
Segment.matched: Boolean!
SearchKind is POSTS COMMENTS
SearchFilter.category: ID
SearchFilter.tag: ID
SearchFilter.author: ID
SearchFilter.language: String
SearchFilter.publishedFrom: DateTime
SearchFilter.publishedBefore: DateTime
CommentConnection.edges: [CommentEdge!]!
CommentConnection.nodes: [Comment!]!
CommentConnection.pageInfo: PageInfo!
CommentConnection.totalCount: Int!
CommentEdge.cursor: String!
CommentEdge.node: Comment!
Error.message: String!
InvalidInput is a Error
InvalidInput.message: String!
InvalidInput.fields: [FieldError!]!
FieldError.field: String!
FieldError.message: String!
NotSignedIn is a Error
NotSignedIn.message: String!
NotAllowed is a Error
NotAllowed.message: String!
NotFound is a Error
NotFound.message: String!
InvalidCredentials is a Error
InvalidCredentials.message: String!
TooManyRequests is a Error
TooManyRequests.message: String!
TooManyRequests.retryAfter: Int!
EditConflict is a Error
EditConflict.message: String!
EditConflict.updatedAt: DateTime!
CommentsClosed is a Error
CommentsClosed.message: String!
Mutation.signUp(input: SignUpInput!): SignUpPayload!
Mutation.signIn(input: SignInInput!): SignInPayload!
Mutation.signOut: Boolean!
Mutation.signOutEverywhere: Boolean!
Mutation.endSession(id: ID!): EndSessionPayload!
EndSessionPayload.endedId: ID
EndSessionPayload.error: Error
Mutation.changePassword(input: ChangePasswordInput!): ChangePasswordPayload!
Mutation.updateProfile(input: UpdateProfileInput!): UpdateProfilePayload!
Mutation.createCategory(input: CreateCategoryInput!): CreateCategoryPayload!
Mutation.updateCategory(input: UpdateCategoryInput!): UpdateCategoryPayload!
Mutation.deleteCategory(id: ID!): DeleteCategoryPayload!
Mutation.createPost(input: CreatePostInput!): CreatePostPayload!
Mutation.updatePost(input: UpdatePostInput!): UpdatePostPayload!
Mutation.publishPost(id: ID!): PublishPostPayload!
Mutation.deletePost(id: ID!): DeletePostPayload!
Mutation.preview(input: PreviewInput!): PreviewPayload!
PreviewInput.body: String!
PreviewInput.kind: PreviewKind!
PreviewInput.bodyFormat: BodyFormat = MARKDOWN
PreviewKind is POST COMMENT
PreviewPayload.html: String
PreviewPayload.excerpt: String
PreviewPayload.error: Error
Mutation.addComment(input: AddCommentInput!): AddCommentPayload!
Mutation.markRead(input: MarkReadInput!): MarkReadPayload!
MarkReadInput.post: ID!
MarkReadInput.cursor: String!
MarkReadPayload.post: Post
MarkReadPayload.error: Error
Comment.isNew: Boolean!
Post.newCommentCount: Int!
Post.firstNewComment: Comment
Mutation.editComment(input: EditCommentInput!): EditCommentPayload!
Mutation.deleteComment(id: ID!): DeleteCommentPayload!
Mutation.setCommentStatus(input: SetCommentStatusInput!): SetCommentStatusPayload!
Mutation.setLinkbackStatus(input: SetLinkbackStatusInput!): SetLinkbackStatusPayload!
Mutation.deleteLinkback(id: ID!): DeleteLinkbackPayload!
Mutation.setRole(input: SetRoleInput!): SetRolePayload!
SetRoleInput.user: ID!
SetRoleInput.role: Role!
SetRolePayload.user: User
SetRolePayload.error: Error
SetLinkbackStatusInput.id: ID!
SetLinkbackStatusInput.status: LinkbackStatus!
SetLinkbackStatusPayload.linkback: Linkback
SetLinkbackStatusPayload.error: Error
DeleteLinkbackPayload.deletedId: ID
DeleteLinkbackPayload.error: Error
SignUpPayload.token: String
SignUpPayload.expiresAt: DateTime
SignUpPayload.user: User
SignUpPayload.error: Error
SignInPayload.token: String
SignInPayload.expiresAt: DateTime
SignInPayload.user: User
SignInPayload.error: Error
ChangePasswordPayload.user: User
ChangePasswordPayload.error: Error
UpdateProfilePayload.user: User
UpdateProfilePayload.error: Error
CreateCategoryPayload.category: Category
CreateCategoryPayload.error: Error
UpdateCategoryPayload.category: Category
UpdateCategoryPayload.error: Error
DeleteCategoryPayload.deletedId: ID
DeleteCategoryPayload.error: Error
CreatePostPayload.post: Post
CreatePostPayload.error: Error
UpdatePostPayload.post: Post
UpdatePostPayload.error: Error
PublishPostPayload.post: Post
PublishPostPayload.error: Error
DeletePostPayload.deletedId: ID
DeletePostPayload.error: Error
AddCommentPayload.comment: Comment
AddCommentPayload.commentEdge: CommentEdge
AddCommentPayload.status: CommentStatus
AddCommentPayload.error: Error
EditCommentPayload.comment: Comment
EditCommentPayload.error: Error
DeleteCommentPayload.deletedId: ID
DeleteCommentPayload.comment: Comment
DeleteCommentPayload.error: Error
SetCommentStatusPayload.comment: Comment
SetCommentStatusPayload.error: Error
AddCommentInput.post: ID
AddCommentInput.page: PageInput
PageInput.url: String!
PageInput.title: String
AddCommentInput.key: String
AddCommentInput.guest: GuestInput
GuestInput.name: String!
GuestInput.email: String
GuestInput.website: String
CreatePostInput.key: String
CreatePostInput.commentsOpen: Boolean = true
CreatePostInput.linkbacksOpen: Boolean = true
UpdatePostInput.linkbacksOpen: Boolean
CreatePostInput.category: ID
CreatePostInput.categories: [ID!]
CreatePostInput.tags: [String!]
CreatePostInput.kind: PostKind = ARTICLE
CreatePostInput.bodyFormat: BodyFormat = MARKDOWN
CreatePostInput.pinned: Boolean = false
CreateCategoryInput.key: String
CreateCategoryInput.description: String = ""
UpdatePostInput.ifUpdatedAt: DateTime
UpdatePostInput.category: ID
UpdatePostInput.categories: [ID!]
UpdatePostInput.tags: [String!]
UpdatePostInput.kind: PostKind
UpdatePostInput.bodyFormat: BodyFormat
UpdatePostInput.pinned: Boolean
Subscription.commentAdded(post: ID, category: ID): Comment!
Subscription.commentFeed(post: ID, category: ID, after: String, linkbacks: Boolean = false): FeedEvent!
FeedEvent.cursor: String!
CommentAdded is a FeedEvent
CommentAdded.cursor: String!
CommentAdded.comment: Comment!
CommentEdited is a FeedEvent
CommentEdited.cursor: String!
CommentEdited.comment: Comment!
CommentRemoved is a FeedEvent
CommentRemoved.cursor: String!
CommentRemoved.commentId: ID!
CommentRemoved.parentId: ID
CommentRemoved.postId: ID!
CommentRemoved.post: Post
LinkbackAdded is a FeedEvent
LinkbackAdded.cursor: String!
LinkbackAdded.linkback: Linkback!
LinkbackEdited is a FeedEvent
LinkbackEdited.cursor: String!
LinkbackEdited.linkback: Linkback!
LinkbackRemoved is a FeedEvent
LinkbackRemoved.cursor: String!
LinkbackRemoved.linkbackId: ID!
LinkbackRemoved.postId: ID!
FeedReset is a FeedEvent
FeedReset.cursor: String!
"""


def lines(sdl: str) -> Iterator[str]:
    """One line for each thing that a client can rely on."""
    for node in parse(sdl).definitions:
        match node:
            case ObjectTypeDefinitionNode() | InterfaceTypeDefinitionNode():
                yield from (f"{node.name.value} is a {each.name.value}" for each in node.interfaces or ())
                yield from (
                    f"{node.name.value}.{field.name.value}{_arguments(field)}: {print_ast(field.type)}"
                    for field in node.fields or ()
                )
            case InputObjectTypeDefinitionNode():
                if node.directives:
                    yield f"{node.name.value} is one of its members"
                yield from (
                    f"{node.name.value}.{each.name.value}: {print_ast(each.type)}"
                    + (f" = {print_ast(each.default_value)}" if each.default_value else "")
                    for each in node.fields or ()
                )
            case EnumTypeDefinitionNode():
                yield f"{node.name.value} is {' '.join(value.name.value for value in node.values or ())}"


def _arguments(field: Any) -> str:
    written = [
        f"{argument.name.value}: {print_ast(argument.type)}"
        + (f" = {print_ast(argument.default_value)}" if argument.default_value else "")
        for argument in field.arguments or ()
    ]
    return f"({', '.join(written)})" if written else ""


def test_the_sdl_is_kept_as_the_code_prints_it() -> None:
    assert schema.SDL_FILE.read_text() == schema.sdl(), "run: causerie schema > schema/schema.graphql"


def test_everything_that_was_promised_is_there() -> None:
    promised = PROMISED.strip().replace("PAGING", PAGING).splitlines()
    assert set(promised) - set(lines(schema.sdl())) == set()


def test_everything_has_a_description() -> None:
    assert list(_undescribed(build_schema(schema.sdl()))) == []


def _undescribed(built: Any) -> Iterator[str]:
    for name, type_ in built.type_map.items():
        if is_introspection_type(type_) or is_specified_scalar_type(type_):
            continue
        described = {
            name: type_,
            **{f"{name}.{key}": each for key, each in getattr(type_, "fields", {}).items()},
        }
        described |= {f"{name}.{key}": each for key, each in getattr(type_, "values", {}).items()}
        for place, field in list(described.items()):
            arguments = getattr(field, "args", {})
            described |= {f"{place}({key}:)": argument for key, argument in arguments.items()}
        yield from (place for place, each in described.items() if not (each.description or "").strip())
