// A comment on the page: its place, and what is shown of it as long as it changes.
import { button, el, say, show, showHtml } from './dom.js';

/** From which level on replies are not moved in any further. */
const DEEPEST = 12;

export class View {
  #html;
  #confirming = false;

  constructor(node, owner) {
    const { words } = owner;
    this.node = node;
    this.owner = owner;
    this.author = el('span', { part: 'author', class: 'author', dir: 'auto' });
    this.guest = el('span', { part: 'badge', class: 'badge' }, words.guest);
    this.time = el('time', {});
    this.link = el('a', { part: 'permalink', class: 'quiet' }, this.time);
    this.edited = el('span', { part: 'edited', class: 'quiet' }, words.edited);
    this.isNew = el('span', { part: 'badge new', class: 'badge new' }, words.isNew);
    this.body = el('div', { part: 'body', class: 'body', dir: 'auto' });
    this.state = el('p', { part: 'state', class: 'quiet state' });
    this.tools = el('div', { part: 'actions', class: 'tools' });
    this.article = el(
      'article', { part: 'comment', tabindex: '-1' },
      el('header', { part: 'meta', class: 'meta' }, this.author, this.guest, this.link, this.edited, this.isNew),
      this.body, this.state, this.tools,
    );
    this.replies = el('ol', { role: 'list', part: 'replies' });
    this.more = button('', 'more', () => owner.moreReplies(this.node.id), { hidden: true });
    this.element = el('li', { class: node.depth >= DEEPEST ? 'deep' : null }, this.article, this.replies, this.more);
    this.update();
  }

  /** Show what the node has become. */
  update() {
    const { node, owner } = this;
    const { words } = owner;
    const name = node.deleted ? '' : (node.author?.name ?? words.nobody);
    this.element.dataset.id = node.id;
    say(this.author, name);
    this.#website(node.author?.website);
    show(this.guest, !node.deleted && node.author?.isGuest);
    this.time.dateTime = node.createdAt;
    say(this.time, words.date(node.createdAt));
    this.link.href = owner.linkTo(node.id);
    this.link.setAttribute('aria-label', words.link(this.time.textContent));
    this.article.setAttribute('aria-label', `${name} ${this.time.textContent}`);
    show(this.edited, node.editedAt && !node.deleted);
    show(this.isNew, node.isNew);
    this.article.classList.toggle('fresh', node.isNew);
    this.article.classList.toggle('waiting', node.pending === 'sending' || node.status === 'PENDING');
    this.#text();
    this.#status();
    this.#buttons();
    show(this.more, node.moreReplies > 0);
    say(this.more, words.moreReplies(node.moreReplies));
  }

  /** Where a form stands under the comment. */
  hold(element) {
    this.article.append(element);
  }

  #website(address) {
    if (!/^https?:/.test(address ?? '') || this.node.deleted) return;
    const link = el('a', { href: address, rel: 'nofollow ugc noopener' }, this.author.textContent);
    this.author.replaceChildren(link);
  }

  #text() {
    const { node, owner } = this;
    const html = node.deleted ? null : node.bodyHtml;
    if (html === this.#html && html !== null) return;
    this.#html = html;
    if (html === null) say(this.body, owner.words.deleted);
    else showHtml(this.body, html, owner.server);
    this.body.classList.toggle('quiet', html === null);
  }

  #status() {
    const { node, owner: { words } } = this;
    const failed = node.pending === 'failed';
    const waits = node.status === 'PENDING' && !node.pending && words.waits;
    const text = failed ? `${words.notSent} ${node.error?.message ?? ''}` : node.pending ? words.sending : waits || '';
    say(this.state, text);
    show(this.state, text);
  }

  #buttons() {
    const { node, owner } = this;
    const { words } = owner;
    const { id } = node;
    const confirming = this.#confirming;
    const wanted = node.pending === 'failed'
      ? [[words.again, 'again', () => owner.retry(id)], [words.rewrite, 'rewrite', () => owner.rewrite(id)]]
      : [
          node.viewerCanReply && [words.reply, 'reply', () => owner.reply(id), { 'aria-label': words.replyTo(node.author?.name ?? words.nobody) }],
          node.viewerCanEdit && [words.edit, 'edit', () => owner.edit(id)],
          node.viewerCanDelete && [confirming ? words.sure : words.remove, 'remove', () => this.#remove()],
          node.viewerCanModerate && node.status === 'PENDING' && [words.approve, 'approve', () => owner.decide(id, 'APPROVED')],
          node.viewerCanModerate && node.status === 'PENDING' && [words.reject, 'reject', () => owner.decide(id, 'REJECTED')],
        ].filter(Boolean);
    const shown = wanted.map(([label]) => label).join('\n');
    if (this.tools.dataset.shown === shown) return;
    this.tools.dataset.shown = shown;
    this.tools.replaceChildren(...wanted.map((each) => button(...each)));
  }

  /** Asked for twice, it is done. */
  #remove() {
    if (this.#confirming) return this.owner.remove(this.node.id);
    this.#confirming = true;
    this.#buttons();
    this.tools.querySelector('.remove').focus();
    return this.tools.querySelector('.remove').addEventListener('blur', () => this.#kept(), { once: true });
  }

  #kept() {
    this.#confirming = false;
    this.#buttons();
  }
}
