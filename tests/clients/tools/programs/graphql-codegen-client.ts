// graphql-codegen's client preset, with graphql-request and graphql-ws.
import { print } from 'graphql';
import { GraphQLClient } from 'graphql-request';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import {
  AddCommentDocument,
  FeedDocument,
  PageDocument,
  SignInDocument,
  type FeedSubscription,
  type PostBy,
} from './gql/graphql';

const url = process.argv[2];
const client = new GraphQLClient(url);
const { post } = await client.request(PageDocument, {
  by: { slug: 'keyset-paging-or-why-page-500-is-slow' },
});
if (!post) throw new Error('There is no such post.');
const at: string | null = post.publishedAt;
// @ts-expect-error Exactly one of them may be given.
const two: PostBy = { id: post.id, slug: 'keyset-paging-or-why-page-500-is-slow' };

const { signIn } = await client.request(SignInDocument, {
  input: { email: 'julien@example.org', password: 'a quiet conversation' },
});
client.setHeader('authorization', `Bearer ${signIn.token}`);
const add = async (body: string) =>
  (await client.request(AddCommentDocument, { input: { post: post.id, body } })).addComment;
const { error } = await add(' ');
const { comment } = await add('Written with graphql-codegen');

const socket = createClient({ url: url.replace('http', 'ws'), webSocketImpl: WebSocket });
const variables = { post: post.id, after: post.feedCursor };
const feed = socket.iterate<FeedSubscription>({ query: print(FeedDocument), variables });
const { value: heard } = await feed.next();
const event = heard?.data?.commentFeed;
console.log(
  JSON.stringify({
    title: post.title,
    at,
    user: signIn.user?.username,
    invalid: error?.__typename === 'InvalidInput' && error.fields,
    added: comment?.body,
    heard: event?.__typename === 'CommentAdded' && event.comment.body,
    two: Object.keys(two).length,
  }),
);
process.exit(0);
