// genql, which sends queries and mutations.
import { createClient } from './genql';

const url = process.argv[2];
let token: string | null = null;
const headers = (): Record<string, string> => (token ? { authorization: `Bearer ${token}` } : {});
const client = createClient({ url, headers });
const { post } = await client.query({
  post: {
    __args: { by: { slug: 'keyset-paging-or-why-page-500-is-slow' } },
    id: true,
    title: true,
    publishedAt: true,
    comments: { __args: { first: 2 }, nodes: { author: { name: true }, replies: { nodes: { depth: true } } } },
  },
});
if (!post) throw new Error('There is no such post.');
const at: string | null = post.publishedAt;
const { signIn } = await client.mutation({
  signIn: {
    __args: { input: { email: 'julien@example.org', password: 'a quiet conversation' } },
    token: true,
    user: { username: true },
    error: { __typename: true, message: true },
  },
});
token = signIn.token;
const add = async (body: string) => {
  const { addComment } = await client.mutation({
    addComment: {
      __args: { input: { post: post.id, body } },
      comment: { body: true },
      error: { __typename: true, message: true, on_InvalidInput: { fields: { field: true, message: true } } },
    },
  });
  return addComment;
};
const { error } = await add(' ');
const { comment } = await add('Written with genql');
console.log(
  JSON.stringify({
    title: post.title,
    at,
    user: signIn.user?.username,
    invalid: error?.__typename === 'InvalidInput' && error.fields.map(({ field, message }) => ({ field, message })),
    added: comment?.body,
  }),
);
