// What goes wrong, in one kind of error, whoever says so: the network, the server, or a mutation's payload.

/** Codes of what passes by itself. */
const PASSING = /^(NETWORK|OVERLOADED|UNAVAILABLE|TIMEOUT|TOO_MANY_\w+)$/;

export class CauserieError extends Error {
  name = 'CauserieError';

  constructor(message, { cause, ...more }) {
    super(message, { cause });
    Object.assign(this, more);
  }

  /** Whether the same may be tried again. */
  get passing() {
    return PASSING.test(this.code) || this.status === 408 || this.status === 429 || this.status >= 500;
  }
}

/** The errors of an answer, of which people see the first. */
export function refusal(errors, more = {}) {
  const [{ message, extensions = {} }] = errors;
  return new CauserieError(message, { code: extensions.code, errors, ...more });
}

/** The `error` of a mutation's payload. */
export function denial({ __typename: typename, ...error }) {
  const { message, retryAfter } = error;
  return new CauserieError(message, { code: typename, retryAfter, payload: { typename, ...error } });
}

/** Why there is no answer: the caller's own wish, or the network. */
export function lost(cause, signal, more) {
  return signal?.aborted && signal.reason?.name !== 'TimeoutError' ? cause : unreachable(cause, more);
}

/** Nobody has answered, or something else than Causerie has. */
export function unreachable(cause, more) {
  return new CauserieError('The server cannot be reached: please try again.', { code: 'NETWORK', cause, ...more });
}
