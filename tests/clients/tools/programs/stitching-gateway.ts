// A gateway of graphql-tools, which gives posts a field of its own.
import { buildHTTPExecutor } from '@graphql-tools/executor-http';
import { stitchSchemas } from '@graphql-tools/stitch';
import { buildSchema, graphql, parse, subscribe, type ExecutionResult } from 'graphql';
import { readFileSync } from 'node:fs';

const executor = buildHTTPExecutor({
  endpoint: process.argv[2],
  headers: (request): Record<string, string> => request?.context?.headers ?? {},
});
const schema = stitchSchemas({
  subschemas: [{ schema: buildSchema(readFileSync('schema.graphql', 'utf8')), executor }],
  typeDefs: 'extend type Post { loud: String! }',
  resolvers: {
    Post: {
      loud: { selectionSet: '{ title }', resolve: ({ title }: { title: string }) => title.toUpperCase() },
    },
  },
});

const ask = async (source: string, variableValues?: Record<string, unknown>, headers = {}) => {
  const { data, errors } = await graphql({ schema, source, variableValues, contextValue: { headers } });
  if (errors) throw errors[0];
  return data as any;
};
const PAGE = `query ($by: PostBy!) {
  post(by: $by) { id title loud publishedAt feedCursor comments(first: 2) { nodes { replies { nodes { depth } } } } }
}`;
const slug = 'keyset-paging-or-why-page-500-is-slow';
const { post } = await ask(PAGE, { by: { slug } });
const refused = await ask(PAGE, { by: { slug, id: post.id } }).catch(() => true);
const { signIn } = await ask(`mutation {
  signIn(input: { email: "julien@example.org", password: "a quiet conversation" }) {
    token user { username } error { __typename message }
  }
}`);
const add = async (body: string) => {
  const query = `mutation ($input: AddCommentInput!) {
    addComment(input: $input) {
      comment { body }
      error { __typename message ... on InvalidInput { fields { field message } } }
    }
  }`;
  const headers = { authorization: `Bearer ${signIn.token}` };
  return (await ask(query, { input: { post: post.id, body } }, headers)).addComment;
};
const { error } = await add(' ');
const { comment } = await add('Written with graphql-tools');

const feed = (await subscribe({
  schema,
  document: parse(`subscription ($post: ID, $after: String) {
    commentFeed(post: $post, after: $after) { cursor ... on CommentAdded { comment { body post { loud } } } }
  }`),
  variableValues: { post: post.id, after: post.feedCursor },
  contextValue: {},
})) as AsyncGenerator<ExecutionResult<any>>;
const { value: heard } = await feed.next();
console.log(
  JSON.stringify({
    title: post.title,
    at: post.publishedAt,
    user: signIn.user.username,
    invalid: error.fields,
    added: comment.body,
    heard: heard.data.commentFeed.comment.body,
    loud: [post.loud, heard.data.commentFeed.comment.post.loud],
    refused,
  }),
);
process.exit(0);
