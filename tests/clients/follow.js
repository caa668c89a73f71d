// Follows a post through restarts: the recipe of the README. Prints each event on a line, "connected" in between.
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';

const [url, post] = process.argv.slice(2);
const print = (value) => console.log(JSON.stringify(value));
const client = createClient({
  url,
  webSocketImpl: WebSocket,
  retryAttempts: Infinity,
  retryWait: () => new Promise((resolve) => setTimeout(resolve, 50)),
  shouldRetry: () => true,
  on: { connected: () => print('connected') },
});
const query = `subscription ($post: ID!, $after: String) {
  commentFeed(post: $post, after: $after) {
    __typename
    cursor
    ... on CommentAdded { comment { body } }
    ... on CommentEdited { comment { body } }
    ... on CommentRemoved { commentId }
  }
}`;
const page = await fetch(url.replace('ws', 'http'), {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ query: `{ node(id: "${post}") { ... on Post { feedCursor } } }` }),
});
const variables = { post, after: (await page.json()).data.node.feedCursor };
const next = ({ data: { commentFeed: { cursor, ...event } } }) => {
  variables.after = cursor;
  print(event);
};
client.subscribe({ query, variables }, { next, error: print, complete() {} });
