// Comments of the viewer's that the server has not answered yet, each with the key under which it is written once.

import { DRAFT } from './tree.js';

/** Not crypto.randomUUID, which pages without TLS do not have. */
const random = () => crypto.getRandomValues(new Uint32Array(4)).join('-');
const escaped = (text) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** What is shown of a text until the server has rendered it. */
const shown = (body) =>
  body.trim().split(/\n{2,}/).map((text) => `<p>${escaped(text).replaceAll('\n', '<br>')}</p>`).join('');

/** By the id under which each is shown. */
export class Drafts extends Map {
  /** A new one: what to show of it. */
  begin({ body, parent, guest }, author, depth) {
    const key = random();
    const id = DRAFT + key;
    const input = { parent, body, key, guest };
    this.set(id, { id, input, held: [] });
    return {
      id, parentId: parent, depth, body, bodyHtml: shown(body), createdAt: new Date().toISOString(), editedAt: null,
      author: guest ? { id: null, username: null, isGuest: true, ...guest } : author,
      status: 'APPROVED', deleted: false, pending: 'sending', replyCount: 0,
      viewerCanReply: false, viewerCanEdit: false, viewerCanDelete: false, viewerCanModerate: false,
    };
  }

  /**
   * Whether what has just been written may be one of these, whose answer is still to come or was lost. The event is
   * held back then, and so is whatever happens to that comment meanwhile: else it would be shown twice.
   */
  holds(event, viewer) {
    const { id, author, parent } = event.comment ?? { id: event.commentId };
    const begins = ({ input, refused }) =>
      author && !refused && input.parent === (parent?.id ?? null) && wrote(author, input, viewer);
    const draft = [...this.values()].find(
      (each) => begins(each) || each.held.some((other) => other.comment?.id === id),
    );
    draft?.held.push({ ...event, late: true });
    return draft;
  }
}

const wrote = (author, { guest }, viewer) =>
  guest ? author.isGuest && author.name === guest.name.trim() : author.id === viewer?.id;
