// A comment on the page: its place, and what is shown of it as long as it changes. Thousands of them may be there, so
// nothing is made before it is needed.
import { button, el, say, show, showHtml } from './dom.js';

/** From which level on replies are not moved in any further. */
const DEEPEST = 12;

export class View {
  #html;
  #shown = '';
  #offered = '';
  #confirming = false;
  #replies;
  #more;
  #state;
  #tools;

  constructor(node, owner) {
    this.node = node;
    this.owner = owner;
    this.meta = el('header', { part: 'meta', class: 'meta' });
    this.body = el('div', { part: 'body', class: 'body', dir: 'auto' });
    this.article = el('article', { part: 'comment', tabindex: '-1' }, this.meta, this.body);
    const place = node.parentId ? ['li', {}] : ['div', { role: 'listitem' }];
    this.element = el(place[0], { ...place[1], class: node.depth >= DEEPEST ? 'item deep' : 'item' }, this.article);
    this.update();
  }

  /** Where its replies are. */
  get replies() {
    if (!this.#replies) {
      this.#replies = el('ol', { role: 'list', part: 'replies' });
      this.article.after(this.#replies);
    }
    return this.#replies;
  }

  /** Show what the node has become. */
  update() {
    const { node } = this;
    this.element.dataset.id = node.id;
    this.article.classList.toggle('fresh', node.isNew);
    this.article.classList.toggle('waiting', node.pending === 'sending' || node.status === 'PENDING');
    this.#facts();
    this.#text();
    this.#status();
    this.#buttons();
    this.#left();
  }

  /** Where a form stands under the comment. */
  hold(element) {
    this.article.append(element);
  }

  get #name() {
    return this.node.author?.name ?? this.owner.words.nobody;
  }

  #facts() {
    const { node, owner: { words } } = this;
    const { id, author, deleted, createdAt, editedAt, isNew } = node;
    const facts = JSON.stringify([id, author, deleted, createdAt, Boolean(editedAt), isNew]);
    if (this.#shown === facts) return;
    this.#shown = facts;
    const date = words.date(createdAt);
    const time = el('time', { datetime: createdAt }, date);
    this.article.setAttribute('aria-label', deleted ? date : `${this.#name} ${date}`);
    this.meta.replaceChildren(...[
      !deleted && el('span', { part: 'author', class: 'author', dir: 'auto' }, this.#author()),
      !deleted && author?.isGuest && el('span', { part: 'badge', class: 'badge' }, words.guest),
      el('a', { part: 'permalink', class: 'quiet', href: this.owner.linkTo(id), 'aria-label': words.link(date) }, time),
      !deleted && editedAt && el('span', { part: 'edited', class: 'quiet' }, words.edited),
      isNew && el('span', { part: 'badge new', class: 'badge new' }, words.isNew),
    ].filter(Boolean));
  }

  #author() {
    const { website } = this.node.author ?? {};
    if (!/^https?:/.test(website ?? '')) return this.#name;
    return el('a', { href: website, rel: 'nofollow ugc noopener' }, this.#name);
  }

  #text() {
    const { node, owner } = this;
    const html = node.deleted ? null : node.bodyHtml;
    if (html === this.#html) return;
    this.#html = html;
    if (html === null) say(this.body, owner.words.deleted);
    else showHtml(this.body, html, owner.server);
    this.body.classList.toggle('quiet', html === null);
  }

  #status() {
    const { node: { pending, status, error }, owner: { words } } = this;
    const answered = status === 'PENDING' ? words.waits : '';
    const text = { failed: `${words.notSent} ${error?.message ?? ''}`, sending: words.sending }[pending] ?? answered;
    if (text && !this.#state) this.body.after((this.#state = el('p', { part: 'state', class: 'quiet state' })));
    if (!this.#state) return;
    say(this.#state, text);
    show(this.#state, text);
  }

  #buttons() {
    const wanted = this.node.pending === 'failed' ? this.#rescue() : this.#acts();
    const offered = wanted.map(([label]) => label).join('\n');
    if (this.#offered === offered) return;
    this.#offered = offered;
    if (!this.#tools) (this.#state ?? this.body).after((this.#tools = el('div', { part: 'actions', class: 'tools' })));
    this.#tools.replaceChildren(...wanted.map((each) => button(...each)));
  }

  #rescue() {
    const { owner, node: { id } } = this;
    return [[owner.words.again, 'again', () => owner.retry(this.node.id)], [owner.words.rewrite, 'rewrite', () => owner.rewrite(id)]];
  }

  #acts() {
    const { node, owner } = this;
    const { words } = owner;
    const decides = node.viewerCanModerate && node.status === 'PENDING';
    const remove = this.#confirming ? words.sure : words.remove;
    return [
      node.viewerCanReply && [words.reply, 'reply', () => owner.reply(this.node.id), { 'aria-label': words.replyTo(this.#name) }],
      node.viewerCanEdit && [words.edit, 'edit', () => owner.edit(this.node.id)],
      node.viewerCanDelete && [remove, 'remove', () => this.#remove()],
      decides && [words.approve, 'approve', () => owner.decide(this.node.id, 'APPROVED')],
      decides && [words.reject, 'reject', () => owner.decide(this.node.id, 'REJECTED')],
    ].filter(Boolean);
  }

  /** How many replies there are that are not shown. */
  #left() {
    const { node: { moreReplies }, owner } = this;
    if (moreReplies && !this.#more) this.element.append((this.#more = button('', 'more', () => owner.moreReplies(this.node.id))));
    if (!this.#more) return;
    say(this.#more, owner.words.moreReplies(moreReplies));
    show(this.#more, moreReplies);
  }

  /** Asked for twice, it is done. */
  #remove() {
    if (this.#confirming) {
      this.owner.remove(this.node.id);
      return;
    }
    this.#confirm(true);
    const sure = this.#tools.querySelector('.remove');
    sure.focus();
    sure.addEventListener('blur', () => this.#confirm(false), { once: true });
  }

  #confirm(confirming) {
    this.#confirming = confirming;
    this.#buttons();
  }
}
