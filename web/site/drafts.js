// What is being written survives a reload, a crash and a lost connection: until it has been sent, the browser has it.
const PREFIX = 'causerie:draft:';
const OLDEST = 30 * 24 * 3600 * 1000;

const keyOf = (field) => `${PREFIX}${location.pathname}#${field.name}`;

export function keepDrafts() {
  forgetOld();
  for (const field of document.querySelectorAll('textarea[data-draft]')) {
    const kept = parsed(stored(() => localStorage.getItem(keyOf(field))));
    if (kept?.text && !field.value) field.value = kept.text;
    field.addEventListener('input', () => keep(field));
    field.form?.addEventListener('submit', () => keep(field));
  }
}

export function forget(field) {
  stored(() => localStorage.removeItem(keyOf(field)));
}

function keep(field) {
  if (!field.value.trim()) forget(field);
  else stored(() => localStorage.setItem(keyOf(field), JSON.stringify({ text: field.value, at: Date.now() })));
}

function forgetOld() {
  stored(() => {
    for (const key of Object.keys(localStorage).filter((each) => each.startsWith(PREFIX))) {
      if (!(parsed(localStorage.getItem(key))?.at > Date.now() - OLDEST)) localStorage.removeItem(key);
    }
  });
}

function parsed(text) {
  try {
    return JSON.parse(text ?? 'null');
  } catch {
    return undefined;
  }
}

/** Nothing where the browser keeps nothing for this site. */
function stored(action) {
  try {
    return action();
  } catch {
    return undefined;
  }
}
