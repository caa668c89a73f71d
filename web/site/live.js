// The conversation goes on while it is read: comments come, change and go as they do for everybody.
//
// The server writes each comment's HTML, for this very viewer, as it does for the page; here it is put where it belongs.
import { pause } from '../client/pause.js';
import { steadily } from './scroll.js';
import { whileSeen } from './seen.js';

const FEED = `subscription SiteFeed($post: ID!, $after: String) {
  commentFeed(post: $post, after: $after) {
    __typename cursor
    ... on CommentAdded { comment { id parent { id } post { commentCount } } }
    ... on CommentEdited { comment { id parent { id } post { commentCount } } }
    ... on CommentRemoved { commentId post { commentCount } }
  }
}`;
const AT_ONCE = 6;
/** With so many of them the page itself is less to load. */
const MANY = 24;

export function follow({ clients, section, root, shown, news }) {
  const changed = new Map(); // by the comment: what it is now
  let cursor = section.dataset.cursor;
  let isOutdated = false;
  let isWorking = false;
  let sending = Promise.resolve();

  whileSeen({
    clients,
    query: FEED,
    variables: () => ({ post: section.dataset.post, after: cursor }),
    next: ({ commentFeed: event }) => heard(event),
    reset: (event) => {
      cursor = event.cursor;
      isOutdated = true;
      work();
    },
  });

  function heard({ __typename: kind, cursor: reached, commentId, comment, post }) {
    cursor = reached;
    const id = comment?.id ?? commentId;
    if (!id) return;
    if (kind !== 'CommentEdited') changed.delete(id); // what it stands under may have come before it
    changed.set(id, { id, parent: comment?.parent?.id, isGone: !comment, count: (comment?.post ?? post)?.commentCount });
    work();
  }

  /** Until all is done: what cannot be fetched now is fetched later. */
  async function work() {
    if (isWorking) return;
    isWorking = true;
    for (let failures = 0; isOutdated || changed.size; ) {
      await sending;
      try {
        await (isOutdated || changed.size > MANY ? renew() : next());
        failures = 0;
      } catch {
        await pause(Math.min(1000 * 2 ** failures++, 60_000) * (0.5 + Math.random()), new AbortController().signal);
      }
    }
    isWorking = false;
  }

  async function next() {
    const some = [...changed.values()].slice(0, AT_ONCE);
    const items = await Promise.all(some.map((event) => !event.isGone && fetched(event)));
    for (const event of some) if (changed.get(event.id) === event) changed.delete(event.id);
    const come = [];
    steadily(() => {
      some.forEach((event, index) => apply(event, items[index], come));
      const { count } = some.at(-1);
      if (count !== undefined) shown.count(count);
    });
    news.added(come);
  }

  function apply({ id, parent }, item, come) {
    const isNew = !shown.isHere(id);
    if (item && shown.covers(id, parent)) {
      const placed = shown.put(item, parent);
      if (isNew) come.push(placed);
      else news.again(placed);
    } else if (!item) shown.remove(document.getElementById(id));
  }

  /** Undefined where there is none any more. */
  async function fetched({ id, parent }) {
    const alone = parent && !shown.isHere(parent) && !changed.has(parent) ? '?alone' : '';
    return (await loaded(`${root}/comments/${id}/item${alone}`))?.querySelector('li.comment');
  }

  /** Everything as the page has it today. */
  async function renew() {
    const events = [...changed.values()];
    isOutdated = false;
    const today = await loaded(location.pathname + location.search).catch((error) => {
      isOutdated = true;
      throw error;
    });
    const fresh = today?.querySelector('#comments');
    if (!fresh) return location.reload();
    for (const event of events) if (changed.get(event.id) === event) changed.delete(event.id);
    const come = [];
    steadily(() => {
      for (const item of fresh.querySelectorAll('.comment')) {
        const single = item.cloneNode(false);
        single.append(item.querySelector(':scope > article').cloneNode(true));
        apply({ id: item.id, parent: item.parentElement.closest('.comment')?.id }, single, come);
      }
      const last = fresh.dataset.more === undefined ? undefined : [...fresh.querySelectorAll('.comment')].at(-1).dataset.created;
      for (const item of shown.all()) {
        if (!today.getElementById(item.id) && !(item.dataset.created > last)) shown.remove(item);
      }
      shown.count(+fresh.dataset.count);
    });
    return news.added(come);
  }

  /** What the viewer has just written: the comment on the page. */
  async function show(id, parent) {
    const item = await fetched({ id, parent });
    if (!item) return undefined;
    return shown.put(item, parent);
  }

  /** While a comment of the viewer's is on its way, nothing else comes: it might be that one. */
  function hold(sent) {
    sending = sent.catch(() => {});
    return sent;
  }

  return { show, hold, cursor: () => cursor };
}

/** A page; undefined where there is none. What passes by itself is thrown. */
async function loaded(address) {
  const response = await fetch(address, { headers: { accept: 'text/html' } });
  if (response.status >= 500 || response.status === 429) throw new Error(response.statusText);
  return response.ok ? new DOMParser().parseFromString(await response.text(), 'text/html') : undefined;
}
