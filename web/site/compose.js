// Comments are shown as soon as they are sent, and replies are written where they will stand.
import { forget } from './drafts.js';
import { goTo, steadily } from './scroll.js';
import { word } from './words.js';

const ADD = `mutation SiteComment($input: AddCommentInput!) {
  addComment(input: $input) { status comment { id } error { __typename message } }
}`;

/** A key that no other comment has; randomUUID is only there over TLS. */
const fresh = () => [...crypto.getRandomValues(new Uint32Array(4))].map((each) => each.toString(36)).join('-');

export function compose({ client, section, live }) {
  const place = document.querySelector('#write');
  const form = place?.querySelector('form.comment-form');
  if (!form) return;
  const home = place.parentElement;
  const cancel = cancelling();
  let key = fresh();

  section.addEventListener('click', (event) => {
    const link = event.target.closest('a.reply');
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    moveTo(link.closest('.comment'));
  });
  form.addEventListener('submit', (event) => {
    if (event.submitter?.name) return; // a preview is a page
    event.preventDefault();
    send();
  });

  function moveTo(comment) {
    form.elements.parent.value = comment?.id ?? '';
    if (comment) comment.querySelector(':scope > article').after(place);
    else home.append(place);
    cancel.hidden = !comment;
    form.elements.body.focus();
  }

  function cancelling() {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'plain cancel';
    button.hidden = true;
    button.textContent = word('cancel');
    button.addEventListener('click', () => moveTo(undefined));
    form.querySelector('[type=submit], button:not([type])')?.after(button);
    return button;
  }

  async function send() {
    const { body, parent } = form.elements;
    const text = body.value.trim();
    if (!text) return;
    const waiting = pending(text, parent.value);
    form.setAttribute('aria-busy', 'true');
    try {
      const input = { post: section.dataset.post, parent: parent.value || null, body: text, key, guest: guest() };
      const { addComment: payload } = await client.mutate(ADD, { input });
      await settled(payload, waiting, parent.value);
    } catch (error) {
      waiting.remove();
      if (error.passing || error.code === 'NETWORK') say(word('failed'));
      else HTMLFormElement.prototype.submit.call(form); // the server says what is wrong in the page's language
    } finally {
      form.removeAttribute('aria-busy');
    }
  }

  async function settled({ comment, status }, waiting, parent) {
    key = fresh();
    forget(form.elements.body);
    form.elements.body.value = '';
    moveTo(undefined);
    const item = comment && (await live.show(comment.id, parent || undefined));
    waiting.remove();
    if (item) {
      item.dataset.own = '';
      item.classList.remove('new');
      goTo(item.querySelector('article'));
    }
    say(status === 'PENDING' ? word('held') : '');
  }

  function guest() {
    const { name, email, website } = form.elements;
    return name ? { name: name.value, email: email?.value || null, website: website?.value || null } : null;
  }

  function pending(text, parent) {
    const item = document.createElement('li');
    item.className = 'comment pending';
    const article = item.appendChild(document.createElement('article'));
    const facts = article.appendChild(document.createElement('p'));
    facts.className = 'facts';
    facts.textContent = word('sending');
    const body = article.appendChild(document.createElement('p'));
    body.className = 'comment-body';
    body.textContent = text;
    steadily(() => live.listFor(parent).append(item));
    return item;
  }

  function say(text) {
    let told = form.querySelector('.told');
    if (!told) {
      told = form.appendChild(document.createElement('p'));
      told.className = 'told notice';
      told.setAttribute('role', 'status');
    }
    told.hidden = !text;
    told.textContent = text;
  }
}
