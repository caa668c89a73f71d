// The words that scripts need, in the language of the page, which its template has written into it.
const texts = JSON.parse(document.getElementById('words')?.textContent || '{}');
const plural = new Intl.PluralRules(document.documentElement.lang);
const number = new Intl.NumberFormat(document.documentElement.lang);

/** A text; of one that has forms, that for the count, with the count in it. */
export function word(name, count) {
  const text = texts[name];
  if (count === undefined) return text ?? '';
  return (text?.[plural.select(count)] ?? text?.other ?? '').replace('#', number.format(count));
}
