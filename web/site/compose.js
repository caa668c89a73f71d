// Comments are shown as soon as they are sent, and replies are written where they will stand.
import { draftOf, forget, write } from './drafts.js';
import { goTo, steadily } from './scroll.js';
import { word } from './words.js';

const ADD = `mutation SiteComment($input: AddCommentInput!) {
  addComment(input: $input) { status comment { id } error { __typename message } }
}`;
const GUEST = ['name', 'email', 'website'];

/** A key that no other comment has; randomUUID is only there over TLS. */
const random = () => [...crypto.getRandomValues(new Uint32Array(4))].map((each) => each.toString(36)).join('-');

export function compose({ client, section, shown, live, news }) {
  const place = document.querySelector('#write');
  const form = place?.querySelector('form.comment-form');
  if (!form) return;
  const { body, parent, remember } = form.elements;
  const [home, below] = [place.parentElement, place.nextElementSibling];
  const cancel = button(word('cancel'));
  const said = form.appendChild(document.createElement('p'));
  said.setAttribute('role', 'status');
  const began = draftOf(body)?.parent;
  if (began && !parent.value) steadily(() => moveTo(document.getElementById(began)));

  section.addEventListener('click', (event) => {
    const link = event.target.closest('a.reply');
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    moveTo(link.closest('.comment'));
    body.focus();
  });
  form.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && !event.isComposing && !cancel.hidden) goBack();
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
  form.addEventListener('submit', (event) => {
    if (event.submitter?.name || changesCookie()) return; // pages of the server's
    event.preventDefault();
    if (!body.readOnly) send();
  });

  function moveTo(comment) {
    const hollow = place.closest('.gone-from-here');
    parent.value = comment?.id ?? '';
    if (comment) comment.querySelector(':scope > article').after(place);
    else home.insertBefore(place, below);
    if (hollow) shown.remove(hollow);
    form.querySelector('.replied')?.remove();
    place.querySelector('h2').textContent = word(comment ? 'reply' : 'write');
    cancel.hidden = !comment;
    write(body);
  }

  function goBack() {
    const comment = place.parentElement.closest('.comment');
    moveTo(undefined);
    (comment?.isConnected ? comment.querySelector('a.reply') : body)?.focus();
  }

  function button(text) {
    const made = document.createElement('button');
    made.type = 'button';
    made.className = 'plain cancel';
    made.hidden = true;
    made.textContent = text;
    made.addEventListener('click', goBack);
    form.querySelector('.buttons').append(' ', made);
    return made;
  }

  async function send() {
    const text = body.value.trim();
    if (!text) return;
    const { value: answered } = parent;
    const input = { post: section.dataset.post, parent: answered || null, body: text, guest: guest() };
    const key = keyFor(input);
    const waiting = pending(text, answered);
    body.readOnly = true;
    form.setAttribute('aria-busy', 'true');
    say('');
    try {
      await live.hold(sent({ ...input, key }, waiting, answered));
    } catch (error) {
      steadily(() => shown.remove(waiting));
      body.readOnly = false;
      if (error.passing || error.code === 'NETWORK') say(word('failed'));
      else submit(); // the server says what is wrong in the page's language
    } finally {
      body.readOnly = false;
      form.removeAttribute('aria-busy');
    }
  }

  async function sent(input, waiting, answered) {
    const { addComment: payload } = await client.mutate(ADD, { input });
    const { comment, status } = payload;
    body.value = '';
    forget(body);
    const item = comment && (await live.show(comment.id, answered || undefined).catch(() => undefined));
    moveTo(undefined);
    shown.remove(waiting);
    if (item) {
      news.own(item);
      goTo(item.querySelector('article'));
    }
    say(status === 'PENDING' ? word('held') : '');
  }

  /** As without this script. */
  function submit() {
    write(body, { isSent: true });
    HTMLFormElement.prototype.submit.call(form);
  }

  /** The same thing is sent under the same key until it has arrived, also by the page that a crash leads to. */
  function keyFor(input) {
    const what = JSON.stringify(input);
    const { tried } = draftOf(body) ?? {};
    const key = tried?.what === what ? tried.key : random();
    write(body, { tried: { what, key } });
    return key;
  }

  function guest() {
    const { name, email, website } = form.elements;
    return name ? { name: name.value, email: email.value || null, website: website.value || null } : null;
  }

  /** Whether the browser shall know a guest again whom it does not know yet, or forget one: scripts cannot do that. */
  function changesCookie() {
    if (!remember) return false;
    const isOther = GUEST.some((name) => form.elements[name].value !== form.elements[name].defaultValue);
    return remember.checked !== remember.defaultChecked || (remember.checked && isOther);
  }

  function pending(text, answered) {
    const item = document.createElement('li');
    item.className = 'comment pending';
    const article = item.appendChild(document.createElement('article'));
    const facts = article.appendChild(document.createElement('p'));
    facts.className = 'facts';
    facts.textContent = word('sending');
    const shownText = article.appendChild(document.createElement('p'));
    shownText.className = 'comment-body';
    shownText.textContent = text;
    steadily(() => shown.listFor(answered).append(item));
    return item;
  }

  function say(text) {
    said.className = text ? 'told notice' : 'told unseen';
    said.textContent = text;
  }
}
