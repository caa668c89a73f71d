// Whatever comes, goes or grows, the line that somebody reads stays where it is.

/** Change the page without moving what is being read. */
export function steadily(change) {
  const anchor = reading();
  const before = anchor?.getBoundingClientRect().top;
  change();
  if (!anchor?.isConnected) return;
  const moved = anchor.getBoundingClientRect().top - before;
  if (moved) window.scrollBy({ top: moved, behavior: 'instant' });
}

/** What is nearest below the top of the window: where one writes, or what one reads there. */
function reading() {
  const written = document.activeElement?.closest('textarea, input');
  if (written && isInSight(written)) return written;
  const all = document.querySelectorAll('main article, main .comment > article, main h1, main h2, main p');
  return [...all].find((element) => element.getBoundingClientRect().top >= 0);
}

export function isInSight(element) {
  const { top, bottom } = element.getBoundingClientRect();
  return bottom > 0 && top < window.innerHeight;
}

/** Bring something before the reader, by eye and by ear. */
export function goTo(element) {
  const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
  element.tabIndex = -1;
  element.focus({ preventScroll: true });
  element.scrollIntoView({ block: 'start', behavior: calm ? 'instant' : 'smooth' });
}
