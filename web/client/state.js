// What a conversation shows, and how it becomes another: by pages, by the feed's events, by answers to the viewer.
import { Changes } from './changes.js';
import { Drafts } from './drafts.js';
import { Tree, counts } from './tree.js';

const NOTHING = { nodes: [], pageInfo: { hasNextPage: false } };
const WHOLE = { more: false };

export class State {
  post = null;
  viewer = null;
  site = null;
  total = 0;
  cursor = null;
  drafts = new Drafts();
  changes = new Changes();
  /** What the viewer has removed, and the feed has still to tell. */
  dropped = new Set();

  constructor(newestFirst, since, changed) {
    Object.assign(this, { newestFirst, since, changed, tree: new Tree(newestFirst) });
  }

  /** Begin anew with a post and its first page; what has not been answered stays. */
  begin({ post, viewer, site }) {
    const drafts = [...this.drafts.keys()].map((id) => this.tree.get(id));
    const { comments = NOTHING, ...facts } = post ?? {};
    this.tree = new Tree(this.newestFirst);
    Object.assign(this, { post: post && facts, viewer, site, total: 0, cursor: post?.feedCursor ?? null });
    this.counted(post);
    this.#list(null, comments);
    drafts.forEach((draft) => this.#keep(draft));
    this.tree.recounted.clear();
    this.changes.reset(this.tree.ids());
    this.changed();
  }

  /** A page more at the top: the ids that are new. */
  page(list) {
    const added = this.#list(null, list);
    this.tree.recount();
    return added;
  }

  /** A page of all that is below a comment, the oldest first: the ids that are new. */
  under(id, nodes, { hasPreviousPage, startCursor }) {
    const added = nodes.filter((comment) => this.#put(comment) === 'added').map((comment) => comment.id);
    nodes.forEach((comment) => this.tree.joined(comment.id));
    this.tree.opened(id, { under: id, more: hasPreviousPage, end: nodes.at(-1)?.createdAt, cursor: startCursor });
    this.tree.recount();
    return added;
  }

  /** What the feed tells; the draft, if it may be one of the viewer's and is therefore held back. */
  apply(event) {
    const { comment, commentId, parentId } = event;
    const held = !this.tree.get(comment?.id) && this.drafts.holds(event, this.viewer);
    if (!held && comment) this.#tell(comment);
    else if (!held && commentId) this.#removed(commentId, parentId);
    this.#numbers(event);
    this.changed();
    return held;
  }

  /** What a mutation has answered, unless the feed has told of a newer state. */
  settle(comment) {
    const known = this.tree.get(comment.id);
    if (!known || known.editedAt > comment.editedAt) return;
    const before = counts(known);
    this.#put(comment);
    this.tree.more(known.parentId, counts(known) - before);
  }

  /** Take a comment off with its replies. What the viewer writes among them is kept. */
  drop(id, fromViewer = false) {
    const gone = this.tree.remove(id);
    this.note('removed', gone.map((node) => node.id), fromViewer);
    for (const node of gone) if (node.id !== id && this.drafts.has(node.id)) this.note(this.#keep(node), [node.id]);
    if (fromViewer && gone.length) this.dropped.add(id);
    return gone.length;
  }

  /** How many comments there are now. */
  counted(post) {
    if (!post || post.commentCount === this.total) return;
    this.total = post.commentCount;
    this.changes.detail.counted = true;
    this.changed();
  }

  draft(what) {
    const above = this.tree.get(what.parent);
    const draft = this.drafts.begin(what, this.viewer, above ? above.depth + 1 : 0);
    this.note(this.#keep(draft), [draft.id], true);
    return draft.id;
  }

  /** Show a draft otherwise. */
  mark(id, how) {
    if (!this.tree.get(id)) return;
    this.tree.put({ ...how, id });
    this.note('changed', [id], true);
  }

  /** A draft has become a comment, or waits where nobody sees it; then come the events that were held back for it. */
  answered(id, comment, status) {
    if (!comment) {
      this.drafts.get(id).waits = true;
      return this.mark(id, { pending: null, error: null, status });
    }
    if (this.tree.get(comment.id) || !this.tree.get(id)) this.drop(id, true);
    else this.#become(id, comment);
    this.settle(comment);
    return undefined;
  }

  note(kind, ids, fromViewer) {
    this.changes.note(kind, ids, fromViewer);
    this.changed();
  }

  /** What has changed since this was asked the last time; nothing if nothing has. */
  told() {
    const { changes, tree } = this;
    changes.note('changed', [...tree.recounted].filter((id) => tree.get(id)), true);
    tree.recounted.clear();
    this.changes = new Changes();
    return changes.told();
  }

  /** Where the feed stands, and its numbers; what has been held back is late, and they are older than others. */
  #numbers({ late, cursor, comment, post = comment?.post }) {
    if (late) return;
    this.cursor = cursor;
    this.counted(post);
    if (comment?.parent) this.tree.replyCount(comment.parent.id, comment.parent.replyCount);
  }

  /** What is gone has been one of the replies that are counted, whether it is loaded or not. */
  #removed(id, parentId) {
    const known = this.dropped.delete(id);
    if (!this.drop(id) && !known && this.tree.get(parentId)?.moreReplies) this.tree.more(parentId, -1);
  }

  #become(id, comment) {
    this.tree.rename(id, this.#node(comment), !this.drafts.get(id).held.length);
    this.changes.moved(id, comment.id);
    this.note('changed', [comment.id], true);
  }

  #tell(comment) {
    const { id, parent, author } = comment;
    if (this.tree.get(id) || this.tree.covers({ ...comment, parentId: parent?.id })) {
      const kind = this.#put(comment, this.#isViewer(author), true);
      if (kind === 'added') this.tree.opened(id, WHOLE);
    }
  }

  #list(id, { nodes = [], pageInfo }) {
    const added = [];
    for (const comment of nodes) {
      if (this.#put(comment) === 'added') added.push(comment.id);
      if (comment.replies) added.push(...this.#list(comment.id, comment.replies));
    }
    const { hasNextPage: more, endCursor: cursor } = pageInfo;
    this.tree.opened(id, { more, cursor, end: nodes.at(-1)?.createdAt ?? '' });
    return added;
  }

  #put(comment, fromViewer = true, live = false) {
    const kind = this.tree.put(this.#node(comment, live));
    if (kind === 'moved') this.changes.moved(comment.id, comment.id);
    else this.note(kind, [comment.id], fromViewer);
    return kind;
  }

  #node({ replies, parent, post, ...comment }, live) {
    const node = { ...comment };
    if (parent !== undefined) node.parentId = parent?.id ?? null;
    if (this.tree.get(comment.id)) delete node.isNew; // new is what was new when it came
    else node.isNew = this.#isNew(comment, live);
    return node;
  }

  #isViewer(author) {
    return author?.id === (this.viewer?.id ?? '');
  }

  #isNew({ isNew, author, createdAt }, live) {
    if (this.#isViewer(author)) return false;
    return live || (this.viewer ? Boolean(isNew) : createdAt > this.since);
  }

  /** A draft has a place, at the top where the comment is gone that it replies to. */
  #keep(draft) {
    if (draft.parentId && !this.tree.get(draft.parentId)) Object.assign(draft, { parentId: null, depth: 0 });
    return this.tree.put(draft);
  }
}
