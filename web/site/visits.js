// What has been written since the reader was here last: marked in threads, and one key away.
//
// Of those who have signed in the server knows, on all their devices; of others their browser does, and it alone.
import { goTo, steadily } from './scroll.js';
import { seenOf, see } from './memory.js';
import { word } from './words.js';

const READ = 'mutation SiteRead($input: MarkReadInput!) { markRead(input: $input) { error { __typename } } }';
/** Milliseconds between two announcements: nobody listens to every single comment of a busy thread. */
const BETWEEN = 20_000;
/** The next page may be asked for before this one is left. */
const SOON = 500;

export function showNew({ section, client, own }) {
  const { post, under } = section.dataset;
  const button = section.appendChild(document.createElement('button'));
  const announced = section.appendChild(document.createElement('p'));
  button.type = 'button';
  button.className = 'to-new';
  button.title = word('next');
  button.setAttribute('aria-keyshortcuts', 'n');
  button.addEventListener('click', next);
  announced.className = 'unseen';
  announced.setAttribute('role', 'status');
  let at; // the one that was gone to last
  let [timer, reading] = [];
  let readUpTo = section.dataset.cursor;
  let cursor = () => readUpTo;

  const since = client ? undefined : seenOf(post)?.[0];
  if (since !== undefined) {
    for (const item of comments()) if (item.dataset.created > since && item.id !== own) mark(item);
  }
  for (const item of marked()) mark(item);
  remember();
  tell();
  document.addEventListener('keydown', pressed);
  document.addEventListener('visibilitychange', remember);
  window.addEventListener('pagehide', leave);

  function comments() {
    return [...section.querySelectorAll('.comment[data-created]')];
  }

  function marked() {
    return [...section.querySelectorAll('.comment.new')];
  }

  function pressed(event) {
    const isBusy = event.target.closest?.('input, textarea, select, [contenteditable]');
    if (event.key === 'n' && !isBusy && !event.ctrlKey && !event.metaKey && !event.altKey) next();
  }

  function next() {
    const fresh = marked();
    const here = document.activeElement?.closest('.comment') ?? (at?.isConnected ? at : undefined);
    at = fresh.find((item) => here && here.compareDocumentPosition(item) & Node.DOCUMENT_POSITION_FOLLOWING) ?? fresh[0];
    if (at) goTo(at.querySelector('article'));
  }

  function tell() {
    const { length } = marked();
    button.hidden = !length;
    button.textContent = word('new', length);
  }

  /** Comments that have come while the page was open; of those who have signed in the server says which are new. */
  function added(items) {
    const fresh = items.filter((item) => !client || item.classList.contains('new'));
    fresh.forEach(mark);
    tell();
    remember();
    if (fresh.length) timer ??= setTimeout(announce, announced.textContent ? BETWEEN : 0);
  }

  function announce() {
    const { length } = marked();
    announced.textContent = length ? word('new', length) : '';
    timer = undefined;
  }

  /** A comment that has another text now, and may have been new. */
  function again(item) {
    if (item.classList.contains('new')) mark(item);
    tell();
  }

  /** What is seen is not new the next time. */
  function remember() {
    if (client) reading ??= setTimeout(read, SOON);
    else if (!document.hidden && under === undefined) see(post, latest(), total());
  }

  function read() {
    clearTimeout(reading);
    reading = undefined;
    if (!isWhole() || cursor() === readUpTo) return;
    readUpTo = cursor();
    client.mutate(READ, { input: { post, cursor: readUpTo } }).catch(() => {});
  }

  function latest() {
    return [...comments().map((item) => item.dataset.created), since ?? ''].sort().at(-1);
  }

  /** All, unless later pages have more that have not been looked at. */
  function total() {
    return isWhole() ? +section.dataset.count : Math.max(comments().length, seenOf(post)?.[1] ?? 0);
  }

  /** Whether the page shows all there is, or the end of it. */
  function isWhole() {
    return section.dataset.more === undefined && under === undefined;
  }

  /** The page may come back as it was, from where browsers keep those that were left. */
  function leave() {
    if (reading) read();
    steadily(() => {
      section.querySelector('.new-comments')?.remove();
      marked().forEach(unmark);
    });
    tell();
  }

  return {
    added,
    again,
    own: (item) => {
      unmark(item);
      tell();
      remember();
    },
    upTo: (reached) => {
      cursor = reached;
    },
  };
}

const badges = (item) => [...item.querySelectorAll(':scope > article > header > .badge')];
const badge = (item) => badges(item).find((each) => each.textContent.trim() === word('mark'));

function mark(item) {
  const header = item.querySelector(':scope > article > header');
  if (!header) return unmark(item); // it was deleted
  item.classList.add('new');
  if (badge(item)) return undefined;
  const told = document.createElement('span');
  told.className = 'badge';
  told.textContent = word('mark');
  return header.querySelector('.permalink').after(' ', told);
}

function unmark(item) {
  item.classList.remove('new');
  badge(item)?.remove();
}
