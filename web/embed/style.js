// How it looks: quiet, in the page's own font, dark where the page is. Everything that a page may want to be different
// is a variable or a part.

const TEXT = `
:host { display: block !important; }
:host([hidden]) { display: none !important; }
:host(causerie-count) { display: inline !important; }
:host([data-reserved]) { min-height: var(--causerie-reserve, 100vh) !important; }
.root {
  all: initial; color-scheme: inherit; display: block; container-type: inline-size; box-sizing: border-box;
  font-family: var(--causerie-font, inherit); font-size: var(--causerie-font-size, max(1em, 14px)); line-height: 1.55;
  --text: var(--causerie-text, light-dark(#1d2129, #e4e6ea)); --muted: var(--causerie-muted, light-dark(#5a6270, #a3abb8));
  --accent: var(--causerie-accent, light-dark(#0b57a4, #8fbef5)); --line: var(--causerie-line, light-dark(#d8dce3, #3a414d));
  --field: var(--causerie-field, light-dark(#fff, #1b1f26)); --radius: var(--causerie-radius, .375em);
  --indent: var(--causerie-indent, 1.5em); --on-accent: var(--causerie-on-accent, light-dark(#fff, #10141a));
  --bad: var(--causerie-problem, light-dark(#a4231a, #ff9c90));
  color: var(--text); background: var(--causerie-background, transparent); overflow-wrap: anywhere; text-align: start;
  min-height: 14em;
}
:host([theme="light"]) .root { color-scheme: light; background: var(--causerie-background, #fff); }
:host([theme="dark"]) .root { color-scheme: dark; background: var(--causerie-background, #14171c); }
:host([theme="light"]) .root, :host([theme="dark"]) .root { padding: 1em; border-radius: var(--radius); }
.root *, .root *::before { box-sizing: border-box; }
[hidden] { display: none !important; }
h2 { font-size: 1.25em; line-height: 1.3; margin: 0; font-weight: 600; }
.header, .tools { display: flex; flex-wrap: wrap; align-items: center; gap: .25em .75em; }
.header { justify-content: space-between; min-height: 2.5em; margin-block-end: .75em; }
.quiet { color: var(--muted); font-size: .875em; }
.badge { color: var(--muted); border: 1px solid var(--line); border-radius: 1em; padding: 0 .55em; font-size: .75em; font-weight: 400; white-space: nowrap; }
.badge.new { color: var(--accent); border-color: currentColor; }
a { color: var(--accent); }
a.quiet { color: var(--muted); text-decoration: none; }
a.quiet:hover { text-decoration: underline; }
button { font: inherit; font-size: .875em; color: var(--accent); background: none; border: 0; border-radius: var(--radius); padding: .25em .1em; min-height: 1.75em; cursor: pointer; }
button:hover { text-decoration: underline; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.send, button.more, button.fresh, .retry, .next { border: 1px solid var(--accent); padding: .25em .9em; }
.send, button.fresh { color: var(--on-accent); background: var(--accent); }
button.more { margin-block: .5em; }
.form { margin-block: 0 1.5em; display: grid; gap: .5em; }
article > .form { margin-block: .75em; }
label { font-size: .875em; color: var(--muted); }
textarea, input { font: inherit; font-size: 1em; color: inherit; background: var(--field); border: 1px solid var(--line); border-radius: var(--radius); padding: .45em .6em; width: 100%; }
textarea { display: block; resize: vertical; min-height: 5.5em; field-sizing: content; max-height: 60vh; }
[aria-invalid="true"] { border-color: var(--bad); }
.who { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(12em, 100%), 1fr)); gap: .5em; }
.who:empty { display: none; }
.problem, .notice p { margin: 0; }
.problem { color: var(--bad); }
.notice { padding-block: .75em; color: var(--muted); }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; margin: 0; }
.above { position: sticky; top: .5em; height: 0; z-index: 1; display: flex; justify-content: center; }
button.fresh { height: fit-content; box-shadow: 0 2px 8px rgb(0 0 0 / .25); }
ol { list-style: none; margin: 0; padding: 0; }
.chunk { padding-inline: .25em; margin-inline: -.25em; }
.chunk.full { content-visibility: auto; contain-intrinsic-size: auto 200em; }
.chunk > .item { border-block-start: 1px solid var(--line); }
.item { min-width: 0; }
.item > ol { padding-inline-start: var(--indent); }
.item > ol:empty { display: none; }
.deep > ol { padding-inline-start: 0; }
article { padding-block: .75em; scroll-margin-block: 5em; border-radius: var(--radius); }
li > article { border-inline-start: 2px solid var(--line); padding-inline-start: .75em; border-radius: 0; }
article.fresh, li > article.fresh { border-inline-start: 3px solid var(--accent); padding-inline-start: .75em; }
article.waiting > .body { opacity: .75; }
article > .tools { gap: 0 1em; }
.meta { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0 .6em; }
.author { font-weight: 600; }
.author a { color: inherit; }
.state { margin: .25em 0 0; }
.body > :first-child { margin-block-start: .25em; }
.body > :last-child { margin-block-end: .25em; }
.body p, .body ul, .body ol, .body blockquote, .body pre { margin-block: .5em; }
.body ul { padding-inline-start: 1.5em; }
.body ol { list-style: decimal; padding-inline-start: 1.75em; }
.body blockquote { margin-inline: 0; padding-inline-start: .9em; border-inline-start: 3px solid var(--line); color: var(--muted); }
.body pre { white-space: pre-wrap; padding: .6em; background: var(--field); border: 1px solid var(--line); border-radius: var(--radius); }
.body code { font-family: ui-monospace, Menlo, Consolas, monospace; font-size: .9em; }
.body img { max-width: 100%; height: auto; }
@container (width < 36em) { .item > ol { padding-inline-start: min(var(--indent), .6em); } li > article { padding-inline-start: .5em; } }
@media (prefers-reduced-motion: no-preference) { button { transition: color .15s; } }
@media print { form, .tools, button { display: none !important; } .chunk.full { content-visibility: visible; } }
`;

export const STYLE = new CSSStyleSheet();
STYLE.replaceSync(TEXT.replace(/\n\s*/g, ''));
