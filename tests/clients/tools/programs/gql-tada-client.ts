// gql.tada, with graphql-request and graphql-sse.
import { initGraphQLTada, type ResultOf } from 'gql.tada';
import { print } from 'graphql';
import { GraphQLClient } from 'graphql-request';
import { createClient } from 'graphql-sse';
import type { introspection } from './graphql-env';

const graphql = initGraphQLTada<{ introspection: introspection; scalars: { DateTime: string } }>();

const PAGE = graphql(`
  query Page($by: PostBy!) {
    post(by: $by) { id title publishedAt feedCursor comments(first: 2) { nodes { author { name } } } }
  }
`);
const SIGN_IN = graphql(`
  mutation SignIn($input: SignInInput!) {
    signIn(input: $input) { token user { username } error { __typename message } }
  }
`);
const ADD = graphql(`
  mutation AddComment($input: AddCommentInput!) {
    addComment(input: $input) {
      comment { body }
      error { __typename message ... on InvalidInput { fields { field message } } }
    }
  }
`);
const FEED = graphql(`
  subscription Feed($post: ID, $after: String) {
    commentFeed(post: $post, after: $after) { __typename cursor ... on CommentAdded { comment { body } } }
  }
`);

const url = process.argv[2];
const client = new GraphQLClient(url);
const { post } = await client.request(PAGE, { by: { slug: 'keyset-paging-or-why-page-500-is-slow' } });
if (!post) throw new Error('There is no such post.');
const at: string | null = post.publishedAt;
const { signIn } = await client.request(SIGN_IN, {
  input: { email: 'julien@example.org', password: 'a quiet conversation' },
});
client.setHeader('authorization', `Bearer ${signIn.token}`);
const add = async (body: string) =>
  (await client.request(ADD, { input: { post: post.id, body } })).addComment;
const { error } = await add(' ');
const { comment } = await add('Written with gql.tada');

const variables = { post: post.id, after: post.feedCursor };
const feed = createClient({ url }).iterate<ResultOf<typeof FEED>>({ query: print(FEED), variables });
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
  }),
);
process.exit(0);
