// Sends operations: subscriptions over a websocket, everything else over HTTP.
import { getOperationAST, parse } from 'graphql';
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

// From the text itself: what GraphiQL hands over as parsed may still be that of another tab.
function isSubscription({ query, operationName }) {
  try {
    return getOperationAST(parse(query), operationName)?.operation === 'subscription';
  } catch {
    return false; // the server says what is wrong with it
  }
}

export function createFetcher(url) {
  const socketUrl = new URL(url, location.href);
  socketUrl.protocol = location.protocol === 'https:' ? 'wss:' : 'ws:';

  return async (operation, { headers = {} } = {}) => {
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
