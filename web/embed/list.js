// The threads on the page. What comes by itself never moves what somebody reads: it is put where nobody looks, and
// waits elsewhere until they ask for it.
import { Chunks } from './chunks.js';
import { View } from './view.js';

const ANCHORS = CSS.supports('overflow-anchor', 'auto');

export class List {
  #chunks = new Chunks();
  element = this.#chunks.element;
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
    this.#chunks.clear();
    for (const node of threads) this.#chunks.insert(this.#made(node).element, null);
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
    if (node.replies.length) view.replies.append(...node.replies.map((reply) => this.#made(reply).element));
    return view;
  }

  #add(node, conversation, careful) {
    if (!node || this.get(node.id)?.element.isConnected) return; // what hung under something else may be made anew
    const above = node.parentId && this.get(node.parentId);
    if (node.parentId && !above) {
      if (this.held.has(node.parentId)) this.held.add(node.id);
      else this.#add(conversation.get(node.parentId), conversation, careful);
      return;
    }
    const next = this.#nextShown(node, above ? above.node.replies : conversation.threads);
    if (careful && node.pending === null && this.#moves(above, next)) this.held.add(node.id);
    else this.#put(this.#made(node).element, above, next);
    above?.update();
  }

  #nextShown(node, siblings) {
    for (let at = siblings.lastIndexOf(node) + 1; at < siblings.length; at += 1) {
      const view = this.get(siblings[at].id);
      if (view) return view.element;
    }
    return null;
  }

  #put(element, above, next) {
    if (above) above.replies.insertBefore(element, next);
    else this.#chunks.insert(element, next);
  }

  #after(element) {
    return element.parentElement.role === 'list' ? element.nextElementSibling : this.#chunks.after(element);
  }

  /** Whether something shown at this place would move what is looked at, or stand where it has been read already. */
  #moves(above, next) {
    let behind = next;
    for (let at = above?.element; at && !behind; at = at.parentElement.closest('.item')) behind = this.#after(at);
    return Boolean(behind) && behind.getBoundingClientRect().top < innerHeight;
  }

  #change(node, conversation) {
    const view = node && this.get(node.id);
    if (view) view.update();
    else if (node && !this.held.has(node.id)) this.#add(node, conversation, true);
  }

  #remove(id) {
    this.held.delete(id);
    const element = this.get(id)?.element;
    this.#views.delete(id);
    if (element?.localName === 'div') this.#chunks.remove(element);
    else element?.remove();
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
    const above = node.parentId && this.get(node.parentId);
    const next = this.#nextShown(node, above ? above.node.replies : conversation.threads);
    if (this.#after(element) !== next) this.#put(element, above, next);
  }

  /** What stands first on the screen, and where. */
  #anchor() {
    const { top: above, bottom: below } = this.element.getBoundingClientRect();
    if (below < 0 || above > innerHeight) return null;
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
