// Subscriptions as event streams over fetch: https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md
import { CauserieError, refusal, unreachable } from './errors.js';
import { reader } from './events.js';
import { pause } from './pause.js';

const LONGEST_WAIT = 60_000;
/** The server says something every 25 seconds, unless it is set otherwise. */
const SILENCE = 75_000;
/** A connection that has lasted so long was none of a row of failures. */
const STEADY = 10_000;

/** Follows a subscription through all its connections until it is stopped, or refused for good. */
export function follow(transport, body, handlers, { resume = true, retry = 2000, silence = SILENCE }) {
  const stopped = new AbortController();
  const { signal } = stopped;
  let cursor;
  let failures = 0;
  let refused;

  async function run() {
    for (;;) {
      let error;
      refused = undefined;
      try {
        if (await connection()) return handlers.complete?.();
      } catch (thrown) {
        error = thrown;
      }
      if (signal.aborted) return undefined;
      if (error?.expired && failures++ === 0) continue;
      if (error && !error.passing && !error.expired) return handlers.error?.(error);
      const wait = nextWait(error);
      handlers.disconnected?.({ error: error ?? refused, wait });
      await pause(wait, signal);
    }
  }

  /** One connection, from its beginning to its end: whether the operation has ended with it. */
  async function connection() {
    const attempt = new AbortController();
    const end = () => attempt.abort();
    signal.addEventListener('abort', end);
    let timer = setTimeout(end, silence);
    const begun = Date.now();
    try {
      const source = (await open(attempt.signal)).getReader();
      handlers.connected?.();
      const read = reader(heard);
      const decoder = new TextDecoder();
      for (;;) {
        const { done, value } = await source.read();
        if (done || signal.aborted) return false;
        clearTimeout(timer);
        timer = setTimeout(end, silence);
        if (read(decoder.decode(value, { stream: true }))) return true;
      }
    } catch (error) {
      throw error instanceof CauserieError ? error : unreachable(error);
    } finally {
      clearTimeout(timer);
      if (Date.now() - begun > STEADY) failures = 0;
      signal.removeEventListener('abort', end);
      end();
    }
  }

  async function open(attempt) {
    const more = { accept: 'text/event-stream', ...(cursor && { 'last-event-id': cursor }) };
    const sent = await transport.send(body, more, attempt);
    const { response, status, retryAfter } = sent;
    if (response.ok && response.headers.get('content-type')?.startsWith('text/event-stream')) return response.body;
    const { errors } = await response.json().catch(() => ({}));
    const error = errors ? refusal(errors, { status, retryAfter }) : unreachable(undefined, { status, retryAfter });
    if (status === 401 && sent.bearer) {
      error.expired = true;
      transport.noticed(sent, error);
      handlers.expired?.(error);
    }
    throw error;
  }

  /** Whether that was the end. */
  function heard(event) {
    if (event.retry !== undefined) retry = event.retry;
    if (event.type === 'complete') {
      if (refused) throw refused;
      return true;
    }
    if (event.type === 'next') tell(JSON.parse(event.data));
    if (resume && event.id !== undefined) cursor = event.id;
    return false;
  }

  function tell({ data, errors }) {
    refused = errors && !data ? refusal(errors) : undefined;
    if (!data) return;
    failures = 0;
    const [event] = Object.values(data);
    const resets = handlers.reset && event?.__typename === 'FeedReset';
    queueMicrotask(() => { // a fault of the page's is none of the connection
      if (signal.aborted) return;
      if (resets) handlers.reset(event);
      else handlers.next?.(data, errors);
    });
  }

  /** Longer each time, and not for all alike; never sooner than the server has said. */
  function nextWait(error) {
    const usual = Math.min(retry * 2 ** failures++, LONGEST_WAIT);
    return usual * (0.5 + Math.random()) + (error?.retryAfter ?? 0) * 1000;
  }

  run();
  return () => stopped.abort();
}
