// What a conversation asks of the server. `fields` are more of each comment's, such as "isNew" or
// "author { avatar { url } }"; a site that runs listed documents only lists these.

/** How many replies are shown at each level where the newest threads come first. */
const REPLIES = [10, 4, 2];
const END = 'pageInfo { hasNextPage endCursor }';

export function documents(fields = '') {
  const COMMENT = `fragment It on Comment { id bodyHtml createdAt editedAt status deleted depth replyCount
    author { id name username isGuest website } parent { id }
    viewerCanReply viewerCanEdit viewerCanDelete viewerCanModerate ${fields} }`;
  const nested = REPLIES.reduceRight(
    (deeper, first) => `...It replies(first: ${first}) { nodes { ${deeper} } ${END} }`,
    '...It replies(first: 0) { pageInfo { hasNextPage } }',
  );
  const FLAT = `comments(first: $first, after: $after, flat: true, orderBy: OLDEST) { nodes { ...It } ${END} }`;
  const NESTED = `comments(first: $first, after: $after, orderBy: NEWEST) { nodes { ${nested} } ${END} }`;
  const error = 'error { __typename message ... on InvalidInput { fields { field message } } ... on TooManyRequests { retryAfter } }';
  const event = 'comment { ...It parent { replyCount } post { id commentCount } }';

  const load = (list) => `query Conversation($by: PostBy!, $first: Int, $after: String) {
    viewer { id name username }
    site { guests moderation limits { commentLength replyDepth } }
    post(by: $by) { id slug title url commentCount commentsOpen viewerCanComment feedCursor ${list} }
  } ${COMMENT}`;
  const more = (list) => `query More($by: PostBy!, $first: Int, $after: String) {
    post(by: $by) { ${list} }
  } ${COMMENT}`;

  return {
    load: { OLDEST: load(FLAT), NEWEST: load(NESTED) },
    more: { OLDEST: more(FLAT), NEWEST: more(NESTED) },
    replies: `query Replies($under: ID!, $before: String) {
      comments(filter: { under: $under }, last: 100, before: $before) {
        nodes { ...It } pageInfo { hasPreviousPage startCursor }
      }
    } ${COMMENT}`,
    feed: `subscription Feed($post: ID!, $after: String) {
      commentFeed(post: $post, after: $after) {
        __typename cursor
        ... on CommentAdded { ${event} }
        ... on CommentEdited { ${event} }
        ... on CommentRemoved { commentId parentId post { id commentCount } }
      }
    } ${COMMENT}`,
    add: `mutation Add($input: AddCommentInput!) {
      addComment(input: $input) { status comment { ...It post { id commentCount } } ${error} }
    } ${COMMENT}`,
    edit: `mutation Edit($input: EditCommentInput!) {
      editComment(input: $input) { comment { ...It } ${error} }
    } ${COMMENT}`,
    remove: `mutation Delete($id: ID!) { deleteComment(id: $id) { deletedId comment { ...It } ${error} } } ${COMMENT}`,
    decide: `mutation Decide($input: SetCommentStatusInput!) {
      setCommentStatus(input: $input) { comment { ...It } ${error} }
    } ${COMMENT}`,
  };
}
