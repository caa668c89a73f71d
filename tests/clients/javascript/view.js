// A page without a page: does what it is told on its input, a JSON text a line, and answers each with one.
import { createInterface } from 'node:readline';
import { createClient } from '../../../web/client/index.js';

const [url, asked] = process.argv.slice(2);
const { token, ...options } = JSON.parse(asked);
const view = { token, expired: 0, seen: new Map(), errors: [] };

/** The network: `up`, `down`, `mute`, where requests arrive and answers do not, or `late`, where these come when it is up. */
let network = 'up';
const late = [];
async function fetched(address, init) {
  if (network === 'down') throw new TypeError('There is no network.');
  const response = await fetch(address, init);
  if (init.headers.accept.includes('json')) {
    if (network === 'mute') throw new TypeError('The answer is lost.');
    if (network === 'late') await new Promise((resolve) => late.push(resolve));
  }
  return response;
}

/** As a browser tells its pages. */
const browser = new EventTarget();
globalThis.addEventListener = browser.addEventListener.bind(browser);
globalThis.removeEventListener = browser.removeEventListener.bind(browser);

const client = createClient({
  url, fetch: fetched, retry: 50, token: () => view.token, expired: () => (view.expired += 1),
});
const conversation = client.conversation(options);

/** What a page would show that knows nothing but what it is told. */
conversation.addEventListener('change', ({ detail: { added, changed, removed, moved, reset } }) => {
  if (reset) view.seen.clear();
  for (const [from, to] of moved) {
    if (!view.seen.delete(from)) throw new Error(`${from} has moved and was not there.`);
    view.seen.set(to, text(to));
  }
  for (const id of removed) if (!view.seen.delete(id)) throw new Error(`${id} was not there.`);
  for (const id of added) {
    if (view.seen.has(id)) throw new Error(`${id} is there twice.`);
    view.seen.set(id, text(id));
  }
  for (const id of changed) {
    if (!view.seen.has(id)) throw new Error(`${id} is changed and was not there.`);
    view.seen.set(id, text(id));
  }
});
/** All that is shown of one. */
const text = (id) => JSON.stringify({ ...conversation.get(id), replies: [] });
conversation.addEventListener('error', ({ detail }) => view.errors.push(detail.code));

const all = (list) => list.flatMap((node) => [node, ...all(node.replies)]);
const plain = ({ error, ...node }) => ({ ...node, replies: node.replies.map(plain), error: error && told(error) });
const told = ({ code, message, payload, retryAfter, passing }) => ({ code, message, payload, retryAfter, passing });

function state() {
  const { threads, total, hasMore, connected, viewer, post } = conversation;
  const shown = all(threads).map(({ id }) => id);
  const known = shown.length === view.seen.size && shown.every((id) => view.seen.get(id) === text(id));
  const { expired, errors } = view;
  return { threads: threads.map(plain), total, hasMore, connected, viewer, post, known, expired, errors, late: late.length };
}

const told_to = {
  state,
  network(how) {
    network = how;
    if (how !== 'up') return;
    late.splice(0).forEach((resolve) => resolve());
    browser.dispatchEvent(new Event('online'));
  },
  token: (fresh) => void (view.token = fresh),
  async add(input) {
    return plain(await conversation.add(input));
  },
  async retry(id) {
    return plain(await conversation.retry(id));
  },
  /** Begun and not waited for. */
  begin: (name, ...given) => void conversation[name](...given),
};

for await (const line of createInterface(process.stdin)) {
  const [name, ...given] = JSON.parse(line);
  const act = told_to[name] ?? ((...values) => conversation[name](...values));
  try {
    console.log(JSON.stringify({ result: (await act(...given)) ?? null }));
  } catch (error) {
    console.log(JSON.stringify({ error: error.code ? told(error) : { message: error.stack } }));
  }
}
process.exit();
