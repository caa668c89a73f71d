// What a reader's page does with Apollo: pages that grow, writing, answers that are unions, following live.
import { ApolloClient, ApolloLink, HttpLink, InMemoryCache, gql } from '@apollo/client/core';
import { CombinedGraphQLErrors } from '@apollo/client/errors';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { getMainDefinition, relayStylePagination } from '@apollo/client/utilities';
import { createHash } from 'node:crypto';
import { createClient } from 'graphql-ws';
import { filter, firstValueFrom } from 'rxjs';
import WebSocket from 'ws';

const [url, token] = process.argv.slice(2);
const sha256 = (text) => createHash('sha256').update(text).digest('hex');
const http = new HttpLink({ uri: url, headers: { authorization: `Bearer ${token}` } });
const socket = createClient({
  url: url.replace('http', 'ws'),
  webSocketImpl: WebSocket,
  connectionParams: { token },
});
const client = new ApolloClient({
  link: ApolloLink.split(
    ({ query }) => getMainDefinition(query).operation === 'subscription',
    new GraphQLWsLink(socket),
    new PersistedQueryLink({ sha256 }).concat(http),
  ),
  cache: new InMemoryCache({
    possibleTypes: { Error: ['InvalidInput', 'NotFound'], Node: ['Post', 'Comment'] },
    typePolicies: { Query: { fields: { posts: relayStylePagination(['filter', 'orderBy']) } } },
  }),
});
const report = {};

const PAGE = gql`
  query Page($first: Int!, $after: String) {
    posts(first: $first, after: $after) {
      totalCount
      edges { cursor node { id title author { id name } } }
      pageInfo { hasNextPage endCursor }
    }
  }
`;
const list = client.watchQuery({ query: PAGE, variables: { first: 7 } });
list.subscribe(() => {}); // as long as the page shows it
const { data: first } = await firstValueFrom(list.pipe(filter((result) => result.dataState === 'complete')));
let { pageInfo } = first.posts;
while (pageInfo.hasNextPage) {
  const { data: more } = await list.fetchMore({ variables: { after: pageInfo.endCursor } });
  pageInfo = more.posts.pageInfo;
}
const { edges, totalCount } = client.readQuery({ query: PAGE, variables: { first: 7 } }).posts;
const different = new Set(edges.map((edge) => edge.node.id)).size;
report.pages = { total: totalCount, shown: edges.length, different };

const post = edges[0].node.id;
const heard = new Promise((resolve, reject) => {
  client
    .subscribe({
      query: gql`subscription ($post: ID) { commentAdded(post: $post) { id body author { name } } }`,
      variables: { post },
    })
    .subscribe({ next: resolve, error: reject });
});
for await (const _ of socket.iterate({ query: '{ __typename }' })); // begun behind it, so it has begun

const ADD = gql`
  mutation Add($input: AddCommentInput!) {
    addComment(input: $input) {
      comment { id body post { id commentCount } }
      error { message ... on InvalidInput { fields { field message } } }
    }
  }
`;
const add = async (input) =>
  (await client.mutate({ mutation: ADD, variables: { input } })).data.addComment;
const COUNT = gql`query Count($id: ID!) { node(id: $id) { id ... on Post { commentCount } } }`;
const count = async (fetchPolicy) =>
  (await client.query({ query: COUNT, variables: { id: post }, fetchPolicy })).data.node.commentCount;

const before = await count();
const added = await add({ post, body: 'Written with Apollo' });
report.added = added.comment.body;
report.cached = (await count('cache-only')) - before;
report.invalid = (await add({ post, body: ' ' })).error;
report.missing = (await add({ post: 'post_0', body: 'b' })).error.__typename;
const { data } = await heard;
report.heard = [data.commentAdded.id === added.comment.id, data.commentAdded.author.name];

try {
  await client.query({ query: PAGE, variables: { first: 1000 }, fetchPolicy: 'no-cache' });
} catch (error) {
  report.refused = CombinedGraphQLErrors.is(error) && error.errors.map((each) => each.extensions.code);
}
console.log(JSON.stringify(report));
process.exit(0);
