// Subscriptions through all that can become of a connection: what was asked, what was told, and how long was waited.
import { createServer } from 'node:http';
import { once } from 'node:events';
import { createClient } from '../../../web/client/index.js';

const EVENTS = { 'content-type': 'text/event-stream; charset=utf-8' };
const next = (cursor, data) => `event: next\nid: ${cursor}\ndata: ${JSON.stringify(data)}\n\n`;
const event = (cursor) => next(cursor, { data: { commentFeed: { __typename: 'CommentAdded', cursor } } });
const failed = (code) => `event: next\ndata: ${JSON.stringify({ errors: [{ message: code, extensions: { code } }] })}\n\n`;
const COMPLETE = 'event: complete\ndata: \n\n';

/** Answers one request after the other as the list says, and keeps what was asked. */
async function served(answers) {
  const asked = [];
  const server = createServer(async (request, response) => {
    const [status, headers, ...pieces] = answers[asked.length] ?? [200, EVENTS];
    asked.push({ after: request.headers['last-event-id'] ?? null, token: request.headers.authorization ?? null });
    response.writeHead(status, headers);
    response.flushHeaders();
    for (const piece of pieces) response.write(piece);
    if (status !== 200 || pieces.length) response.end();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const end = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${server.address().port}/graphql`, asked, end };
}

/** What a subscriber is told until it is over, or until so much has been asked. */
async function followed(answers, { how = {}, token, until = answers.length } = {}) {
  const { url, asked, end } = await served(answers);
  const told = [];
  const waits = [];
  const expired = [];
  const client = createClient({ url, token, retry: 1, expired: ({ code }) => expired.push(code) });
  await new Promise((over) => {
    const stop = client.subscribe('subscription { commentFeed { __typename cursor } }', {}, {
      next: ({ commentFeed }) => told.push(commentFeed.cursor),
      reset: ({ cursor }) => told.push(`reset ${cursor}`),
      disconnected: ({ error, wait }) => waits.push([error?.code ?? null, wait]),
      connected() {
        if (asked.length > until) setTimeout(() => (stop(), over()));
      },
      error: ({ code }) => over(told.push(`error ${code}`)),
      complete: () => over(told.push('complete')),
    }, how);
  });
  end();
  return { asked, told, waits, expired };
}

const refused = (code, status, headers = {}) => [
  status, { 'content-type': 'application/json', ...headers }, JSON.stringify({ errors: [{ message: code, extensions: { code } }] }),
];
const utf8 = Buffer.from(next('1', { data: { commentFeed: { cursor: 'é' } } }));
const accent = utf8.indexOf(0xc3) + 1;

console.log(JSON.stringify({
  resumed: await followed([[200, EVENTS, 'retry: 1\n\n', 'id: 1\n\n', event('2')], [200, EVENTS, event('3')]]),
  begun: await followed([[200, EVENTS, event('1')]], { how: { resume: false } }),
  split: await followed([[200, EVENTS, utf8.subarray(0, accent), utf8.subarray(accent)]]),
  reset: await followed([[200, EVENTS, next('4', { data: { commentFeed: { __typename: 'FeedReset', cursor: '4' } } })]]),
  patient: await followed([refused('TOO_MANY_CONNECTIONS', 429, { 'retry-after': '0.3' })]),
  dated: await followed([[503, { 'retry-after': new Date(Date.now() + 1500).toUTCString() }, 'Later.']]),
  told: await followed([[200, EVENTS, 'retry: 40\n\n', event('1')]]),
  proxied: await followed([[502, { 'content-type': 'text/html' }, '<h1>Bad gateway</h1>']]),
  later: await followed([[200, EVENTS, failed('TOO_MANY_SUBSCRIPTIONS'), COMPLETE], [200, EVENTS, failed('UNAVAILABLE')]]),
  wrong: await followed([[200, EVENTS, failed('GRAPHQL_VALIDATION_FAILED'), COMPLETE]]),
  malformed: await followed([refused('BAD_USER_INPUT', 400)]),
  over: await followed([[200, EVENTS, event('1'), COMPLETE]]),
  expired: await followed([refused('INVALID_TOKEN', 401), [200, EVENTS, event('1')]], { token: 'old' }),
  silent: await followed([[200, EVENTS]], { how: { silence: 50 } }),
}));
