// What has been written since the reader was here last: counted in lists, marked in threads, and one key away.
//
// Of those who have signed in the server knows, on all their devices; of others their browser does, and it alone.
import { goTo } from './scroll.js';
import { word } from './words.js';

const SEEN = 'causerie:seen';
const MOST = 500;

export function showNew({ section, signedIn }) {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'to-new';
  button.hidden = true;
  button.addEventListener('click', next);
  if (section && !signedIn) remember(section);
  if (section) {
    document.body.append(button);
    document.addEventListener('keydown', pressed);
    tell();
  } else if (!signedIn) count();

  function pressed(event) {
    const busy = event.target.closest?.('input, textarea, select, [contenteditable]');
    if (event.key === 'n' && !busy && !event.ctrlKey && !event.metaKey && !event.altKey) next();
  }

  function next() {
    const fresh = marked();
    const below = document.activeElement?.closest('.comment') ?? undefined;
    const after = below && fresh.find((item) => below.compareDocumentPosition(item) & Node.DOCUMENT_POSITION_FOLLOWING);
    const item = after ?? fresh[0];
    if (item) goTo(item.querySelector('article'));
  }

  function tell() {
    const { length } = marked();
    button.hidden = !length;
    button.textContent = word('new', length);
    button.title = word('next');
  }

  /** A comment that has come while the page was open. */
  function added(item) {
    if (item.dataset.own === undefined) item.classList.add('new');
    tell();
  }

  return { added };
}

const marked = () => [...document.querySelectorAll('.comment.new')];

function remember(section) {
  const { post, count } = section.dataset;
  const since = read()[post]?.[0];
  const items = [...section.querySelectorAll('.comment[data-created]')];
  if (since) for (const item of items) item.classList.toggle('new', item.dataset.created > since);
  window.addEventListener('pagehide', () => {
    const now = [...section.querySelectorAll('.comment[data-created]')].map((item) => item.dataset.created);
    const seen = read();
    delete seen[post];
    const latest = [...now, since ?? section.dataset.asked].sort().at(-1);
    write({ ...seen, [post]: [latest, Math.max(+count, now.length)] });
  });
}

function count() {
  const seen = read();
  for (const place of document.querySelectorAll('[data-post][data-count]')) {
    const more = +place.dataset.count - (seen[place.dataset.post]?.[1] ?? Infinity);
    if (more <= 0) continue;
    const mark = document.createElement('span');
    mark.className = 'new-count';
    mark.textContent = ` (+${more})`;
    mark.title = word('new', more);
    place.append(mark);
  }
}

function read() {
  try {
    return JSON.parse(localStorage.getItem(SEEN) ?? '{}') ?? {};
  } catch {
    return {};
  }
}

function write(seen) {
  try {
    localStorage.setItem(SEEN, JSON.stringify(Object.fromEntries(Object.entries(seen).slice(-MOST))));
  } catch {
    // a browser that keeps nothing shows nothing as new
  }
}
