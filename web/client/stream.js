// Subscriptions as event streams over fetch: https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md
import { refusal, unreachable } from './errors.js';
import { reader } from './events.js';

const LONGEST_WAIT = 60_000;
/** The server says something every 25 seconds, unless it is set otherwise. */
const SILENCE = 75_000;
/** A connection that has lasted so long was none of a row of failures. */
const STEADY = 10_000;

/** Follows a subscription through all its connections until it is stopped, or refused for good. */
export function follow(transport, body, handlers, how) {
  const stopped = new AbortController();
  const subscription = new Subscription(transport, body, handlers, how, stopped.signal);
  subscription.run().catch((error) => {
    if (!stopped.signal.aborted) handlers.error?.(error);
  });
  return () => stopped.abort();
}

class Subscription {
  #cursor;
  #failures = 0;

  constructor(transport, body, handlers, { resume = true, retry = 2000, silence = SILENCE }, signal) {
    Object.assign(this, { transport, body, handlers, resume, retry, silence, signal });
  }

  async run() {
    for (;;) {
      let error;
      this.refused = undefined;
      try {
        await online(this.signal);
        if (await this.#connection()) return this.handlers.complete?.();
      } catch (thrown) {
        error = thrown;
      }
      if (this.signal.aborted) return;
      if (error?.expired && this.#failures++ === 0) continue;
      if (error && !error.passing && !error.expired) throw error;
      const wait = this.#wait(error);
      this.handlers.disconnected?.({ error: error ?? this.refused, wait });
      await pause(wait, this.signal);
    }
  }

  /** One connection, from its beginning to its end: whether the operation has ended with it. */
  async #connection() {
    const attempt = new AbortController();
    const end = () => attempt.abort();
    this.signal.addEventListener('abort', end);
    let timer = setTimeout(end, this.silence);
    const begun = Date.now();
    try {
      const stream = await this.#open(attempt.signal);
      this.handlers.connected?.();
      const read = reader((event) => this.#heard(event));
      const decoder = new TextDecoder();
      for (const source = stream.getReader(); ; ) {
        const { done, value } = await source.read();
        if (done || this.signal.aborted) return false;
        clearTimeout(timer);
        timer = setTimeout(end, this.silence);
        if (read(decoder.decode(value, { stream: true }))) return true;
      }
    } catch (error) {
      throw error.name === 'CauserieError' ? error : unreachable(error);
    } finally {
      clearTimeout(timer);
      if (Date.now() - begun > STEADY) this.#failures = 0;
      this.signal.removeEventListener('abort', end);
      end();
    }
  }

  async #open(signal) {
    const more = { accept: 'text/event-stream', ...(this.#cursor && { 'last-event-id': this.#cursor }) };
    const sent = await this.transport.send(this.body, more, signal);
    const { response, status, retryAfter } = sent;
    if (response.ok && response.headers.get('content-type')?.startsWith('text/event-stream')) return response.body;
    const answer = await response.json().catch((cause) => {
      throw unreachable(cause, { status, retryAfter });
    });
    const error = answer.errors ? refusal(answer.errors, { status, retryAfter }) : unreachable(undefined, { status });
    if (status === 401 && sent.bearer) {
      error.expired = true;
      this.transport.noticed(sent, error);
      this.handlers.expired?.(error);
    }
    throw error;
  }

  /** Whether that was the end. */
  #heard({ type, data, id, retry }) {
    if (retry !== undefined) this.retry = retry;
    if (type === 'complete') {
      if (this.refused) throw this.refused;
      return true;
    }
    if (type === 'next') this.#tell(JSON.parse(data));
    if (this.resume && id !== undefined) this.#cursor = id;
    return false;
  }

  #tell({ data, errors }) {
    this.refused = errors && !data ? refusal(errors) : undefined;
    if (!data) return;
    this.#failures = 0;
    const [event] = Object.values(data);
    const { reset, next } = this.handlers;
    try {
      if (reset && event?.__typename === 'FeedReset') reset(event);
      else next?.(data, errors);
    } catch (error) {
      setTimeout(() => { throw error; }); // a fault of the page's, and none of the connection
    }
  }

  /** Longer each time, and not for all alike; never sooner than the server has said. */
  #wait(error) {
    const usual = Math.min(this.retry * 2 ** Math.min(this.#failures++, 10), LONGEST_WAIT);
    return usual * (0.5 + Math.random()) + (error?.retryAfter ?? 0) * 1000;
  }
}

/** Until there is a network again, as far as the browser knows. */
async function online(signal) {
  while (globalThis.navigator?.onLine === false && !signal.aborted) await pause(LONGEST_WAIT, signal);
}

/** Ends early when the network comes back, since there is something to try then. */
function pause(milliseconds, signal) {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      globalThis.removeEventListener?.('online', end);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    globalThis.addEventListener?.('online', end);
    signal.addEventListener('abort', end);
  });
}
