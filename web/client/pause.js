// Waiting until there is something to try.

const LONG = 60_000;

/** For so long, and longer without a network, as far as the browser knows; or until the network comes back. */
export function pause(milliseconds, signal) {
  const away = globalThis.navigator?.onLine === false;
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      globalThis.removeEventListener?.('online', end);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, away ? LONG : milliseconds);
    globalThis.addEventListener?.('online', end);
    signal.addEventListener('abort', end);
  });
}
