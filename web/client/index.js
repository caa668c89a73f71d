// A client of a Causerie server: requests, mutations, subscriptions that go on where they were, conversations.
import { Conversation } from './conversation.js';
import { CauserieError } from './errors.js';
import { createRequests } from './requests.js';

export { CauserieError };

export function createClient(options) {
  const client = createRequests(options);
  return Object.assign(client, { conversation: (what) => new Conversation(client, what) });
}
