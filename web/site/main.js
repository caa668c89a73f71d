// What the site's pages do beyond what they do without scripts: they are live, say what is new, and lose no draft.
import { createClient } from '../client/index.js';
import { compose } from './compose.js';
import { keepDrafts } from './drafts.js';
import { follow } from './live.js';
import { showNew } from './visits.js';

const csrf = document.querySelector('meta[name=csrf]')?.content;
const root = document.documentElement.dataset.root ?? '';
const client = csrf
  ? createClient({ url: `${root}/session/graphql`, headers: { 'x-csrf-token': csrf } })
  : createClient({ url: `${root}/graphql` });

const section = document.querySelector('#comments[data-post]');
keepDrafts();
const visit = showNew({ section, signedIn: Boolean(csrf) });
if (section) {
  const live = follow({ client, section, root, added: visit.added });
  compose({ client, section, live });
}
