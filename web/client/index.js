// A client of a Causerie server: requests, mutations, subscriptions that go on where they were, conversations.
import { Conversation } from './conversation.js';
import { CauserieError, denial, lost, refusal, unreachable } from './errors.js';
import { follow } from './stream.js';
import { transport } from './transport.js';

export { CauserieError };

const JSON_ANSWER = { accept: 'application/graphql-response+json, application/json;q=0.9' };
const PATIENCE = 30_000;

export function createClient(options = {}) {
  const { send, noticed } = transport(options);

  async function request(query, variables, { signal = AbortSignal.timeout(PATIENCE) } = {}) {
    const sent = await send({ query, variables }, JSON_ANSWER, signal);
    const { status, retryAfter } = sent;
    const answer = await sent.response.json().catch((cause) => {
      throw lost(cause, signal, { status, retryAfter });
    });
    if (!answer?.data && !answer?.errors) throw unreachable(undefined, { status, retryAfter });
    if (answer.extensions?.authentication) noticed(sent, answer.extensions.authentication);
    if (answer.errors) throw refusal(answer.errors, { data: answer.data, status, retryAfter });
    return answer.data;
  }

  async function mutate(document, variables, how) {
    const data = await request(document, variables, how);
    const failed = Object.values(data).find((payload) => payload?.error);
    if (failed) throw denial(failed.error);
    return data;
  }

  const client = {
    request,
    mutate,
    subscribe: (query, variables, handlers, how) =>
      follow({ send, noticed }, { query, variables }, handlers, { retry: options.retry, ...how }),
    conversation: (what) => new Conversation(client, what),
  };
  return client;
}
