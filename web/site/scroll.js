// Whatever comes, goes or grows, the line that somebody reads stays where it is.

const LINES = ':is(h1, h2, h3, h4, p, li, pre, blockquote, header, footer, figure, label, textarea)';

/** Change the page without moving what is being read. */
export function steadily(change) {
  const before = inSight().map((element) => [element, element.getBoundingClientRect().top]);
  change();
  const [anchor, top] = before.find(([element]) => element.isConnected) ?? [];
  if (!anchor) return;
  const moved = anchor.getBoundingClientRect().top - top;
  if (moved) window.scrollBy({ top: moved, behavior: 'instant' });
}

/** Where one writes, and then the lines from the top of the window on. */
function inSight() {
  const written = document.activeElement?.closest('textarea, input');
  const lines = [...document.querySelectorAll(`main ${LINES}`)].filter(isInSight);
  const single = lines.filter((element) => !lines.some((other) => other !== element && element.contains(other)));
  return written && isInSight(written) ? [written, ...single] : single;
}

export function isInSight(element) {
  const { top, bottom, height } = element.getBoundingClientRect();
  return height > 0 && bottom > 0 && top < window.innerHeight;
}

/** Bring something before the reader, by eye and by ear. */
export function goTo(element) {
  element.tabIndex = -1;
  element.focus({ preventScroll: true });
  element.scrollIntoView({ block: 'start', behavior: 'instant' });
}
