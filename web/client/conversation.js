// A post's conversation: what is loaded of it as threads, kept right by the feed, and what the viewer does in it.
import { documents } from './documents.js';
import { State } from './state.js';

const RELOAD = 3000;

export class Conversation extends EventTarget {
  connected = false;

  #client;
  #options;
  #documents;
  #state;
  #telling = false;
  #loading = 0;
  #waiting = [];
  #live = false;
  #stop = null;
  #paging = null;

  constructor(client, { pageSize = 50, orderBy = 'OLDEST', guest, since, fields, post }) {
    super();
    this.#client = client;
    this.#options = { pageSize, orderBy, post };
    this.#documents = documents(fields);
    this.#state = new State(orderBy === 'NEWEST', since, () => this.#changed());
    /** Who writes, where that is somebody without an account. */
    this.guest = guest;
  }

  get post() {
    return this.#state.post;
  }

  get viewer() {
    return this.#state.viewer;
  }

  get site() {
    return this.#state.site;
  }

  /** Comments that everybody sees, loaded or not. */
  get total() {
    return this.#state.total;
  }

  get threads() {
    return this.#state.tree.threads;
  }

  /** Whether there is another page. */
  get hasMore() {
    return this.#state.tree.window().more;
  }

  get(id) {
    return this.#state.tree.get(id);
  }

  /** Read the post and the first of its comments; what was loaded before is forgotten. */
  load() {
    return this.#undisturbed(async () => this.#state.begin(await this.#page()));
  }

  /** Begin with what is on the page already. */
  adopt({ post, comments, pageInfo = { hasNextPage: false }, viewer = null, site = null }) {
    this.#state.begin({ post: { ...post, comments: { nodes: comments, pageInfo } }, viewer, site });
    this.#tell();
    this.#follow();
  }

  /** The next page: the ids that it brings. */
  more() {
    this.#paging ??= this.#undisturbed(() => this.#next()).finally(() => (this.#paging = null));
    return this.#paging;
  }

