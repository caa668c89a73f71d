// The desk by keyboard and live: rows come while one decides about others, and none of it moves what is being read.
import { createClient } from '../client/index.js';
import { keys } from './desk_keys.js';
import { rows } from './desk_rows.js';
import { word } from './words.js';

const FEED = `subscription DeskFeed($after: String) {
  commentFeed(after: $after, linkbacks: true) {
    __typename cursor
    ... on CommentAdded { comment { id status } }
    ... on CommentEdited { comment { id status } }
    ... on CommentRemoved { commentId }
    ... on LinkbackAdded { linkback { id status } }
    ... on LinkbackEdited { linkback { id status } }
    ... on LinkbackRemoved { linkbackId }
  }
}`;
const DECIDE = {
  comment: `mutation DeskComment($input: SetCommentStatusInput!) {
    setCommentStatus(input: $input) { comment { id } error { __typename message } }
  }`,
  linkback: `mutation DeskLinkback($input: SetLinkbackStatusInput!) {
    setLinkbackStatus(input: $input) { linkback { id } error { __typename message } }
  }`,
};

const form = document.querySelector('form.queue');
if (form) start(form);

function start(form) {
  const { root, csrf } = form.dataset;
  const client = createClient({ url: `${root}/session/graphql`, headers: { 'x-csrf-token': csrf } });
  const list = rows(form, root);
  let total = Number(form.dataset.total);

  form.addEventListener('submit', (event) => {
    const { name, value } = event.submitter ?? {};
    if (!name) return;
    event.preventDefault();
    const about = name === 'decision' ? list.selected() : [document.getElementById(value)];
    decide(about, name === 'decision' ? value : name);
  });
  form.addEventListener('change', tellSelected);
  keys({ form, list, decide: (status) => decide(list.chosen(), status), select: tellSelected });
  follow();

  async function decide(about, status) {
    if (!about.length) return;
    const next = list.after(about);
    for (const row of about) row.setAttribute('aria-busy', 'true');
    if (next) list.go(next);
    const outcomes = await Promise.all(about.map((row) => decided(row, status)));
    const done = outcomes.filter((problem) => problem === undefined).length;
    if (done) say(`${word(status)} (${done})`);
    tellSelected();
  }

  /** What is wrong, if anything. */
  async function decided(row, status) {
    try {
      await client.mutate(DECIDE[row.id.split('_')[0]], { input: { id: row.id, status } });
      gone(row.id);
      return undefined;
    } catch (error) {
      row.removeAttribute('aria-busy');
      if (error.code === 'NotFound') {
        gone(row.id);
        say(word('gone'));
      }
      return list.complain(row, error.passing || error.code === 'NETWORK' ? word('failed') : error.message);
    }
  }

  function follow() {
    let cursor = form.dataset.cursor;
    let stop;
    let done = Promise.resolve();
    const end = () => {
      stop?.();
      stop = undefined;
    };
    const begin = () => {
      stop ??= client.subscribe(FEED, { after: cursor }, { next: heard, reset: () => location.reload(), error: end });
    };
    const heard = ({ commentFeed: event }) => {
      cursor = event.cursor;
      done = done.then(() => told(event)).catch(() => {});
    };
    document.addEventListener('visibilitychange', () => (document.hidden ? end() : begin()));
    window.addEventListener('pagehide', end);
    window.addEventListener('pageshow', begin);
    if (!document.hidden) begin();
  }

  async function told(event) {
    const what = event.comment ?? event.linkback;
    if (what?.status !== 'PENDING') gone(what?.id ?? event.commentId ?? event.linkbackId);
    else if (await list.put(what.id)) count(1);
  }

  function gone(id) {
    if (!list.remove(id)) return;
    count(-1);
    if (total && list.isEmpty()) location.reload(); // there are more than one page has
  }

  function count(more) {
    total = Math.max(total + more, 0);
    form.querySelector('[data-waiting]').textContent = word('waiting', total);
  }

  function tellSelected() {
    const { length } = list.selected();
    form.querySelector('[data-selected]').textContent = length ? word('selected', length) : word('none');
  }

  function say(text) {
    const told = form.querySelector('.told');
    told.hidden = !text;
    told.textContent = text;
  }
}
