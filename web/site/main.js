// What the site's pages do beyond what they do without scripts: they are live, say what is new, and lose no draft.
import { createRequests } from '../client/requests.js';
import { compose } from './compose.js';
import { keepDrafts } from './drafts.js';
import { count } from './lists.js';
import { follow } from './live.js';
import { threads } from './thread.js';
import { showNew } from './visits.js';

const csrf = document.querySelector('meta[name=csrf]')?.content;
const root = document.documentElement.dataset.root ?? '';
const stranger = createRequests({ url: `${root}/graphql` });
const session = csrf && createRequests({
  url: `${root}/session/graphql`,
  headers: { 'x-csrf-token': csrf },
  fetch: (address, how) => fetch(address, { ...how, keepalive: how.headers.accept !== 'text/event-stream' }),
});
const client = session || stranger;
const clients = () => (session ? [session, stranger] : [stranger]);

const section = document.querySelector('#comments[data-post]');
const isSent = keepDrafts();
if (section) {
  const shown = threads(section);
  const news = showNew({ section, client: session, own: isSent ? location.hash.slice(1) : undefined });
  const live = follow({ clients: clients(), section, root, shown, news });
  news.upTo(live.cursor);
  compose({ client, section, shown, live, news });
} else count({ clients: clients(), signedIn: Boolean(csrf) });