  /** What is left of the replies to a comment and of theirs, up to a hundred at a time: the ids. */
  repliesOf(id) {
    return this.#undisturbed(async () => {
      const { tree } = this.#state;
      const { under, cursor } = tree.window(id);
      const variables = { under: id, before: under === id ? cursor : undefined };
      const { comments } = await this.#client.request(this.#documents.replies, variables);
      if (tree !== this.#state.tree) return [];
      return this.#state.under(id, comments.nodes.reverse(), comments.pageInfo);
    });
  }

  /** Follow what happens, from the moment on that the page shows. */
  start() {
    this.#live = true;
    this.#follow();
  }

  stop() {
    this.#live = false;
    this.#rest();
  }

  /** Everything anew: somebody else looks at the page. */
  renew() {
    this.#rest();
    return this.load();
  }

  /** The cursor up to which has been seen what there is. */
  seen() {
    return this.#state.cursor;
  }

  /** Note for the viewer, on all their devices, that they have seen what there is. */
  async markRead() {
    if (!this.viewer || !this.post) return;
    await this.#client.mutate(this.#documents.read, { input: { post: this.post.id, cursor: this.seen() } });
  }

  /** Write a comment, which is shown at once. Where it is not taken it stays: `pending` is "failed", `error` says why. */
  add({ body, parent = null, guest = this.guest }) {
    return this.#send(this.#state.draft({ body, parent, guest }));
  }

  /** Try again what has failed: under the same key, so it is written once. */
  retry(id) {
    this.#state.mark(id, { pending: 'sending', error: null });
    return this.#send(id);
  }

  /** Give up what has failed: its text. */
  discard(id) {
    const { body } = this.get(id);
    this.#state.drop(id, true);
    this.#release(id);
    return body;
  }

  async edit(id, body) {
    const { editComment } = await this.#client.mutate(this.#documents.edit, { input: { id, body } });
    this.#state.settle(editComment.comment);
  }

  async remove(id) {
    const { deleteComment } = await this.#client.mutate(this.#documents.remove, { id });
    if (deleteComment.comment) this.#state.settle(deleteComment.comment);
    else this.#state.drop(id, true);
  }

  /** For moderators: approve it, reject it, call it spam, or let it wait. */
  async decide(id, status) {
    const { setCommentStatus } = await this.#client.mutate(this.#documents.decide, { input: { id, status } });
    if (status === 'REJECTED' || status === 'SPAM') this.#state.drop(id, true);
    else this.#state.settle(setCommentStatus.comment);
  }

  #page(after) {
    const { orderBy, pageSize, post } = this.#options;
    const { title, ...by } = post;
    return this.#client.request(this.#documents.page[orderBy], { by, first: pageSize, after });
  }

  async #next() {
    const { tree } = this.#state;
    const { more, cursor } = tree.window();
    if (!more) return [];
    const { post } = await this.#page(cursor);
    return post && tree === this.#state.tree ? this.#state.page(post.comments) : [];
  }

  async #send(id) {
    const draft = this.#state.drafts.get(id);
    draft.where ??= this.post ? { post: this.post.id } : { page: this.#options.post };
    const input = { ...draft.where, ...draft.input };
    try {
      const { addComment } = await this.#client.mutate(this.#documents.add, { input });
      return this.#answered(id, addComment);
    } catch (error) {
      draft.refused = Boolean(error.payload);
      this.#state.mark(id, { pending: 'failed', error });
      if (draft.refused) this.#release(id, true);
      return this.get(id);
    }
  }

  #answered(id, { comment, status }) {
    this.#state.answered(id, comment, status);
    if (!comment) return this.get(id);
    if (!this.connected) this.#state.counted(comment.post); // else the feed knows more than an answer that may be late
    this.#release(id);
    if (!this.post) this.load().catch(() => {}); // of a page of another site, the first comment begins it
    return this.get(comment.id);
  }

  /** Let the events come that were held back for a draft's sake. */
  #release(id, kept = false) {
    const draft = this.#state.drafts.get(id);
    const held = draft?.held.splice(0) ?? [];
    if (!kept) this.#state.drafts.delete(id);
    held.forEach((event) => this.#heard(event));
  }

  /** The feed rests while a page is on its way, which was read earlier than it arrives. */
  async #undisturbed(work) {
    this.#loading += 1;
    try {
      return await work();
    } finally {
      this.#loading -= 1;
      if (!this.#loading) this.#waiting.splice(0).forEach((event) => this.#apply(event));
      this.#tell();
      this.#follow();
    }
  }

  #follow() {
    if (!this.#live || this.#stop || !this.post || this.#loading) return;
    const variables = { post: this.post.id, after: this.#state.cursor };
    this.#stop = this.#client.subscribe(this.#documents.feed, variables, {
      next: ({ commentFeed }) => this.#heard(commentFeed),
      connected: () => this.#connection(true),
      disconnected: (detail) => this.#connection(false, detail),
      expired: () => this.#anew(),
      error: (error) => this.#failed(error),
    });
  }

  #rest() {
    this.#stop?.();
    this.#stop = null;
    this.connected = false;
  }

  #heard(event) {
    if (this.#loading) this.#waiting.push(event);
    else this.#apply(event);
  }

  #apply(event) {
    if (event.__typename === 'FeedReset') return this.#anew();
    const draft = this.#state.apply(event);
    if (draft?.waits && event.comment) this.#answered(draft.id, event);
    else if (this.get(draft?.id)?.pending === 'failed') this.retry(draft.id);
    return undefined;
  }

  /** What is shown leads nowhere: load it again, as soon as that can be done. */
  async #anew() {
    try {
      await this.load();
    } catch (error) {
      if (!error.passing) this.#failed(error);
      else setTimeout(() => this.#live && this.#anew(), RELOAD * (0.5 + Math.random()));
    }
  }

  #connection(connected, detail) {
    this.connected = connected;
    this.dispatchEvent(new CustomEvent(connected ? 'connected' : 'disconnected', { detail }));
  }

  #failed(error) {
    this.stop();
    this.dispatchEvent(new CustomEvent('error', { detail: error }));
  }

  #changed() {
    if (this.#telling) return;
    this.#telling = true;
    queueMicrotask(() => this.#tell());
  }

  #tell() {
    this.#telling = false;
    const detail = this.#state.told();
    if (detail) this.dispatchEvent(new CustomEvent('change', { detail }));
  }
}
