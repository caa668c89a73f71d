// A form: for a new comment, a reply, or another text for a comment. What is typed survives a reload.
import { button, el, say, show } from './dom.js';
import { local } from './storage.js';

const GUEST = 'guest';
let forms = 0;

/**
 * `draft` is the key under which its text is kept, `sent` takes the text and answers whether it was taken.
 * `cancelled` is there where the form can be closed.
 */
export class Composer {
  #draft;
  #words;
  #guest;
  #longest = Infinity;

  constructor({ words, label, draft, text, send = words.send, sent, cancelled }) {
    this.#words = words;
    this.#draft = draft;
    const id = `form-${(forms += 1)}`;
    this.area = el('textarea', { id, part: 'textarea', rows: 3, dir: 'auto', required: true, 'aria-describedby': `${id}-problem` });
    this.area.value = text ?? (draft && local.read(`draft:${draft}`)) ?? '';
    this.problem = el('p', { id: `${id}-problem`, part: 'problem', class: 'problem', role: 'alert', hidden: true });
    this.who = el('div', { class: 'who', part: 'who' });
    this.submit = el('button', { part: 'button send', class: 'send' }, send);
    const cancel = cancelled && button(words.cancel, 'cancel', cancelled);
    this.element = el(
      'form', { part: 'form', class: 'form', novalidate: true },
      el('label', { for: id, part: 'label' }, label), this.area, this.who, this.problem,
      el('div', { class: 'tools' }, this.submit, cancel),
    );
    this.element.addEventListener('submit', (event) => this.#submitted(event, sent));
    this.element.addEventListener('keydown', (event) => this.#pressed(event, cancelled));
    this.area.addEventListener('input', () => this.#typed());
  }

  /** Who writes: somebody with an account, a guest who says so here, or nobody before they sign in. */
  ask({ guest, longest = Infinity }) {
    this.#longest = longest;
    if (Boolean(this.#guest) === guest) return;
    this.#guest = guest ? guestFields(this.#words, this.area.id) : null;
    this.who.replaceChildren(...(this.#guest ? this.#guest.elements : []));
  }

  get text() {
    return this.area.value;
  }

  focus() {
    this.area.focus();
  }

  /** The text has arrived: forget it, unless something else has been typed since. */
  done(text) {
    if (this.text !== text && this.text !== '') return;
    this.area.value = '';
    this.#typed();
  }

  restore(text) {
    this.area.value = this.text ? `${this.text}\n\n${text}` : text;
    this.#typed();
    this.focus();
  }

  complain(message, field) {
    say(this.problem, message ?? '');
    show(this.problem, message);
    const wrong = this.#guest?.inputs[field] ?? this.area;
    for (const input of [this.area, ...Object.values(this.#guest?.inputs ?? {})]) {
      input.toggleAttribute('aria-invalid', false);
      if (message && input === wrong) input.setAttribute('aria-invalid', 'true');
    }
    if (message) wrong.focus();
  }

  #typed() {
    if (this.#draft) local.write(`draft:${this.#draft}`, this.text);
  }

  #pressed(event, cancelled) {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) this.element.requestSubmit();
    if (event.key === 'Escape' && cancelled && this.text === '') cancelled();
  }

  #submitted(event, sent) {
    event.preventDefault();
    const over = [...this.text].length - this.#longest;
    if (over > 0) return this.complain(this.#words.tooLong(over));
    if (!this.text.trim()) return this.focus();
    const guest = this.#guest?.read();
    if (guest && !guest.name) return this.#guest.inputs.name.focus();
    if (guest) local.write(GUEST, guest);
    this.complain(null);
    return sent(this.text, guest);
  }
}

function guestFields(words, id) {
  const known = local.read(GUEST) ?? {};
  const field = (name, props, label) => {
    const input = el('input', { id: `${id}-${name}`, part: 'input', name, value: known[name], ...props });
    return [input, el('label', { part: 'label' }, el('span', {}, label), input)];
  };
  const [name, named] = field('name', { required: true, maxlength: 100, autocomplete: 'name', dir: 'auto' }, words.name);
  const [email, mailed] = field('email', { type: 'email', autocomplete: 'email' }, `${words.email}, ${words.optional}`);
  const [website, linked] = field('website', { type: 'url', autocomplete: 'url' }, `${words.website}, ${words.optional}`);
  const read = () => ({ name: name.value.trim(), email: email.value.trim() || null, website: website.value.trim() || null });
  return { elements: [named, mailed, linked], inputs: { name, email, website }, read };
}
