import { describe, expect, it } from '@jest/globals';
import { api, asAdmin, unique } from '../support/api.js';
import { customer, inTurn, PASSWORD, signedUp } from '../support/customer.js';

const newEmail = () => `${unique('ada')}@example.com`;
const signUp = (body: { email: string; password: string; name?: string }, key?: string) =>
  inTurn(() => api().POST('/v1/accounts', { body, params: { header: key ? { 'Idempotency-Key': key } : {} } }));

describe('an account', () => {
  it('is opened, and read by who signed in', async () => {
    const email = newEmail();
    const { data: account, response } = await signUp({ email, password: PASSWORD, name: 'Ada Lovelace' });
    expect(response.status).toBe(201);
    expect(account).toEqual({ id: expect.any(String), email, name: 'Ada Lovelace', createdAt: expect.any(String) });

    const { data: session } = await api().POST('/v1/sessions', { body: { email, password: PASSWORD } });
    const me = await api(session?.accessToken).GET('/v1/accounts/me');
    expect(me.data).toEqual(account);
    expect(me.response.headers.get('cache-control')).toBe('private, no-store');
  });

  it('is one an e-mail, in whatever letters', async () => {
    const email = newEmail();
    await signedUp(email);
    const { error, response } = await signUp({ email: email.toUpperCase(), password: PASSWORD });
    expect(response.status).toBe(409);
    expect(error).toMatchObject({ code: 'accounts.email-taken' });
  });

  it('is opened once, when many try at the same time', async () => {
    const email = newEmail();
    const attempts = await Promise.all(Array.from({ length: 5 }, () => signUp({ email, password: PASSWORD })));
    expect(attempts.map(({ response }) => response.status).sort()).toEqual([201, 409, 409, 409, 409]);
  });

  it.each([
    ['/password', { email: 'ada@example.com', password: 'too short' }],
    ['/password', { email: 'ada@example.com', password: 'x'.repeat(201) }],
    ['/email', { email: 'ada', password: PASSWORD }],
    ['/name', { email: 'ada@example.com', password: PASSWORD, name: 'Ada\u0000' }],
  ])('is refused for its %s', async (pointer, body) => {
    const { error, response } = await signUp(body);
    expect(response.status).toBe(400);
    expect(error).toMatchObject({ code: 'http.validation-failed', errors: [{ pointer }] });
    expect(JSON.stringify(error)).not.toContain(body.password);
  });

  it('is the same one when the request is repeated with its key, and 422 with another password', async () => {
    const [email, key] = [newEmail(), unique('key')];
    const first = await signUp({ email, password: PASSWORD }, key);
    const again = await signUp({ email, password: PASSWORD }, key);
    expect(again.response.status).toBe(201);
    expect(again.response.headers.get('idempotent-replayed')).toBe('true');
    expect(again.data).toEqual(first.data);
    const other = await signUp({ email, password: `${PASSWORD}!` }, key);
    expect(other.response.status).toBe(422);
  });
});

describe('roles', () => {
  it('are denied by default: 401 without credentials, 403 with the wrong ones', async () => {
    const { accessToken } = await customer();
    const staffKey = (await asAdmin().POST('/v1/api-keys', { body: { name: 'counter', role: 'staff' } })).data?.key;
    const statusOf = async (token?: string) => (await api(token).GET('/v1/api-keys')).response.status;
    expect(await statusOf()).toBe(401);
    expect(await statusOf(accessToken)).toBe(403);
    expect(await statusOf(staffKey)).toBe(403);
    expect((await asAdmin().GET('/v1/api-keys')).response.status).toBe(200);
    expect((await api().GET('/v1/accounts/me')).response.status).toBe(401);
    expect((await api().DELETE('/v1/sessions/current')).response.status).toBe(401);
  });

  it('give a key no account and no session of its own', async () => {
    const me = await asAdmin().GET('/v1/accounts/me');
    expect(me.error).toMatchObject({ status: 404, code: 'accounts.not-found' });
    const signOut = await asAdmin().DELETE('/v1/sessions/current');
    expect(signOut.error).toMatchObject({ status: 404, code: 'accounts.session-not-found' });
  });
});
