// A conversation in an element: what it is made of, what its buttons do, and how it follows what happens.
import { Composer } from './composer.js';
import { button, el, say, show } from './dom.js';
import { Head } from './head.js';
import { List } from './list.js';
import { local } from './storage.js';

const PAGE = 50;
/** How long a page that nobody looks at goes on being told what happens. */
const UNSEEN = 5 * 60_000;

export class Thread {
  #conversation;
  #signal;
  #account;
  #key;
  #seen;
  #forms = new Map();
  #ready;
  /** Whether a first comment may begin it: a post is there, or is not. */
  #begins;

  constructor({ account, post, title, newestFirst, words, signal, ready }) {
    Object.assign(this, { words, server: account.server });
    this.#account = account;
    this.#signal = signal;
    this.#ready = ready;
    this.#begins = Boolean(post.url);
    this.#key = `${account.server}:${post.id ?? post.slug ?? post.url}`;
    this.#seen = local.read(`seen:${this.#key}`) ?? undefined;
    this.#build();
    this.#conversation = account.client.conversation({
      post: post.url ? { url: post.url, title } : post,
      pageSize: PAGE,
      orderBy: newestFirst ? 'NEWEST' : 'OLDEST',
      since: this.#seen,
    });
    this.#listen();
    queueMicrotask(() => signal.aborted || this.load()); // frameworks put elements in and take them out again
  }

  async load() {
    show(this.notice, false);
    try {
      await this.#conversation.load();
    } catch (error) {
      if (!this.#signal.aborted) this.#failed(error);
      return;
    }
    if (this.#signal.aborted) return;
    this.#conversation.start();
    this.#arrived();
  }

  /** Stop: what was newest has been seen. */
  stop() {
    this.#conversation.stop();
    this.#note();
    this.list.reset([]);
  }

  linkTo(id) {
    return `${location.pathname}${location.search}#${id}`;
  }

  /** Go to the next comment that is new, and bring more of them if there may be one. */
  async nextNew() {
    if (this.list.held.size) return this.#release();
    const { activeElement } = this.element.getRootNode();
    const from = activeElement?.closest('article');
    let next = this.list.nextNew(from);
    while (!next && this.#conversation.hasMore && (await this.#conversation.more()).length) next = this.list.nextNew(from);
    return goTo(next);
  }

  moreReplies(id) {
    return this.#attempt(async () => {
      const [first] = await this.#conversation.repliesOf(id);
      goTo(this.list.get(first)?.article);
    });
  }

  reply(id) {
    const { author } = this.#conversation.get(id);
    this.#form(id, 'reply', (close) => new Composer({
      words: this.words,
      label: this.words.writeReply(author?.name ?? this.words.nobody),
      draft: `${this.#key}:${id}`,
      sent: (text, guest) => this.#add(text, guest, id, close),
      cancelled: close,
    }));
  }

  edit(id) {
    return this.#attempt(async () => {
      const { comment } = await this.#account.client.request('query ($id: ID!) { comment(id: $id) { body } }', { id });
      this.#form(id, 'edit', (close) => new Composer({
        words: this.words,
        label: this.words.write,
        text: comment?.body,
        send: this.words.save,
        sent: (text) => this.#conversation.edit(id, text).then(close, (error) => this.#forms.get(id).form.complain(error.message)),
        cancelled: close,
      }), true);
    });
  }

  remove(id) {
    return this.#attempt(() => this.#conversation.remove(id));
  }

  decide(id, status) {
    return this.#attempt(() => this.#conversation.decide(id, status));
  }

  retry(id) {
    return this.#conversation.retry(id).then((node) => this.#sent(node, node.body));
  }

  /** Give the text of a comment that was not taken back to the form it came from. */
  rewrite(id) {
    const { parentId } = this.#conversation.get(id);
    const text = this.#conversation.discard(id);
    if (parentId && this.list.get(parentId)) this.reply(parentId);
    (this.#forms.get(parentId)?.form ?? this.composer).restore(text);
  }

  #build() {
    const { words } = this;
    this.head = new Head({
      words, account: this.#account, next: () => this.nextNew(), blocked: () => this.#notify(words.blocked),
    });
    this.composer = new Composer({
      words, label: words.write, draft: `${this.#key}:`, sent: (text, guest) => this.#add(text, guest, null),
    });
    this.closed = el('p', { part: 'closed', class: 'quiet' });
    this.live = el('p', { class: 'unseen', role: 'status' });
    this.fresh = button('', 'fresh', () => this.#release(), { hidden: true });
    this.notice = el('div', { part: 'notice', class: 'notice', role: 'status' }, words.loading);
    this.list = new List(this);
    this.more = button(words.more, 'more', () => this.#more(), { hidden: true });
    show(this.composer.element, false);
    this.element = el(
      'section', { part: 'root', class: 'root', lang: words.lang, 'aria-label': words.title },
      this.head.element, this.composer.element, this.closed, this.live, el('div', { class: 'above' }, this.fresh), this.list.element, this.more, this.notice,
    );
    this.element.addEventListener('keydown', (event) => this.#pressed(event));
  }

  #listen() {
    const on = (target, name, heard) => target.addEventListener(name, heard, { signal: this.#signal });
    on(this.#conversation, 'change', ({ detail }) => this.#changed(detail));
    on(this.#conversation, 'connected', () => this.#notify(''));
    on(this.#conversation, 'disconnected', () => this.#notify(this.words.lost));
    on(this.#conversation, 'error', () => this.#notify(this.words.ended));
    on(this.#account, 'session', ({ detail }) => (detail.expired ? this.#people() : this.#renew()));
    on(document, 'visibilitychange', () => this.#looked());
    on(window, 'pagehide', () => this.#note());
  }

  #changed(detail) {
    this.list.apply(detail, this.#conversation, !detail.fromViewer);
    this.#counted();
    const fresh = detail.fromViewer || detail.reset ? 0 : detail.added.length;
    if (fresh) say(this.live, this.words.fresh(fresh));
  }

  #counted() {
    const { total, hasMore, site, post } = this.#conversation;
    const { words } = this;
    this.head.counts(total, this.list.fresh);
    say(this.fresh, words.fresh(this.list.held.size));
    show(this.fresh, this.list.held.size);
    show(this.more, hasMore);
    if (site) this.#people(site, post);
  }

  /** Who may write here, and who does. */
  #people(site = this.#conversation.site, post = this.#conversation.post) {
    const { words } = this;
    const viewer = this.#account.session && this.#conversation.viewer;
    const open = post ? post.commentsOpen : this.#begins;
    const guests = site?.guests !== 'OFF';
    show(this.composer.element, open && (viewer || guests));
    this.composer.ask({ guest: !viewer, longest: site?.limits?.commentLength });
    this.#forms.forEach(({ form, kind }) => form.ask({ guest: !viewer && kind === 'reply', longest: site?.limits?.commentLength }));
    say(this.closed, open ? (viewer || guests ? '' : words.signInFirst) : post ? words.closed : words.absent);
    show(this.closed, this.closed.textContent);
    this.head.viewer(viewer);
  }

  #renew() {
    return this.#attempt(() => this.#conversation.renew());
  }

  async #add(text, guest, parent, close) {
    const form = parent ? this.#forms.get(parent).form : this.composer;
    const adding = this.#conversation.add({ body: text, parent, guest });
    form.area.value = '';
    close?.(true);
    const node = await adding;
    this.#sent(node, text, form);
  }

  #sent(node, text, form = this.composer) {
    if (node.pending === 'failed') return say(this.live, `${this.words.notSent} ${node.error.message}`);
    form.done(text);
    return say(this.live, node.status === 'PENDING' ? this.words.waits : this.words.sent);
  }

  /** Open a form under a comment, or close the one that is there. */
  #form(id, kind, made) {
    const view = this.list.get(id);
    const open = this.#forms.get(id);
    open?.close();
    if (!view || open?.kind === kind) return;
    const close = (kept) => {
      form.element.remove();
      this.#forms.delete(id);
      if (!kept) view.article.focus({ preventScroll: true });
    };
    const form = made(close);
    this.#forms.set(id, { form, kind, close });
    this.#people();
    view.hold(form.element);
    form.focus();
  }

  async #more() {
    const more = await this.#attempt(() => this.#conversation.more());
    if (more?.length && this.element.getRootNode().activeElement === this.more) goTo(this.list.get(more[0])?.article);
  }

  #release() {
    goTo(this.list.release(this.#conversation));
    this.#counted();
  }

  /** Do something that may fail, and say so. */
  async #attempt(work) {
    try {
      return await work();
    } catch (error) {
      if (!this.#signal.aborted) this.#notify(error.message);
      return undefined;
    }
  }

  #notify(text) {
    say(this.notice, text);
    show(this.notice, text);
  }

  #failed(error) {
    const retry = button(this.words.retry, 'retry', () => this.load());
    this.notice.replaceChildren(el('p', {}, `${this.words.failed} ${error.message}`), retry);
    show(this.notice, true);
    this.#ready();
  }

  #arrived() {
    const { title } = this.#conversation.post ?? {};
    if (title) this.element.setAttribute('aria-label', `${this.words.title}: ${title}`); // there may be several on a page
    this.#notify('');
    this.#counted();
    this.#ready();
    const { hash } = location;
    if (/^#comment_\d+$/.test(hash)) goTo(this.list.get(hash.slice(1))?.article);
  }

  #pressed(event) {
    const typing = event.composedPath()[0].matches('input, textarea');
    if (event.key !== 'n' || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    this.nextNew();
  }

  #looked() {
    clearTimeout(this.unlooked);
    if (document.visibilityState === 'visible') return this.#conversation.start();
    this.#note();
    this.unlooked = setTimeout(() => this.#conversation.stop(), UNSEEN);
    return undefined;
  }

  /** Note what has been seen: in this browser, and for somebody with an account on all their devices. */
  #note() {
    if (this.#conversation.viewer && this.head.hasNew) this.#conversation.markRead().catch(() => {});
    const moments = [...this.list.views].filter(({ node }) => node.pending === null).map(({ node }) => node.createdAt);
    const newest = moments.reduce((one, other) => (one > other ? one : other), this.#seen ?? '');
    if (newest) local.write(`seen:${this.#key}`, newest);
  }
}

function goTo(article) {
  if (!article) return;
  const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
  article.focus({ preventScroll: true });
  article.scrollIntoView({ block: 'center', behavior: still ? 'auto' : 'smooth' });
}
