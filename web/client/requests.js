// Requests, mutations, and subscriptions that go on where they were.
import { denial, lost, refusal } from './errors.js';
import { follow } from './stream.js';
import { transport } from './transport.js';

const JSON_ANSWER = { accept: 'application/graphql-response+json, application/json;q=0.9' };
const PATIENCE = 30_000;

/** A client without conversations, for pages that need none. */
export function createRequests(options = {}) {
  const { send, noticed } = transport(options);

  async function request(query, variables, { signal = AbortSignal.timeout(PATIENCE) } = {}) {
    const sent = await send({ query, variables }, JSON_ANSWER, signal);
    const { status, retryAfter } = sent;
    const { data, errors, extensions, cause } = await sent.response.json().catch((failed) => ({ cause: failed }));
    if (!data && !errors) throw lost(cause, signal, { status, retryAfter });
    if (extensions?.authentication) noticed(sent, extensions.authentication);
    if (errors) throw refusal(errors, { data, status, retryAfter });
    return data;
  }

  async function mutate(document, variables, how) {
    const data = await request(document, variables, how);
    const failed = Object.values(data).find((payload) => payload?.error);
    if (failed) throw denial(failed.error);
    return data;
  }

  return {
    request,
    mutate,
    subscribe: (query, variables, handlers, how) =>
      follow({ send, noticed }, { query, variables }, handlers, { retry: options.retry, ...how }),
  };
}
