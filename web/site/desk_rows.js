// The rows of the desk: which one is read, which are selected, and how they come and go.
import { steadily } from './scroll.js';

export function rows(form, root) {
  const list = form.querySelector('ol.rows');
  const all = () => [...list.children];
  const current = () => document.activeElement?.closest('.row') ?? undefined;
  const box = (row) => row.querySelector('input[name=chosen]');
  const selected = () => all().filter((row) => box(row)?.checked);

  function go(row) {
    const article = row?.querySelector('article');
    article?.focus({ preventScroll: true });
    article?.scrollIntoView({ block: 'nearest', behavior: 'instant' });
  }

  function move(step) {
    const here = all().indexOf(current());
    const there = here < 0 ? (step > 0 ? 0 : list.children.length - 1) : here + step;
    go(all()[there]);
  }

  /** The first row below these that stays, or the last one above them. */
  function after(some) {
    const staying = all().filter((row) => !some.includes(row) && !row.hasAttribute('aria-busy'));
    const last = some.at(-1);
    const below = staying.find((row) => last.compareDocumentPosition(row) & Node.DOCUMENT_POSITION_FOLLOWING);
    return below ?? staying.at(-1);
  }

  /** Put a row where it belongs: at the end, or in the place of what it was. Whether it is a new one. */
  async function put(id) {
    const response = await fetch(`${root}/desk/rows/${id}`, { headers: { accept: 'text/html' } });
    if (!response.ok) return false;
    const row = new DOMParser().parseFromString(await response.text(), 'text/html').querySelector('li.row');
    if (!row || row.dataset.status !== 'PENDING') return false;
    const present = document.getElementById(id);
    if (!present) {
      steadily(() => list.append(row));
      return true;
    }
    const focused = present.contains(document.activeElement);
    box(row).checked = box(present).checked;
    steadily(() => present.replaceWith(row));
    if (focused) go(row);
    return false;
  }

  /** Whether there was one. */
  function remove(id) {
    const row = document.getElementById(id);
    if (!row || row.parentElement !== list) return false;
    const next = row.contains(document.activeElement) ? after([row]) : undefined;
    steadily(() => row.remove());
    if (next) go(next);
    return true;
  }

  function complain(row, text) {
    if (!row.isConnected) return text;
    const told = row.querySelector('.mistake') ?? row.querySelector('article').appendChild(document.createElement('p'));
    told.className = 'mistake';
    told.setAttribute('role', 'alert');
    told.textContent = text;
    return text;
  }

  return {
    go,
    move,
    after,
    put,
    remove,
    complain,
    selected,
    isEmpty: () => !list.children.length,
    /** What a decision is about: all that are selected, or else the one that is read. */
    chosen: () => (selected().length ? selected() : [current()].filter(Boolean)),
    toggle: () => box(current() ?? list)?.click(),
  };
}
