// graphql-zeus, with subscriptions over graphql-ws.
import WebSocket from 'ws';
import { $, Chain, Subscription } from './zeus';

Object.assign(globalThis, { WebSocket }); // which browsers have, and Node.js from 22 on

const url = process.argv[2];
const scalars = { DateTime: { decode: (text: any) => new Date(text), encode: (date: any) => JSON.stringify(date) } };
const { post } = await Chain(url)('query', { scalars })(
  {
    post: [
      { by: { slug: $('slug', 'String!') } },
      {
        id: true,
        title: true,
        publishedAt: true,
        feedCursor: true,
        comments: [{ first: 2 }, { nodes: { author: { name: true }, replies: [{}, { nodes: { depth: true } }] } }],
      },
    ],
  },
  { variables: { slug: 'keyset-paging-or-why-page-500-is-slow' } },
);
if (!post) throw new Error('There is no such post.');
const at: Date | null | undefined = post.publishedAt;
const { posts } = await Chain(url)('query', { scalars })({
  posts: [{ first: 1, filter: { publishedFrom: at } }, { totalCount: true, nodes: { publishedAt: true } }],
});
const { signIn } = await Chain(url)('mutation')({
  signIn: [
    { input: { email: 'julien@example.org', password: 'a quiet conversation' } },
    { token: true, user: { username: true }, error: { __typename: true, message: true } },
  ],
});
const headers = { authorization: `Bearer ${signIn.token}`, 'content-type': 'application/json' };
const add = async (body: string) => {
  const { addComment } = await Chain(url, { headers })('mutation')({
    addComment: [
      { input: { post: post.id, body } },
      {
        comment: { body: true },
        error: { __typename: true, message: true, '...on InvalidInput': { fields: { field: true, message: true } } },
      },
    ],
  });
  return addComment;
};
const { error } = await add(' ');
const { comment } = await add('Written with graphql-zeus');

const feed = Subscription(url.replace('http', 'ws'))('subscription')({
  commentFeed: [
    { post: post.id, after: post.feedCursor }, // values, since variables are not sent
    { __typename: true, cursor: true, '...on CommentAdded': { comment: { body: true } } },
  ],
});
feed.on(({ commentFeed: event }) => {
  console.log(
    JSON.stringify({
      title: post.title,
      at,
      newer: (posts.nodes[0]?.publishedAt ?? 0) > at!,
      user: signIn.user?.username,
      invalid: error?.__typename === 'InvalidInput' && error.fields,
      added: comment?.body,
      heard: event.__typename === 'CommentAdded' && event.comment.body,
    }),
  );
  process.exit(0);
});
