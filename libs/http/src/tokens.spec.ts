import { createPrivateKey, hkdfSync } from 'node:crypto';
import type { Settings } from '#libs/config';
import { newId, timeOf } from '#libs/kernel';
import { describe, expect, it } from '@jest/globals';
import { type JWTPayload, SignJWT } from 'jose';
import { ORDER_TOKEN_DAYS, Tokens } from './tokens.js';

const SECRET = 'a secret of this test, and of nothing else';
const tokens = new Tokens({ SECRET: [SECRET] } as Settings);
const customer = { role: 'customer', id: newId(), email: 'ada@example.com', sessionId: newId() } as const;

/** A token that is signed correctly, whatever it says. */
async function signed(claims: JWTPayload, typ?: string): Promise<string> {
  const [jwk] = (await tokens.jwks()).keys;
  const seed = Buffer.from(hkdfSync('sha256', SECRET, '', 'floodgate access token', 32));
  const key = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]);
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'EdDSA', kid: jwk?.kid, typ })
    .sign(createPrivateKey({ key, format: 'der', type: 'pkcs8' }));
}

describe('an access token', () => {
  const claims = {
    iss: 'floodgate',
    sub: customer.id,
    role: 'customer',
    email: customer.email,
    sid: customer.sessionId,
    exp: Math.floor(Date.now() / 1000) + 60,
  };

  it('is the one who signed in', async () => {
    expect(await tokens.verify(await tokens.signAccessToken(customer))).toEqual(customer);
    expect(await tokens.verify(await signed(claims, 'at+jwt'))).toEqual(customer);
    expect(await tokens.verify(await signed(claims))).toEqual(customer); // as release 0.2.0 makes it
  });

  it.each([
    ['has no end', { ...claims, exp: undefined }],
    ['is over', { ...claims, exp: claims.exp - 120 }],
    ['is of nobody', { ...claims, sub: undefined }],
    ['is of no account', { ...claims, sub: 'admin' }],
    ['is of no session', { ...claims, sid: undefined }],
    ['names a role that only keys have', { ...claims, role: 'admin' }],
    ['is of another issuer', { ...claims, iss: 'somebody' }],
  ])('that %s is none', async (_, wrong) => {
    expect(await tokens.verify(await signed(wrong, 'at+jwt'))).toBeUndefined();
  });

  it('of another type is none', async () => {
    expect(await tokens.verify(await signed(claims, 'password-reset+jwt'))).toBeUndefined();
  });
});

describe('an order token', () => {
  const DAY = 86_400_000;
  /** The id of an order that was placed some days ago. */
  const idOf = (days: number) => {
    const id = newId();
    const hex = (timeOf(id) - days * DAY).toString(16).padStart(12, '0');
    return `${hex.slice(0, 8)}-${hex.slice(8)}${id.slice(13)}`;
  };

  it(`is good for ${ORDER_TOKEN_DAYS} days`, async () => {
    const [young, old] = [idOf(ORDER_TOKEN_DAYS - 1), idOf(ORDER_TOKEN_DAYS + 1)];
    expect(await tokens.verify(tokens.orderToken(young))).toEqual({ role: 'guest', id: young });
    expect(await tokens.verify(tokens.orderToken(old))).toBeUndefined();
  });

  it('of one order is none of another', async () => {
    const [mine, other] = [newId(), newId()];
    expect(await tokens.verify(tokens.orderToken(mine).replace(mine, other))).toBeUndefined();
  });
});
