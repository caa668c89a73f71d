// Hashes in place of documents, as Apollo sends them: what goes over the wire, and what comes back.
import { ApolloClient, HttpLink, InMemoryCache, gql } from '@apollo/client/core';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { createHash } from 'node:crypto';

const [url, ...names] = process.argv.slice(2);
const sha256 = (text) => createHash('sha256').update(text).digest('hex');
const report = {};

for (const name of names) {
  const requests = [];
  const watched = async (address, options) => {
    const response = await fetch(address, options);
    const sent = options.method === 'GET' ? new URL(address).searchParams.has('query') : 'query' in JSON.parse(options.body);
    requests.push([options.method, sent, response.status]);
    return response;
  };
  const client = new ApolloClient({
    link: new PersistedQueryLink({ sha256, useGETForHashedQueries: name.startsWith('get') }).concat(
      new HttpLink({ uri: url, fetch: watched }),
    ),
    cache: new InMemoryCache(),
  });
  const query = gql(`query ${name}($first: Int!) { posts(first: $first) { nodes { id title } } }`);
  const ask = async (first) =>
    (await client.query({ query, variables: { first }, fetchPolicy: 'network-only' })).data.posts.nodes.length;
  const lengths = [await ask(1), await ask(2)];
  const { data } = await client.mutate({ mutation: gql(`mutation ${name}Out { signOut }`) });
  report[name] = { lengths, requests, signOut: data.signOut };
}
console.log(JSON.stringify(report));
