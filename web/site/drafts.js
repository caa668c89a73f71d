// What is being written survives a reload, a crash and a lost connection: until it has been sent, the browser has it.
import { keep, kept, keys } from './memory.js';

const PREFIX = 'causerie:draft:';
const OLDEST = 30 * 24 * 3600 * 1000;

const keyOf = (field) => `${PREFIX}${new URL(field.form.action).pathname}#${field.name}`;

/** Of a field: its text, what it answers, and under which key it has been tried to send it. */
export const draftOf = (field) => kept(keyOf(field));

/** Whether one of them has been sent by the page before this one. */
export function keepDrafts() {
  forgetOld();
  return [...document.querySelectorAll('textarea[data-draft]')].map(keepDraft).some(Boolean);
}

function keepDraft(field) {
  const draft = draftOf(field);
  const isSent = Boolean(draft?.isSent && !field.value && isRedirected());
  if (isSent) forget(field);
  else if (draft?.text && !field.value) field.value = draft.text;
  else if (draft?.isSent) write(field); // it was not taken
  field.addEventListener('input', () => write(field));
  field.form.addEventListener('submit', ({ submitter }) => write(field, { isSent: !submitter?.name }));
  return isSent;
}

/** The server leads to the page of what it has taken; what it has not taken it shows again, in the form. */
const isRedirected = () => performance.getEntriesByType('navigation')[0]?.redirectCount > 0;

export const forget = (field) => keep(keyOf(field), undefined);

export function write(field, more) {
  const { tried } = draftOf(field) ?? {};
  const parent = field.form.elements.parent?.value;
  if (!field.value.trim()) forget(field);
  else keep(keyOf(field), { text: field.value, parent, tried, at: Date.now(), ...more });
}

function forgetOld() {
  for (const key of keys(PREFIX)) if (!(kept(key)?.at > Date.now() - OLDEST)) keep(key, undefined);
}
