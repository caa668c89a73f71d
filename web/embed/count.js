// <causerie-count>: how many comments a post or a page has. All on a page are asked for together.
import { HOME, accountAt } from './account.js';
import { el } from './dom.js';
import { STYLE } from './style.js';
import { wordsFor } from './words.js';

/** Root fields that a server takes in one operation. */
const AT_ONCE = 20;
const waiting = new Map();

/** How to find a post, by what an element says. */
export function postOf(element) {
  const [post, url] = ['post', 'url'].map((name) => element.getAttribute(name));
  if (post) return /^post_\d+$/.test(post) ? { id: post } : { slug: post };
  return { url: absolute(url || location.href) };
}

export function serverOf(element) {
  const given = element.getAttribute('server');
  return given ? absolute(given).replace(/\/$/, '') : HOME;
}

/** The server says what is wrong with an address that is none. */
function absolute(address) {
  return URL.canParse(address, document.baseURI) ? new URL(address, document.baseURI).href : address;
}

function ask(server, by) {
  if (!waiting.has(server)) {
    waiting.set(server, []);
    queueMicrotask(() => answer(server));
  }
  return new Promise((resolve) => waiting.get(server).push({ by, resolve }));
}

function answer(server) {
  const asked = waiting.get(server);
  waiting.delete(server);
  while (asked.length) askTogether(server, asked.splice(0, AT_ONCE));
}

async function askTogether(server, asked) {
  const declared = asked.map((_, number) => `$by${number}: PostBy!`).join(' ');
  const fields = asked.map((_, number) => `post${number}: post(by: $by${number}) { commentCount }`).join(' ');
  const variables = Object.fromEntries(asked.map(({ by }, number) => [`by${number}`, by]));
  const data = await accountAt(server).client.request(`query Counts(${declared}) { ${fields} }`, variables).catch(() => null);
  asked.forEach(({ resolve }, number) => resolve(data && (data[`post${number}`]?.commentCount ?? 0)));
}

export class CauserieCount extends HTMLElement {
  static observedAttributes = ['server', 'post', 'url', 'lang'];
  #text = el('span', { part: 'count' });
  #shown = 0;
  #on = false;

  constructor() {
    super();
    const root = this.attachShadow({ mode: 'open' });
    root.adoptedStyleSheets = [STYLE];
    root.append(this.#text);
  }

  connectedCallback() {
    this.#on = true;
    this.#show();
  }

  disconnectedCallback() {
    this.#on = false;
  }

  attributeChangedCallback() {
    if (this.#on) this.#show();
  }

  async #show() {
    const turn = ++this.#shown;
    const count = await ask(serverOf(this), postOf(this));
    if (turn === this.#shown && this.#on && count != null) this.#text.textContent = wordsFor(this).comments(count);
  }
}
