// What a conversation asks of the server. `fields` are more of each comment's, such as
// "author { avatar { url } }"; a site that runs listed documents only lists these.

/** How many replies are shown at each level where the newest threads come first. */
const SHOWN = [10, 4, 2];
const END = 'pageInfo { hasNextPage endCursor }';
// Without indentation, which every page would load.
const ERROR = `error { __typename message
... on InvalidInput { fields { field message } } ... on TooManyRequests { retryAfter } }`;
const COMMENT = `fragment It on Comment { id bodyHtml createdAt editedAt status deleted depth replyCount isNew
author { id name username isGuest website } parent { id }
viewerCanReply viewerCanEdit viewerCanDelete viewerCanModerate`;
const AROUND = `viewer { id name username } site { guests moderation limits { commentLength replyDepth } }`;
const POST = `post(by: $by) { id slug title url commentCount commentsOpen viewerCanComment feedCursor`;
const REPLIES = `query Replies($under: ID!, $before: String) {
comments(filter: { under: $under }, last: 100, before: $before) {
nodes { ...It } pageInfo { hasPreviousPage startCursor } } }`;
const EVENT = '{ comment { ...It parent { replyCount } post { id commentCount } } }';
const FEED = `subscription Feed($post: ID!, $after: String) {
commentFeed(post: $post, after: $after) { __typename cursor
... on CommentAdded ${EVENT} ... on CommentEdited ${EVENT}
... on CommentRemoved { commentId parentId post { id commentCount } } } }`;

const nested = SHOWN.reduceRight(
  (deeper, first) => `...It replies(first: ${first}) { nodes { ${deeper} } ${END} }`,
  '...It replies(first: 0) { pageInfo { hasNextPage } }',
);

export function documents(fields = '') {
  const whole = (text) => `${text} ${COMMENT} ${fields} }`;
  const page = (how, nodes) =>
    whole(`query Conversation($by: PostBy!, $first: Int, $after: String) { ${AROUND} ${POST}
comments(first: $first, after: $after, ${how}) { nodes { ${nodes} } ${END} } } }`);
  const mutation = (name, input, answer) =>
    whole(`mutation ($input: ${input}!) { ${name}(input: $input) { ${answer} ${ERROR} } }`);

  return {
    page: { OLDEST: page('flat: true, orderBy: OLDEST', '...It'), NEWEST: page('orderBy: NEWEST', nested) },
    replies: whole(REPLIES),
    feed: whole(FEED),
    add: mutation('addComment', 'AddCommentInput', 'status comment { ...It post { id commentCount } }'),
    edit: mutation('editComment', 'EditCommentInput', 'comment { ...It }'),
    decide: mutation('setCommentStatus', 'SetCommentStatusInput', 'comment { ...It }'),
    read: `mutation ($input: MarkReadInput!) { markRead(input: $input) { ${ERROR} } }`,
    remove: whole(`mutation ($id: ID!) { deleteComment(id: $id) { deletedId comment { ...It } ${ERROR} } }`),
  };
}
