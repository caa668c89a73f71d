// One server as this page knows it: its client, which all elements share, and who is signed in there.
import { createClient } from '../client/index.js';
import { session } from './storage.js';

/** Characters of an address that every proxy takes. */
const LONGEST = 6000;
const POPUP = 'popup,width=480,height=680';
const LOOK = 500;
const accounts = new Map();

/** Where the script comes from, which is the server unless an element says otherwise. */
export const HOME = new URL('.', import.meta.url).href.replace(/\/$/, '');

export function accountAt(server) {
  if (!accounts.has(server)) accounts.set(server, new Account(server));
  return accounts.get(server);
}

/** What nobody in particular asks goes as GET, which browsers send to another site without asking it beforehand. */
function send(url, { body, headers, ...how }) {
  const { query, variables } = JSON.parse(body);
  const asked = new URLSearchParams({ query: query.replace(/\s+/g, ' '), variables: JSON.stringify(variables ?? {}) });
  const simple = !headers.authorization && !headers['last-event-id'] && !/^\s*mutation\b/.test(query);
  if (!simple || `${asked}`.length > LONGEST) return fetch(url, { body, headers, ...how });
  return fetch(`${url}?${asked}`, { ...how, method: 'GET', headers: { accept: headers.accept } });
}

class Account extends EventTarget {
  #closing;

  constructor(server) {
    super();
    this.server = server;
    this.origin = new URL(server).origin;
    this.session = session.read(`session:${server}`);
    const token = () => this.session?.token;
    this.client = createClient({ url: `${server}/graphql`, token, fetch: send, expired: () => this.#become(null, true) });
  }

  /**
   * Ask for a token in a window of the server's, which alone sees the password. Whether a window could be opened.
   * Only that window is heard, and only as long as it is at the server.
   */
  signIn() {
    this.#closing?.abort();
    this.#closing = new AbortController();
    const { signal } = this.#closing;
    const popup = open(`${this.server}/sign-in/popup?origin=${encodeURIComponent(location.origin)}`, 'causerie', POPUP);
    if (!popup) return false;
    addEventListener('message', (event) => this.#heard(event, popup), { signal });
    const timer = setInterval(() => popup.closed && this.#closing.abort(), LOOK);
    signal.addEventListener('abort', () => clearInterval(timer));
    return true;
  }

  /** End the session: on the server, too, if it can be reached. */
  async signOut() {
    const ending = this.client.request('mutation { signOut }').catch(() => {});
    await ending;
    this.#become(null);
  }

  #heard({ origin, source, data }, popup) {
    if (origin !== this.origin || source !== popup || data?.type !== 'causerie:token') return;
    if (typeof data.token !== 'string' || !data.token) return;
    this.#closing.abort();
    popup.close();
    this.#become({ token: data.token, user: data.user ?? null });
  }

  #become(who, expired = false) {
    this.session = who;
    session.write(`session:${this.server}`, who);
    this.dispatchEvent(new CustomEvent('session', { detail: { expired } }));
  }
}
