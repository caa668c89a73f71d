// What is kept in the browser, for as long as that lets anybody keep anything: private windows and settings may not.

function attempt(work) {
  try {
    return work();
  } catch {
    return null;
  }
}

function kept(area) {
  return {
    read: (key) => attempt(() => JSON.parse(globalThis[area].getItem(`causerie:${key}`))),
    write(key, value) {
      if (value == null || value === '') attempt(() => globalThis[area].removeItem(`causerie:${key}`));
      else attempt(() => globalThis[area].setItem(`causerie:${key}`, JSON.stringify(value)));
    },
  };
}

/** For good: drafts, a guest's name, what has been seen. */
export const local = kept('localStorage');
/** For this tab: who is signed in. */
export const session = kept('sessionStorage');
