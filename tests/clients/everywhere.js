// Follows a post at several addresses with graphql-ws and graphql-sse. Prints who has connected, and who heard what.
import { createClient } from 'graphql-ws';
import { createClient as createStreams } from 'graphql-sse';
import WebSocket from 'ws';

const [post, after, places] = process.argv.slice(2);
const print = (value) => console.log(JSON.stringify(value));
const soon = () => new Promise((resolve) => setTimeout(resolve, 100));
const query = `subscription ($post: ID!, $after: String) {
  commentFeed(post: $post, after: $after) { cursor ... on CommentAdded { comment { body } } }
}`;
function follow(who, client) {
  const variables = { post, after };
  const next = ({ data: { commentFeed: { cursor, comment } } }) => {
    variables.after = cursor;
    print({ who, body: comment.body });
  };
  const error = (reason) => print({ who, gone: String(reason?.message ?? reason) });
  client.subscribe({ query, variables }, { next, error, complete() {} });
}
for (const { name, address, patient } of JSON.parse(places)) {
  const retries = { retryAttempts: Infinity, ...(patient ? { shouldRetry: () => true } : {}) };
  const url = `${address}/graphql`;
  const on = (way) => ({ connected: () => print({ who: `${name} ${way}`, connected: true }) });
  const sockets = { url: url.replace('http', 'ws'), webSocketImpl: WebSocket, retryWait: soon };
  follow(`${name} socket`, createClient({ ...sockets, ...retries, on: on('socket') }));
  follow(`${name} stream`, createStreams({ url, retryAttempts: Infinity, retry: soon, on: on('stream') }));
}
