// Follows a post with graphql-sse through restarts. Prints each event on a line, "connected" in between.
import { createClient } from 'graphql-sse';

const [url, post] = process.argv.slice(2);
const print = (value) => console.log(JSON.stringify(value));
const client = createClient({
  url,
  retryAttempts: Infinity,
  retry: () => new Promise((resolve) => setTimeout(resolve, 50)),
  on: { connected: () => print('connected') },
});
const query = `subscription ($post: ID!, $after: String) {
  commentFeed(post: $post, after: $after) {
    __typename
    cursor
    ... on CommentAdded { comment { body } }
  }
}`;
const page = await fetch(url, {
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
