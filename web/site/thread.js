// The comments on the page: how one is put where it belongs, changed and taken away.
import { word } from './words.js';

export function threads(section) {
  const top = section.querySelector('ol.threads');
  const { under } = section.dataset;
  const heading = under === undefined && section.querySelector('h2');
  const links = document.querySelectorAll('main header a[href$="#comments"]');
  const isHere = (id) => Boolean(id && document.getElementById(id));

  /** Whether a comment belongs to what this page shows. */
  function covers(id, parent) {
    if (isHere(id) || isHere(parent)) return true;
    return under === undefined && section.dataset.more === undefined;
  }

  /** Put a comment among its siblings, by time, or in the place of what it was. */
  function put(item, parent) {
    const present = document.getElementById(item.id);
    if (present) return swap(present, item.querySelector('article'));
    const list = listFor(parent);
    const { created } = item.dataset;
    const isLater = (other) => !other.dataset.created || other.dataset.created > created;
    list.insertBefore(item, [...list.children].find(isLater) ?? null);
    return item;
  }

  function swap(present, article) {
    const old = present.querySelector(':scope > article');
    const active = document.activeElement;
    const focused = old.contains(active) && reachable(old).indexOf(active);
    article.tabIndex = -1;
    old.replaceWith(article);
    if (focused !== false) (reachable(article)[focused] ?? article).focus({ preventScroll: true });
    return present;
  }

  function listFor(parent) {
    const above = document.getElementById(parent ?? '');
    if (!above) return top;
    const list = above.querySelector(':scope > ol') ?? document.createElement('ol');
    list.className = 'replies';
    if (!list.isConnected) above.append(list);
    return list;
  }

  function remove(item) {
    const form = item?.querySelector('#write');
    if (form) return hollow(item, form);
    const list = item?.parentElement;
    item?.remove();
    if (list && list !== top && !list.children.length) list.remove();
    return undefined;
  }

  /** Whoever answers what has gone goes on writing, undisturbed: all goes but the form and the places that hold it. */
  function hollow(item, form) {
    for (let at = form; at !== item; at = at.parentElement) {
      for (const other of [...at.parentElement.children]) if (other !== at) other.remove();
    }
    for (const place of [item, ...item.querySelectorAll('li')]) {
      place.removeAttribute('id');
      delete place.dataset.created;
      place.className = 'comment';
    }
    item.classList.add('gone-from-here');
    const told = document.createElement('p');
    told.className = 'facts gone';
    told.setAttribute('role', 'status');
    form.before(told);
    told.textContent = word('gone');
    form.querySelector('[name=parent]').value = item.parentElement.closest('.comment')?.id ?? '';
  }

  function count(number) {
    section.dataset.count = number;
    for (const place of [heading, ...links]) if (place) place.textContent = word('comments', number);
  }

  return { covers, put, remove, listFor, count, isHere, all: () => [...section.querySelectorAll('.comment[id]')] };
}

const reachable = (article) => [...article.querySelectorAll('a, button')];
