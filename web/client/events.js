// Server-sent events from pieces of text: https://html.spec.whatwg.org/multipage/server-sent-events.html

/** A line ends with \n, \r or \r\n; of a \r at the very end nobody knows yet which it is. */
const LINE = /\r\n|\n|\r(?!$)/;

/**
 * Reads pieces as they come, and hands each event to `heard`, until that answers true.
 * An event without data still says where the reader stands (`id`) and how long to wait (`retry`).
 */
export function reader(heard) {
  let rest = '';
  let event = {};

  return function read(piece) {
    const lines = (rest + piece).split(LINE);
    rest = lines.pop();
    for (const line of lines) {
      if (line) note(event, line);
      else {
        const { data, ...ended } = event;
        event = {};
        if (heard({ ...ended, data: data?.join('\n') })) return true;
      }
    }
    return false;
  };
}

function note(event, line) {
  const [, name, value] = /^([^:]*):? ?(.*)$/s.exec(line);
  if (name === 'data') (event.data ??= []).push(value);
  else if (name === 'event') event.type = value;
  else if (name === 'id') event.id = value;
  else if (name === 'retry' && /^\d+$/.test(value)) event.retry = +value;
}
