#!/usr/bin/env bash
# graphql-zeus: subscriptions over graphql-ws are sent without their variables. The generated code declares them in the
# text and has a place for their values, but only queries, mutations and event streams send these.
#
# Expected: the `subscribe` message has `variables: { from: 3 }`, and 3 is heard. Seen with graphql-zeus 7.2.1: it has
# only `query`, the server refuses that, and the listener is called with undefined instead of the error.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "private": true, "type": "module" }' >package.json
npm install --silent --ignore-scripts --no-audit --no-fund \
  graphql-zeus@7.2.1 graphql@16.15.0 graphql-ws@6.4.2 ws@8.23.0 esbuild@0.28.2
cat >schema.graphql <<'GRAPHQL'
type Query { motto: String! }
type Subscription { count(from: Int!): Int! }
GRAPHQL
node_modules/.bin/zeus schema.graphql . --subscriptions graphql-ws -- schema.graphql . </dev/null

cat >try.ts <<'TS'
import { useServer } from 'graphql-ws/use/ws';
import { buildSchema } from 'graphql';
import { createServer } from 'node:http';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import WebSocket, { WebSocketServer } from 'ws';
import { $, Subscription, SubscriptionSSE } from './zeus';

Object.assign(globalThis, { WebSocket });
const schema = buildSchema(readFileSync('schema.graphql', 'utf8'));
const http = createServer((request, response) => {
  let body = '';
  request.on('data', (piece) => (body += piece)).on('end', () => {
    said.stream = JSON.parse(body);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.end('event: next\ndata: {"data":{"count":3}}\n\nevent: complete\ndata:\n\n');
  });
});
const said: Record<string, any> = {};
const server = new WebSocketServer({ server: http });
useServer(
  {
    schema,
    roots: { subscription: { count: async function* ({ from }: { from: number }) { yield { count: from }; } } },
    onSubscribe: (_context, _id, payload) => void (said.socket = payload),
  },
  server,
);
await new Promise<void>((ready) => http.listen(0, '127.0.0.1', ready));
const place = `127.0.0.1:${(http.address() as any).port}`;
const asked = { count: [{ from: $('from', 'Int!') }, true] } as any;
const options = { variables: { from: 3 } } as any;

const heard: any = await new Promise((resolve) => {
  const feed = Subscription(`ws://${place}`)('subscription', options)(asked, options);
  feed.error((error: unknown) => resolve({ error }));
  feed.on((data: unknown) => resolve({ data }));
});
await new Promise((resolve) => {
  const stream = SubscriptionSSE(`http://${place}`)('subscription')(asked, options);
  stream.on(resolve);
  stream.open?.(() => {});
});
const version = JSON.parse(readFileSync('node_modules/graphql-zeus/package.json', 'utf8')).version;
console.log('graphql-zeus', version);
console.log('over graphql-ws:', JSON.stringify(said.socket));
console.log('  heard:', heard);
console.log('as an event stream:', JSON.stringify(said.stream));
assert.match(said.socket.query, /\$from: ?Int!/);
assert.equal(said.socket.variables, undefined);
assert.deepEqual(heard, { data: undefined });
assert.deepEqual(said.stream.variables, { from: 3 });
process.exit(0);
TS
node_modules/.bin/esbuild try.ts --bundle --platform=node --format=esm --packages=external --log-level=error --outfile=try.mjs
timeout 60 node try.mjs
