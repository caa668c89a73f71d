// A list in chunks of many threads, of which browsers lay out only those that are near the screen: what they do for each
// chunk at each step of scrolling would be too much for each thread.
import { el } from './dom.js';

const SIZE = 25;

export class Chunks {
  element = el('div', { role: 'list', part: 'comments', class: 'comments' });

  clear() {
    this.element.replaceChildren();
  }

  /** Put a thread before another, or at the end. */
  insert(thread, next) {
    const chunk = next ? this.#before(next) : this.#last();
    chunk.insertBefore(thread, next?.parentElement === chunk ? next : null);
    chunk.classList.toggle('full', chunk.childElementCount >= SIZE);
  }

  remove(thread) {
    const chunk = thread.parentElement;
    thread.remove();
    if (chunk && !chunk.childElementCount) chunk.remove();
  }

  /** The thread that stands behind another. */
  after(thread) {
    return thread.nextElementSibling ?? thread.parentElement.nextElementSibling?.firstElementChild ?? null;
  }

  #last() {
    const last = this.element.lastElementChild;
    if (last && last.childElementCount < SIZE) return last;
    return this.element.appendChild(el('div', { class: 'chunk' }));
  }

  /** Where something stands in front of a thread: a chunk that is full does not grow at its front. */
  #before(next) {
    const chunk = next.parentElement;
    if (next !== chunk.firstElementChild || chunk.childElementCount < SIZE) return chunk;
    const above = chunk.previousElementSibling;
    if (above && above.childElementCount < SIZE) return above;
    chunk.before(el('div', { class: 'chunk' }));
    return chunk.previousElementSibling;
  }
}
