// What a front-end developer does, with the stock clients: read, sign in, listen, write. Prints one JSON text.
import { ApolloClient, HttpLink, InMemoryCache, gql } from '@apollo/client/core';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';

const [url, email, password] = process.argv.slice(2);
const socketUrl = url.replace('http', 'ws');

const reader = new ApolloClient({ link: new HttpLink({ uri: url }), cache: new InMemoryCache() });
const page = await reader.query({
  query: gql`
    query {
      posts(first: 1) {
        nodes { id title feedCursor comments(first: 2) { nodes { id body author { name } } } }
      }
    }
  `,
});
const post = page.data.posts.nodes[0];

const signedIn = await reader.mutate({
  mutation: gql`
    mutation ($email: String!, $password: String!) {
      signIn(input: { email: $email, password: $password }) {
        token
        user { username }
        error { message }
      }
    }
  `,
  variables: { email, password },
});
const { token, user } = signedIn.data.signIn;

const socket = createClient({ url: socketUrl, webSocketImpl: WebSocket, connectionParams: { token } });
const feed = socket.iterate({
  query: `subscription ($post: ID!, $after: String!) {
    commentFeed(post: $post, after: $after) { __typename ... on CommentAdded { comment { body } } }
  }`,
  variables: { post: post.id, after: post.feedCursor },
});

const live = new ApolloClient({ link: new GraphQLWsLink(socket), cache: new InMemoryCache() });
const first = new Promise((resolve, reject) => {
  live
    .subscribe({
      query: gql`subscription ($post: ID!) { commentAdded(post: $post) { body } }`,
      variables: { post: post.id },
    })
    .subscribe({ next: resolve, error: reject });
});
// The plain subscription has no cursor: it must have begun before the comment is written. Operations of one
// socket begin in order, so the answer to a later one says so.
const { value: who } = await socket.iterate({ query: '{ viewer { username } }' }).next();

const added = await reader.mutate({
  mutation: gql`
    mutation ($input: AddCommentInput!) { addComment(input: $input) { comment { id } error { message } } }
  `,
  variables: { input: { post: post.id, body: 'Written by Apollo' } },
  context: { headers: { authorization: `Bearer ${token}` } },
});

const replayed = (await feed.next()).value;
const heard = await first;
console.log(
  JSON.stringify({
    user: user.username,
    who: who.data.viewer.username,
    added: added.data.addComment.error === null,
    feed: replayed.data.commentFeed,
    plain: heard.data.commentAdded.body,
  }),
);
await socket.dispose();
process.exit(0);
