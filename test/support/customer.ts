import { api, shopUrl, unique } from './api.js';
import { eventually } from './eventually.js';

export const PASSWORD = 'correct horse battery staple';

/** Passwords are checked a few at once; who waits too long for a turn gets 503, and comes again. */
export async function inTurn<T extends { response: Response }>(ask: () => Promise<T>): Promise<T> {
  return eventually(async () => {
    const answer = await ask();
    if (answer.response.status === 503) throw new Error('503: too many passwords are being checked.');
    return answer;
  });
}

/** Opens an account; answers it with its e-mail as it was given. */
export async function signedUp(email = `${unique('customer')}@example.com`, url = shopUrl()) {
  const body = { email, password: PASSWORD };
  const { data, error } = await inTurn(() => api(undefined, url).POST('/v1/accounts', { body }));
  if (!data) throw new Error(JSON.stringify(error));
  return data;
}

export async function signedIn(email: string, url = shopUrl()) {
  const body = { email, password: PASSWORD };
  const { data, error } = await inTurn(() => api(undefined, url).POST('/v1/sessions', { body }));
  if (!data) throw new Error(JSON.stringify(error));
  return data;
}

/** Someone new with an account, and the tokens of a session. */
export async function customer(url = shopUrl()) {
  const account = await signedUp(undefined, url);
  return { ...account, ...(await signedIn(account.email, url)) };
}
