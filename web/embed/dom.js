// Elements, and how text and a comment's HTML get into them. Nothing here writes style attributes, which a page's
// Content-Security-Policy may forbid, and nothing but `bodyHtml`, which the server has cleaned, is ever read as HTML.

/** An element: `props` are attributes, true and false for those without a value, functions for listeners. */
export function el(name, props = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(props)) {
    if (typeof value === 'function') made.addEventListener(key, value);
    else if (value === true) made.setAttribute(key, '');
    else if (value !== false && value != null) made.setAttribute(key, value);
  }
  made.append(...children.filter((child) => child != null));
  return made;
}

export function button(label, part, pressed, props = {}) {
  return el('button', { type: 'button', part: `button ${part}`, class: part, click: pressed, ...props }, label);
}

export function show(element, shown) {
  element.hidden = !shown;
}

/** Change a text only where it is another, so that nobody is read the same again. */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

let policy;
try {
  policy = globalThis.trustedTypes?.createPolicy('causerie', { createHTML: (html) => html });
} catch {
  policy = null; // the page allows other policies only
}

/** Show what the server has rendered; as plain text where the page lets nobody read HTML. */
export function showHtml(element, html, server) {
  const template = document.createElement('template');
  try {
    template.innerHTML = policy ? policy.createHTML(html) : html;
  } catch {
    element.textContent = plain(html);
    return;
  }
  for (const link of template.content.querySelectorAll('a[href]')) {
    lead(link, link.getAttribute('href'), server);
  }
  element.replaceChildren(template.content);
}

/** Lead from the server's pages, not from the page's own; to a host that this browser cannot read leads nothing. */
function lead(link, address, server) {
  try {
    link.href = new URL(address, `${server}/`);
  } catch {
    link.removeAttribute('href');
  }
}

const SIGNS = { lt: '<', gt: '>', quot: '"', '#39': "'", amp: '&' };

function plain(html) {
  const text = html.replace(/<br[^>]*>/g, '\n').replace(/<[^>]*>/g, '');
  return text.replace(/&(lt|gt|quot|#39|amp);/g, (_, name) => SIGNS[name]).trim();
}
