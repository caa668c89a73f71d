"""What feeds ask the API for: one operation for each kind of list, as an anonymous reader of it would send it."""

from resolvers.feeds import FeedKind

POSTS_PER_PAGE = 20
COMMENTS_PER_PAGE = 50

_POSTS = """
fragment Posts on PostConnection {
  nodes {
    id title url slug bodyHtml excerpt language publishedAt updatedAt commentCount
    author { name username website }
    categories { slug name }
    tags { slug name }
    image { url }
    comments(first: 1, flat: true) { nodes { createdAt } }
  }
  pageInfo { hasNextPage endCursor }
}
"""
_COMMENT = """
fragment Written on Comment {
  id bodyHtml createdAt editedAt deletedAt replyCount
  author { name username website }
  parent { id }
  post { id title url slug language }
}
"""
_COMMENTS = (
    "fragment Comments on CommentConnection { nodes { ...Written } pageInfo { hasNextPage endCursor } }"
    + _COMMENT
)

DOCUMENTS = {
    FeedKind.POSTS: "query FeedOfPosts($first: Int!, $after: String) {"
    " posts(first: $first, after: $after) { ...Posts } }" + _POSTS,
    FeedKind.CATEGORY: "query FeedOfCategory($name: String!, $first: Int!, $after: String) {"
    " list: category(by: {slug: $name}) { id name: slug title: name subtitle: description"
    " posts(first: $first, after: $after) { ...Posts } } }" + _POSTS,
    FeedKind.TAG: "query FeedOfTag($name: String!, $first: Int!, $after: String) {"
    " list: tag(by: {slug: $name}) { id name: slug title: name"
    " posts(first: $first, after: $after) { ...Posts } } }" + _POSTS,
    FeedKind.USER: "query FeedOfUser($name: String!, $first: Int!, $after: String) {"
    " list: user(by: {username: $name}) { id name: username title: name subtitle: bio"
    " posts(first: $first, after: $after) { ...Posts } } }" + _POSTS,
    FeedKind.COMMENTS: "query FeedOfComments($first: Int!, $after: String) {"
    " comments(first: $first, after: $after) { ...Comments } }" + _COMMENTS,
    FeedKind.POST: "query FeedOfPost($name: String!, $first: Int!, $after: String) {"
    " list: post(by: {slug: $name}) { id name: slug title url language begun: publishedAt"
    " comments(flat: true, first: $first, after: $after) { ...Comments } } }" + _COMMENTS,
    FeedKind.THREAD: "query FeedOfThread($name: ID!, $first: Int!, $after: String) {"
    " list: comment(id: $name) { id name: id begun: createdAt post { title url language } }"
    " comments(filter: {under: $name}, first: $first, after: $after) { ...Comments } }" + _COMMENTS,
}


def page_size(kind: FeedKind) -> int:
    """Entries of a page of a feed."""
    return COMMENTS_PER_PAGE if kind.has_comments else POSTS_PER_PAGE
