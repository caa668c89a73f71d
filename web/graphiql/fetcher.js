// Sends operations: subscriptions over a websocket, everything else over HTTP.
import { Kind, parse } from 'graphql';
import { createClient } from 'graphql-ws';

const ACCEPT = 'application/graphql-response+json, application/json;q=0.9';

const sockets = new Map();

function bearerToken(headers) {
  const name = Object.keys(headers).find((key) => key.toLowerCase() === 'authorization');
  return name && String(headers[name]).replace(/^bearer\s+/i, '');
}

// One socket for each token: a socket is signed in once, when it is opened.
function socketFor(url, token) {
  if (!sockets.has(token)) {
    const connectionParams = token ? { token } : {};
    sockets.set(token, createClient({ url, connectionParams, lazyCloseTimeout: 3000 }));
  }
  return sockets.get(token);
}

// GraphiQL may still hand over the operation's name of another tab, shortly after a click on this one: of a single
// operation the text says it better.
function withItsOwnName(operation) {
  const operations = operationsOf(operation.query);
  return operations.length === 1 ? { ...operation, operationName: operations[0].name?.value } : operation;
}

function operationsOf(query) {
  try {
    return parse(query).definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  } catch {
    return []; // the server says what is wrong with it
  }
}

// From the text, too: what GraphiQL hands over as parsed may be another tab's.
function isSubscription({ query, operationName }) {
  const chosen = operationsOf(query).filter(({ name }) => !operationName || name?.value === operationName);
  return chosen.length === 1 && chosen[0].operation === 'subscription';
}

export function createFetcher(url) {
  const socketUrl = new URL(url, location.href);
  socketUrl.protocol = location.protocol === 'https:' ? 'wss:' : 'ws:';

  return async (given, { headers = {} } = {}) => {
    const operation = withItsOwnName(given);
    if (isSubscription(operation)) {
      return socketFor(socketUrl.href, bearerToken(headers)).iterate(operation);
    }
    const response = await fetch(url, {
      method: 'POST',
      headers: { accept: ACCEPT, 'content-type': 'application/json', ...headers },
      body: JSON.stringify(operation),
    });
    return response.json();
  };
}
