// <causerie-comments>: the conversation about a post, or about a page of another site.
import { accountAt } from './account.js';
import { postOf, serverOf } from './count.js';
import { el } from './dom.js';
import { STYLE } from './style.js';
import { Thread } from './thread.js';
import { wordsFor } from './words.js';

const LONGEST_TITLE = 200;

export class CauserieComments extends HTMLElement {
  static observedAttributes = ['server', 'post', 'url', 'page-title', 'lang', 'sort'];
  #thread;
  #stopping;
  #changing = false;

  constructor() {
    super();
    this.attachShadow({ mode: 'open' }).adoptedStyleSheets = [STYLE];
  }

  connectedCallback() {
    this.#begin();
  }

  disconnectedCallback() {
    this.#end();
  }

  /** Several attributes that change together are one change. */
  attributeChangedCallback() {
    if (!this.#stopping || this.#changing) return;
    this.#changing = true;
    queueMicrotask(() => {
      this.#changing = false;
      if (!this.#stopping) return;
      this.#end();
      this.#begin();
    });
  }

  #begin() {
    this.#stopping = new AbortController();
    const { signal } = this.#stopping;
    const words = wordsFor(this);
    this.#reserve(signal);
    this.#thread = new Thread({
      account: accountAt(serverOf(this)),
      post: postOf(this),
      title: (this.getAttribute('page-title') ?? document.title).trim().slice(0, LONGEST_TITLE) || null,
      newestFirst: this.getAttribute('sort') === 'newest',
      words,
      signal,
      ready: () => this.#arrived(signal),
    });
    this.shadowRoot.replaceChildren(this.#thread.element, el('slot', { name: 'none', hidden: true }));
  }

  #end() {
    this.#stopping?.abort();
    this.#stopping = undefined;
    this.#thread?.stop();
    this.#thread = undefined;
    this.shadowRoot.replaceChildren();
  }

  /** Keep the place free that the comments will take, so that nothing on the page moves when they come. */
  #reserve() {
    this.toggleAttribute('data-reserved', true);
  }

  /** Give back what is left of it when that moves nothing that is seen, or at the reader's next key or click. */
  #arrived(signal) {
    this.dispatchEvent(new CustomEvent('causerie-ready', { bubbles: true, composed: true }));
    const release = () => this.toggleAttribute('data-reserved', false);
    const below = this.#thread.element.getBoundingClientRect().bottom >= innerHeight;
    if (below) return release();
    for (const name of ['pointerdown', 'keydown']) addEventListener(name, release, { signal, once: true, capture: true });
    return undefined;
  }
}
