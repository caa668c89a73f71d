// The threads on the page. What comes by itself never moves what somebody reads: it is put where nobody looks, and
// waits elsewhere until they ask for it.
import { el } from './dom.js';
import { View } from './view.js';

const ANCHORS = CSS.supports('overflow-anchor', 'auto');

export class List {
  element = el('ol', { role: 'list', part: 'comments', class: 'comments' });
  /** Ids of comments that wait to be shown. */
  held = new Set();
  #views = new Map();
  #owner;

  constructor(owner) {
    this.#owner = owner;
  }

  get(id) {
    return this.#views.get(id);
  }

  /** How many are new, shown or not. */
  get fresh() {
    let count = this.held.size;
    for (const view of this.views) if (view.node.isNew) count += 1;
    return count;
  }

  get views() {
    return this.#views.values();
  }

  /** Begin anew with these threads. */
  reset(threads) {
    const anchor = this.#anchor();
    this.#views.clear();
    this.held.clear();
    this.element.replaceChildren(...threads.map((node) => this.#made(node).element));
    this.#restore(anchor);
  }

  /** Show what has changed; `careful` about what came by itself. */
  apply({ added, changed, removed, moved, reset }, conversation, careful) {
    if (reset) return this.reset(conversation.threads);
    const anchor = ANCHORS ? null : this.#anchor();
    for (const id of removed) this.#remove(id);
    for (const [from, to] of moved) this.#rename(from, to, conversation);
    for (const id of added) this.#add(conversation.get(id), conversation, careful);
    for (const id of changed) this.#change(conversation.get(id), conversation);
    return this.#restore(anchor);
  }

  /** Show what has been waiting: the first of it. */
  release(conversation) {
    const ids = [...this.held];
    this.held.clear();
    for (const id of ids) if (conversation.get(id)) this.#add(conversation.get(id), conversation, false);
    return this.#first(ids);
  }

  /** The next new comment behind an element, in the order of the page, or the first one. */
  nextNew(from) {
    const all = [...this.element.querySelectorAll('article.fresh')];
    const behind = all.find((article) => from && from.compareDocumentPosition(article) & Node.DOCUMENT_POSITION_FOLLOWING);
    return behind ?? all.find((article) => article !== from);
  }

  #first(ids) {
    return ids
      .map((id) => this.get(id)?.article)
      .filter(Boolean)
      .sort((one, other) => (one.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1))[0];
  }

  #made(node) {
    const view = new View(node, this.#owner);
    this.#views.set(node.id, view);
    view.replies.append(...node.replies.map((reply) => this.#made(reply).element));
    return view;
  }

  #add(node, conversation, careful) {
    if (!node || this.get(node.id)) return;
    const above = node.parentId && this.get(node.parentId);
    if (node.parentId && !above) {
      if (this.held.has(node.parentId)) this.held.add(node.id);
      else this.#add(conversation.get(node.parentId), conversation, careful);
      return;
    }
    const [list, siblings] = above ? [above.replies, above.node.replies] : [this.element, conversation.threads];
    const next = this.#nextShown(node, siblings);
    if (careful && node.pending === null && this.#moves(list, next)) this.held.add(node.id);
    else list.insertBefore(this.#made(node).element, next);
    above?.update();
  }

  #nextShown(node, siblings) {
    for (let at = siblings.lastIndexOf(node) + 1; at < siblings.length; at += 1) {
      const view = this.get(siblings[at].id);
      if (view) return view.element;
    }
    return null;
  }

  /** Whether something shown at this place would move what is looked at, or stand where it has been read already. */
  #moves(list, next) {
    let behind = next;
    for (let at = list; !behind && at !== this.element; at = at.parentElement.closest('ol')) {
      behind = at.closest('li').nextElementSibling;
    }
    return Boolean(behind) && behind.getBoundingClientRect().top < innerHeight;
  }

  #change(node, conversation) {
    const view = node && this.get(node.id);
    if (view) view.update();
    else if (node && !this.held.has(node.id)) this.#add(node, conversation, true);
  }

  #remove(id) {
    this.held.delete(id);
    this.get(id)?.element.remove();
    this.#views.delete(id);
  }

  #rename(from, to, conversation) {
    const view = this.get(from);
    if (!view || this.get(to)) return;
    this.#views.delete(from);
    this.#views.set(to, view);
    view.node = conversation.get(to);
    view.update();
    this.#place(view, conversation);
  }

  /** An answered draft may have another place among its siblings. */
  #place(view, conversation) {
    const { node, element } = view;
    const siblings = node.parentId ? conversation.get(node.parentId)?.replies : conversation.threads;
    const next = siblings && this.#nextShown(node, siblings);
    if (siblings && element.nextElementSibling !== next) element.parentElement.insertBefore(element, next);
  }

  /** What stands first on the screen, and where. */
  #anchor() {
    const [first, last] = [this.element.firstElementChild, this.element.lastElementChild];
    if (!first || last.getBoundingClientRect().bottom < 0 || first.getBoundingClientRect().top > innerHeight) return null;
    for (const view of this.views) {
      const { top, bottom } = view.article.getBoundingClientRect();
      if (bottom > 0 && top < innerHeight) return { id: view.node.id, top };
    }
    return null;
  }

  #restore(anchor) {
    const moved = anchor && this.get(anchor.id)?.article.getBoundingClientRect().top - anchor.top;
    if (moved) scrollBy(0, moved);
  }
}
