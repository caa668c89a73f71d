// Comments as threads. What happens to one costs the same however many there are.

/** How the ids of the viewer's own comments begin that have none of the server's yet. */
export const DRAFT = 'draft_';

/** Whether it is among its parent's `replyCount`. */
export const counts = ({ status, deleted, pending }) => status === 'APPROVED' && !deleted && !pending;
/** Where it stands among its siblings: drafts have no time of the server's yet, and stand behind all others. */
const keyOf = ({ id, createdAt }) => (id.startsWith(DRAFT) ? '~' : createdAt);
const same = (one, other) => one === other || (one && other && JSON.stringify(one) === JSON.stringify(other));

/**
 * A place holds a comment, the place above it, how many of its replies are shown, and its `window`: how far what is
 * below it has been loaded (`end`, and whether there is `more`). Without one, that of the place above holds.
 */
export class Tree {
  threads = [];
  /** Ids of comments that have other numbers of replies now. */
  recounted = new Set();
  #newestFirst;
  #places = new Map();
  #root = { node: { id: null, replies: this.threads, replyCount: 0 }, shown: 0, window: { more: false } };

  constructor(newestFirst = false) {
    this.#newestFirst = newestFirst;
  }

  ids() {
    return [...this.#places.keys()];
  }

  get(id) {
    return this.#places.get(id)?.node;
  }

  /** How far has been loaded below a comment, or at the top. */
  window(id) {
    return this.#window(this.#place(id) ?? this.#root);
  }

  /** Below a comment, or at the top, everything up to `end` is there, and whether there is `more`. */
  opened(id, window) {
    const place = this.#place(id);
    if (!place) return;
    place.window = window;
    this.#recount(place);
  }

  /** What is loaded of it by itself is no longer told apart from what is loaded above. */
  joined(id) {
    const place = this.#place(id);
    if (place?.window?.more) place.window = undefined;
  }

  /** Count anew what is left, after pages have come. */
  recount() {
    for (const place of this.#places.values()) this.#recount(place);
  }

  /** Whether a comment that has just been written belongs to what is loaded. */
  covers({ parentId, createdAt }) {
    const up = this.#place(parentId);
    if (!up) return false;
    const { more, end } = this.#window(up);
    return !more || (this.#descends(up) ? createdAt >= end : createdAt <= end);
  }

  /** Add a comment, or change the one that is there: "added", "changed", "moved", or nothing when all is as it was. */
  put(comment) {
    const place = this.#places.get(comment.id);
    if (place) return this.#change(place, comment);
    const up = this.#place(comment.parentId);
    if (!up) return undefined;
    const node = { parentId: null, pending: null, error: null, isNew: false, replyCount: 0, moreReplies: 0, ...comment, replies: [] };
    const added = { node, up, shown: 0, window: undefined };
    this.#places.set(node.id, added);
    this.#insert(added);
    this.#recount(added);
    return 'added';
  }

  /** What the server says of the replies of a comment that is there. */
  replyCount(id, count) {
    this.more(id, count - this.get(id)?.replyCount);
  }

  /** A comment has so many replies more. */
  more(id, by) {
    const place = this.#places.get(id);
    if (!place || !by) return;
    this.#more(place, by);
    this.#recount(place);
  }

  /** Take a comment off with all below it: these, itself first. */
  remove(id) {
    const place = this.#places.get(id);
    if (!place) return [];
    this.#more(place.up, -counts(place.node));
    this.#takeOut(place);
    const gone = [place.node];
    for (const node of gone) {
      this.#places.delete(node.id);
      gone.push(...node.replies);
    }
    return gone;
  }

  /** What was shown under an id of the page's own has one of the server's now, and is counted unless it has been. */
  rename(id, comment, uncounted) {
    const place = this.#places.get(id);
    this.#takeOut(place);
    this.#places.delete(id);
    Object.assign(place.node, comment, { pending: null, error: null });
    place.window = { more: false };
    if (uncounted) this.#more(place.up, +counts(place.node));
    this.#places.set(comment.id, place);
    this.#insert(place);
  }

  #place(id) {
    return id == null ? this.#root : this.#places.get(id);
  }

  #window(place) {
    let at = place;
    while (!at.window) at = at.up;
    return at.window;
  }

  #descends(up) {
    return this.#newestFirst && up === this.#root;
  }

  #change(place, comment) {
    const { node, up } = place;
    const before = counts(node);
    const changed = Object.keys(comment).some((key) => !same(node[key], comment[key]));
    Object.assign(node, comment);
    up.shown += counts(node) - before;
    if (this.#returned(place)) return 'moved';
    if (!changed) return undefined;
    this.#recount(up);
    this.#recount(place);
    return 'changed';
  }

  /** Whether it has stood at the top only until the comment was loaded that it replies to. */
  #returned(place) {
    const up = this.#place(place.node.parentId);
    if (!up || up === place.up) return false;
    this.#takeOut(place);
    place.up = up;
    this.#insert(place);
    return true;
  }

  #insert({ node, up }) {
    const siblings = up.node.replies;
    const key = keyOf(node);
    const descends = this.#descends(up);
    let [low, high] = [0, siblings.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const other = keyOf(siblings[middle]);
      if (descends ? other >= key : other <= key) low = middle + 1;
      else high = middle;
    }
    siblings.splice(low, 0, node);
    up.shown += counts(node);
    this.#recount(up);
  }

  #takeOut({ node, up }) {
    const siblings = up.node.replies;
    siblings.splice(siblings.lastIndexOf(node), 1);
    up.shown -= counts(node);
    this.#recount(up);
  }

  #more({ node }, by) {
    node.replyCount += by;
    if (by) this.recounted.add(node.id);
  }

  #recount(place) {
    const { node, shown, window } = place;
    const left = Math.max(node.replyCount - shown, window ? 1 : 0);
    const moreReplies = this.#window(place).more ? left : 0;
    if (node.moreReplies !== moreReplies) this.recounted.add(node.id);
    node.moreReplies = moreReplies;
  }
}
