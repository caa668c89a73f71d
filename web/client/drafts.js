// Comments of the viewer's that the server has not answered yet, each with the key under which it is written once.

import { DRAFT } from './tree.js';

/** Not crypto.randomUUID, which pages without TLS do not have. */
const random = () => crypto.getRandomValues(new Uint32Array(4)).join('-');
const escaped = (text) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** What is shown of a text until the server has rendered it. */
const shown = (body) =>
  body.trim().split(/\n{2,}/).map((text) => `<p>${escaped(text).replaceAll('\n', '<br>')}</p>`).join('');

export class Drafts {
  #all = new Map();

  /** A new one: what to show of it. */
  begin({ body, parent, guest }, viewer, depth) {
    const key = random();
    const id = DRAFT + key;
    const input = { parent, body, key, guest: guest ?? undefined };
    this.#all.set(id, { id, input, held: [] });
    return {
      id, parentId: parent, depth, body, bodyHtml: shown(body), createdAt: new Date().toISOString(), editedAt: null,
      author: guest ? { id: null, username: null, isGuest: true, ...guest } : viewer,
      status: 'APPROVED', deleted: false, pending: 'sending', replyCount: 0,
      viewerCanReply: false, viewerCanEdit: false, viewerCanDelete: false, viewerCanModerate: false,
    };
  }

  get(id) {
    return this.#all.get(id);
  }

  has(id) {
    return this.#all.has(id);
  }

  /** Forget one: what was held back for its sake. */
  end(id) {
    const held = this.#all.get(id)?.held ?? [];
    this.#all.delete(id);
    return held;
  }

  ids() {
    return [...this.#all.keys()];
  }

  /**
   * Whether what has just been written may be one of these, whose answer is still to come or was lost. The event is
   * held back then, and so is whatever happens to that comment meanwhile: else it would be shown twice.
   */
  holds(event, viewer) {
    const { id, author, parent } = event.comment ?? { id: event.commentId };
    const draft = [...this.#all.values()].find(
      ({ input, held, refused }) => held.some((other) => other.comment?.id === id)
        || (event.__typename === 'CommentAdded' && !refused && input.parent === (parent?.id ?? null) && wrote(author, input, viewer)),
    );
    draft?.held.push(event);
    return draft;
  }
}

const wrote = (author, { guest }, viewer) =>
  author && (guest ? author.isGuest && author.name === guest.name.trim() : author.id === viewer?.id);
