// The conversation goes on while it is read: comments come, change and go as they do for everybody.
//
// The server writes each comment's HTML, for this very viewer, as it does for the page; here it is put where it belongs.
import { steadily } from './scroll.js';
import { word } from './words.js';

const FEED = `subscription SiteFeed($post: ID!, $after: String) {
  commentFeed(post: $post, after: $after) {
    __typename cursor
    ... on CommentAdded { comment { id parent { id } post { commentCount } } }
    ... on CommentEdited { comment { id parent { id } post { commentCount } } }
    ... on CommentRemoved { commentId post { commentCount } }
  }
}`;

export function follow({ client, section, root, added }) {
  const post = section.dataset.post;
  const heading = section.querySelector('h2');
  const threads = section.querySelector('ol.threads');
  let cursor = section.dataset.cursor;
  let stop;
  let done = Promise.resolve();

  const start = () => {
    stop ??= client.subscribe(FEED, { post, after: cursor }, { next: heard, reset: () => location.reload(), error: end });
  };
  const end = () => {
    stop?.();
    stop = undefined;
  };

  function heard({ commentFeed: event }) {
    cursor = event.cursor;
    done = done.then(() => told(event)).catch(() => {});
  }

  async function told(event) {
    const { comment } = event;
    if (event.__typename === 'CommentRemoved') remove(event.commentId);
    else if (comment) await show(comment.id, comment.parent?.id);
    const count = (comment ?? event).post?.commentCount;
    if (count !== undefined) steadily(() => { heading.textContent = word('comments', count); });
  }

  /** Put a comment where it belongs, or in the place of what it was. */
  async function show(id, parent) {
    const place = document.getElementById(id);
    if (!place && section.dataset.more !== undefined && !document.getElementById(parent ?? '')) return undefined;
    const item = await fetched(id);
    if (!item) return remove(id);
    const present = document.getElementById(id);
    if (present) {
      steadily(() => present.querySelector(':scope > article').replaceWith(item.querySelector('article')));
      return present;
    }
    steadily(() => listFor(parent).append(item));
    added(item);
    return item;
  }

  async function fetched(id) {
    const response = await fetch(`${root}/comments/${id}/item`, { headers: { accept: 'text/html' } });
    if (!response.ok) return undefined;
    return new DOMParser().parseFromString(await response.text(), 'text/html').querySelector('li.comment');
  }

  function listFor(parent) {
    const above = parent && document.getElementById(parent);
    if (!above) return threads;
    const list = above.querySelector(':scope > ol') ?? document.createElement('ol');
    if (!list.isConnected) above.append(list);
    return list;
  }

  function remove(id) {
    const item = document.getElementById(id);
    if (!item) return;
    const list = item.parentElement;
    steadily(() => {
      item.remove();
      if (!list.children.length && list !== threads) list.remove();
    });
  }

  // A browser opens few connections to a server: those of pages that nobody looks at are for the others.
  document.addEventListener('visibilitychange', () => (document.hidden ? end() : start()));
  window.addEventListener('pagehide', end);
  window.addEventListener('pageshow', start);
  if (!document.hidden) start();
  return { show, listFor };
}
