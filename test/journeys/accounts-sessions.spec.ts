import { describe, expect, it } from '@jest/globals';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { api, shopUrl, unique } from '../support/api.js';
import { customer, inTurn, PASSWORD, signedIn, signedUp } from '../support/customer.js';
import { eventually } from '../support/eventually.js';

const signIn = (email: string, password: string) =>
  inTurn(() => api().POST('/v1/sessions', { body: { email, password } }));
const refresh = (refreshToken: string) => api().POST('/v1/sessions/refresh', { body: { refreshToken } });
const statusOfMe = async (token: string) => (await api(token).GET('/v1/accounts/me')).response.status;

/** Three at once, as many as pass in time on a busy machine too. */
async function fail(email: string, times: number): Promise<number[]> {
  const statuses: number[] = [];
  while (statuses.length < times) {
    const failures = await Promise.all([1, 2, 3].map(() => signIn(email, 'not the password')));
    statuses.push(...failures.map(({ response }) => response.status));
  }
  return statuses;
}

describe('signing in', () => {
  it('gives tokens, whatever letters the e-mail is written in', async () => {
    const { email } = await signedUp();
    const { data, response } = await signIn(email.toUpperCase(), PASSWORD);
    expect(response.status).toBe(201);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(data).toEqual({ accessToken: expect.any(String), refreshToken: expect.any(String), expiresIn: 900 });
    expect(await statusOfMe(data?.accessToken ?? '')).toBe(200);
  });

  it('gives an access token that anyone verifies by the public keys alone', async () => {
    const { id, email, accessToken } = await customer();
    const keys = createRemoteJWKSet(new URL('/.well-known/jwks.json', shopUrl()));
    const { payload, protectedHeader } = await jwtVerify(accessToken, keys, { issuer: 'floodgate' });
    expect(protectedHeader.alg).toBe('EdDSA');
    expect(payload).toMatchObject({ sub: id, email, role: 'customer', sid: expect.any(String) });
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(900);

    const published = await fetch(new URL('/.well-known/jwks.json', shopUrl()));
    expect(published.headers.get('cache-control')).toBe('public, max-age=300');
    expect(await published.text()).not.toMatch(/"d"/); // the private part of a key
  });

  it('refuses a token whose claims were changed', async () => {
    const { accessToken } = await customer();
    const [header, payload, signature] = accessToken.split('.') as [string, string, string];
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;
    const forged = Buffer.from(JSON.stringify({ ...claims, role: 'admin' })).toString('base64url');
    expect(await statusOfMe([header, forged, signature].join('.'))).toBe(401);
    const unsigned = Buffer.from(JSON.stringify({ alg: 'none' })).toString('base64url');
    expect(await statusOfMe([unsigned, forged, ''].join('.'))).toBe(401);
  });

  it('answers a wrong password and an unknown e-mail alike', async () => {
    const { email } = await signedUp();
    const [wrong, unknown] = [await signIn(email, 'not the password'), await signIn(`no-${email}`, PASSWORD)];
    const detail = 'The e-mail or the password is wrong.';
    for (const { error } of [wrong, unknown]) {
      expect(error).toMatchObject({ status: 401, code: 'accounts.wrong-credentials', detail });
    }
  });

  it('is refused after ten failures, for this e-mail alone', async () => {
    const { email } = await signedUp();
    const statuses = await fail(email, 12);
    expect(statuses.sort()).toEqual([...Array<number>(10).fill(401), 429, 429]);
    const { error, response } = await signIn(email, PASSWORD);
    expect(error).toMatchObject({ status: 429, code: 'accounts.too-many-attempts' });
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(800);
    const { email: other } = await signedUp();
    expect((await signIn(other, PASSWORD)).response.status).toBe(201);
  });

  it('forgets failures once it succeeds', async () => {
    const { email } = await signedUp();
    for (let round = 0; round < 2; round += 1) {
      await fail(email, 9);
      expect((await signIn(email, PASSWORD)).response.status).toBe(201);
    }
  });

  it.each(['/v1/sessions', '/v1/sessions/refresh'])('takes no Idempotency-Key at %s', async (path) => {
    const response = await fetch(new URL(path, shopUrl()), {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': unique('key') },
      body: JSON.stringify({ email: 'ada@example.com', password: PASSWORD }),
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: 'http.idempotency-key-refused' });
  });
});

describe('refreshing', () => {
  it('exchanges the refresh token for another, in the same session', async () => {
    const { refreshToken, email } = await customer();
    const { data: second, response } = await refresh(refreshToken);
    expect(response.status).toBe(200);
    expect(second?.refreshToken).not.toBe(refreshToken);
    const me = await api(second?.accessToken).GET('/v1/accounts/me');
    expect(me.data?.email).toBe(email);
    expect((await refresh(second?.refreshToken ?? '')).response.status).toBe(200);
  });

  it('lets two tabs, and a retry whose answer was lost, have a token each', async () => {
    const { refreshToken } = await customer();
    const both = await Promise.all([refresh(refreshToken), refresh(refreshToken)]);
    expect(both.map(({ response }) => response.status)).toEqual([200, 200]);
    for (const { data } of both) expect((await refresh(data?.refreshToken ?? '')).response.status).toBe(200);
  });

  it('ends the session when a token comes again later: somebody else has it', async () => {
    const { refreshToken: stolen, email } = await customer();
    const elsewhere = await signedIn(email);
    const { data: current } = await refresh(stolen);
    await eventually(async () => {
      const { error } = await refresh(stolen);
      expect(error).toMatchObject({ status: 401, code: 'accounts.refresh-token-reused' });
    }, 20_000);
    const { error } = await refresh(current?.refreshToken ?? '');
    expect(error).toMatchObject({ status: 401, code: 'accounts.refresh-token-invalid' });
    expect((await refresh(elsewhere.refreshToken)).response.status).toBe(200);
  });

  it('refuses what was never a token', async () => {
    const { error } = await refresh('rt_no-such-token');
    expect(error).toMatchObject({ status: 401, code: 'accounts.refresh-token-invalid' });
  });
});

describe('signing out', () => {
  it('ends this session and no other', async () => {
    const { accessToken, refreshToken, email } = await customer();
    const other = await signedIn(email);
    const signOut = async () => (await api(accessToken).DELETE('/v1/sessions/current')).response.status;
    expect(await signOut()).toBe(204);
    expect(await signOut()).toBe(204);
    expect((await refresh(refreshToken)).response.status).toBe(401);
    expect((await refresh(other.refreshToken)).response.status).toBe(200);
  });
});
