// What the browser keeps for its reader, if it keeps anything: nothing here is ever sent.

const SEEN = 'causerie:seen';
const MOST = 500;

/** Of a post: when the last comment was written that was seen, and how many there were. */
export const seenOf = (post) => (kept(SEEN) ?? {})[post];

export function see(post, latest, count) {
  const { [post]: _, ...others } = kept(SEEN) ?? {};
  keep(SEEN, { ...Object.fromEntries(Object.entries(others).slice(1 - MOST)), [post]: [latest, count] });
}

export function kept(key) {
  try {
    return JSON.parse(localStorage.getItem(key)) ?? undefined;
  } catch {
    return undefined;
  }
}

/** Nothing is to forget it. */
export function keep(key, value) {
  try {
    if (value === undefined) localStorage.removeItem(key);
    else localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // a browser that keeps nothing has no drafts and shows nothing as new
  }
}

export function keys(prefix) {
  try {
    return Object.keys(localStorage).filter((each) => each.startsWith(prefix));
  } catch {
    return [];
  }
}
