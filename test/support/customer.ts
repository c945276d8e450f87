import { api, shopUrl, unique } from './api.js';

export const PASSWORD = 'correct horse battery staple';

/** Opens an account; answers it with its e-mail as it was given. */
export async function signedUp(email = `${unique('customer')}@example.com`, url = shopUrl()) {
  const { data, error } = await api(undefined, url).POST('/v1/accounts', { body: { email, password: PASSWORD } });
  if (!data) throw new Error(JSON.stringify(error));
  return data;
}

export async function signedIn(email: string, url = shopUrl()) {
  const { data, error } = await api(undefined, url).POST('/v1/sessions', { body: { email, password: PASSWORD } });
  if (!data) throw new Error(JSON.stringify(error));
  return data;
}

/** Someone new with an account, and the tokens of a session. */
export async function customer(url = shopUrl()) {
  const account = await signedUp(undefined, url);
  return { ...account, ...(await signedIn(account.email, url)) };
}
