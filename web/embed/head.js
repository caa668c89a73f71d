// What stands above a conversation: how many comments there are, how many of them are new, and who is signed in.
import { button, el, say, show } from './dom.js';

export class Head {
  #words;
  #account;
  #blocked;

  /** `next` goes to the next new comment; `blocked` hears that no window could be opened. */
  constructor({ words, account, next, blocked }) {
    this.#words = words;
    this.#account = account;
    this.#blocked = blocked;
    this.count = el('span', { part: 'count' }, words.title);
    this.unread = el('span', { part: 'unread', class: 'badge new', hidden: true });
    this.jump = button(words.nextNew, 'next', next, { hidden: true, title: words.nextNewHint, 'aria-keyshortcuts': 'n' });
    this.people = el('span', { part: 'account', class: 'tools' });
    this.element = el(
      'header', { part: 'header', class: 'header' },
      el('h2', { part: 'title' }, this.count, ' ', this.unread), el('div', { class: 'tools' }, this.jump, this.people),
    );
  }

  counts(total, unread) {
    say(this.count, this.#words.comments(total));
    say(this.unread, this.#words.unread(unread));
    show(this.unread, unread);
    show(this.jump, unread);
  }

  /** Whether anything new has been shown. */
  get hasNew() {
    return !this.unread.hidden;
  }

  viewer(viewer) {
    const shown = viewer ? viewer.name : '';
    if (this.people.dataset.viewer === shown) return;
    this.people.dataset.viewer = shown;
    this.people.replaceChildren(...(viewer ? this.#signedIn(viewer) : [button(this.#words.signIn, 'sign-in', () => this.#signIn())]));
  }

  #signedIn({ name }) {
    return [el('span', { part: 'viewer', dir: 'auto' }, name), button(this.#words.signOut, 'sign-out', () => this.#account.signOut())];
  }

  #signIn() {
    if (!this.#account.signIn()) this.#blocked();
  }
}
