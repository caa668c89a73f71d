// Subscribes with subscriptions-transport-ws, which speaks the protocol before. Prints what its callbacks are told.
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const require = createRequire(pathToFileURL(`${process.cwd()}/`));
const { SubscriptionClient } = require('subscriptions-transport-ws');
const WebSocket = require('ws');

const told = [];
const connectionCallback = (error) => told.push(error?.message ?? null);
const client = new SubscriptionClient(process.argv[2], { connectionCallback }, WebSocket);
client.request({ query: 'subscription { commentAdded { id } }' }).subscribe({ next() {}, error() {} });
client.client.on('close', (code, reason) => {
  console.log(JSON.stringify({ told, code, reason: `${reason}` }));
  client.close();
});
