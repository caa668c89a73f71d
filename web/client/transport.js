// How a request is sent, and as whom.
import { CauserieError, lost } from './errors.js';

const valueOf = (given) => (typeof given === 'function' ? given() : given);

/**
 * Sends requests with the token that is good at the moment. One that the server does not know any more is not sent
 * again, and `expired` is told of it once: what is public stays readable.
 */
export function transport({ url = '/graphql', token, headers, fetch, expired }) {
  let refused;

  async function send(body, more, signal) {
    const given = (await valueOf(token)) || undefined;
    const bearer = given === refused ? undefined : given;
    const sent = {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(bearer && { authorization: `Bearer ${bearer}` }),
        ...(await valueOf(headers)),
        ...more,
      },
      body: JSON.stringify(body),
      signal,
    };
    const response = await (fetch ?? globalThis.fetch)(url, sent).catch((cause) => {
      throw lost(cause, signal);
    });
    return { response, bearer, status: response.status, retryAfter: seconds(response.headers.get('retry-after')) };
  }

  function noticed({ bearer }, { code, message }) {
    if (!bearer || bearer === refused) return;
    refused = bearer;
    expired?.(new CauserieError(message, { code }));
  }

  return { send, noticed };
}

/** What `Retry-After` says, which a proxy may write as a date. */
const seconds = (text) => +text || (Date.parse(text) - Date.now()) / 1000 || undefined;
