// A browser opens few connections to a server: those of pages that nobody looks at are for the others.

/** Follow a subscription while somebody looks at the page; where the session has ended, as a stranger. */
export function whileSeen({ clients, query, variables, ...handlers }) {
  let stop;
  const end = () => {
    stop?.();
    stop = undefined;
  };
  const start = () => {
    if (!document.hidden) stop ??= clients[0].subscribe(query, variables(), { ...handlers, error: refused });
  };
  const refused = () => {
    end();
    if (clients.length > 1 && clients.shift()) start();
  };
  document.addEventListener('visibilitychange', () => (document.hidden ? end() : start()));
  window.addEventListener('pagehide', end);
  window.addEventListener('pageshow', start);
  start();
}
