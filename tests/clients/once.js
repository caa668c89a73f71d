// Asks once with graphql-sse for each of: a query, a mutation with a token, and what is wrong. Prints what came.
import { createClient } from 'graphql-sse';

const [url, email, password] = process.argv.slice(2);
const ask = async (query, variables, headers = {}) => {
  const client = createClient({ url, headers, retryAttempts: 0 });
  const answers = [];
  try {
    for await (const answer of client.iterate({ query, variables })) answers.push(answer);
  } catch (error) {
    answers.push({ status: error.response.status });
  }
  client.dispose();
  return answers;
};
const signIn = `mutation ($email: String!, $password: String!) {
  signIn(input: { email: $email, password: $password }) { token }
}`;
const [{ data }] = await ask(signIn, { email, password });
const headers = { authorization: `Bearer ${data.signIn.token}` };
const report = {
  title: await ask('{ site { title } }'),
  viewer: await ask('{ viewer { username } }', {}, headers),
  wrong: (await ask('{ unknown }')).map(({ errors }) => errors[0].extensions.code),
  out: await ask('mutation { signOut }', {}, headers),
  again: await ask('subscription { commentAdded { id } }', {}, headers),
};
console.log(JSON.stringify(report));
