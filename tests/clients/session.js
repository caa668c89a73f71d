// Signs in over the socket itself, comes back with the token, and is told when the session ends.
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';

const [url, email, password] = process.argv.slice(2);
const print = (value) => console.log(JSON.stringify(value));
const one = async (client, query, variables) =>
  (await client.iterate({ query, variables }).next()).value.data;
const WHO = '{ viewer { username } }';

const stranger = createClient({ url, webSocketImpl: WebSocket });
const { signIn } = await one(
  stranger,
  `mutation ($email: String!, $password: String!) {
    signIn(input: { email: $email, password: $password }) { token }
  }`,
  { email, password },
);
await stranger.dispose();

let token = signIn.token;
const member = createClient({
  url,
  webSocketImpl: WebSocket,
  lazy: false,
  connectionParams: async () => ({ token }),
  retryWait: () => new Promise((resolve) => setTimeout(resolve, 50)),
  on: {
    connected: (_, payload) => print({ connected: payload ?? null }),
    closed: ({ code, reason }) => print({ closed: code, reason }),
  },
});
print((await one(member, WHO)).viewer);
member.subscribe({ query: 'subscription { commentAdded { id } }' }, { next() {}, error: print, complete() {} });
print({ token });
