import { createHmac, createPrivateKey, createPublicKey, hkdfSync, type KeyObject, timingSafeEqual } from 'node:crypto';
import { SETTINGS, type Settings } from '#libs/config';
import { isId, timeOf } from '#libs/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { calculateJwkThumbprint, exportJWK, type JWK, type JWTPayload, jwtVerify, SignJWT } from 'jose';
import type { Principal } from './principal.js';

const ISSUER = 'floodgate';
/** RFC 9068. */
const ACCESS_TOKEN_TYPE = 'at+jwt';
/** How long an access token lives; a refresh token gets the next one. */
export const ACCESS_TOKEN_SECONDS = 900;
/** How long the bearer of an order token may read and cancel the order: refunds and returns are over by then. */
export const ORDER_TOKEN_DAYS = 180;
/** PKCS #8 frame of a raw Ed25519 seed (RFC 8410). */
const PKCS8_ED25519 = Buffer.from('302e020100300506032b657004220420', 'hex');

interface SigningKey {
  kid: string;
  privateKey: KeyObject;
  publicKey: KeyObject;
  jwk: JWK;
}

/**
 * Access tokens are JWTs signed with Ed25519 (EdDSA, RFC 8037), published as JWKS, so any process verifies one without
 * a lookup. Order tokens are an HMAC of the order's id, which tells their age: derived, never stored. Both come from
 * SECRET by HKDF.
 */
@Injectable()
export class Tokens {
  private readonly secrets: string[];
  private readonly keys: Promise<SigningKey[]>;

  constructor(@Inject(SETTINGS) settings: Settings) {
    this.secrets = settings.SECRET;
    this.keys = Promise.all(this.secrets.map(signingKey));
  }

  async signAccessToken(principal: Principal): Promise<string> {
    const [key] = (await this.keys) as [SigningKey];
    return new SignJWT({ role: principal.role, email: principal.email, sid: principal.sessionId })
      .setProtectedHeader({ alg: 'EdDSA', kid: key.kid, typ: ACCESS_TOKEN_TYPE })
      .setSubject(principal.id)
      .setIssuer(ISSUER)
      .setIssuedAt()
      .setExpirationTime(`${ACCESS_TOKEN_SECONDS}s`)
      .sign(key.privateKey);
  }

  orderToken(orderId: string, secret = this.secrets[0] as string): string {
    return `ot_${orderId}.${createHmac('sha256', `order-token ${secret}`).update(orderId).digest('base64url')}`;
  }

  /** The bearer of an access token or order token; undefined for anything else. */
  async verify(token: string): Promise<Principal | undefined> {
    if (token.startsWith('ot_')) return this.verifyOrderToken(token);
    if (!token.startsWith('eyJ')) return undefined;
    const keys = await this.keys;
    try {
      const { payload, protectedHeader } = await jwtVerify(
        token,
        ({ kid }) => {
          const key = keys.find((candidate) => candidate.kid === kid);
          if (!key) throw new Error('unknown key');
          return key.publicKey;
        },
        { issuer: ISSUER, algorithms: ['EdDSA'], requiredClaims: ['exp', 'sub', 'sid'] },
      );
      // Release 0.2.0, which may run beside this one, names no type.
      if (![undefined, ACCESS_TOKEN_TYPE].includes(protectedHeader.typ)) return undefined;
      const { sub: id, role, email, sid: sessionId } = payload as JWTPayload & Partial<Principal> & { sid: string };
      return id && isId(id) && role === 'customer' ? { id, role, email, sessionId } : undefined;
    } catch {
      return undefined;
    }
  }

  async jwks(): Promise<{ keys: JWK[] }> {
    return { keys: (await this.keys).map(({ jwk }) => jwk) };
  }

  private verifyOrderToken(token: string): Principal | undefined {
    const orderId = token.slice(3, 39);
    if (!isId(orderId) || timeOf(orderId) + ORDER_TOKEN_DAYS * 86_400_000 < Date.now()) return undefined;
    const given = Buffer.from(token);
    const valid = this.secrets.some((secret) => {
      const expected = Buffer.from(this.orderToken(orderId, secret));
      return expected.length === given.length && timingSafeEqual(expected, given);
    });
    return valid ? { role: 'guest', id: orderId } : undefined;
  }
}

async function signingKey(secret: string): Promise<SigningKey> {
  const seed = Buffer.from(hkdfSync('sha256', secret, '', 'floodgate access token', 32));
  const privateKey = createPrivateKey({ key: Buffer.concat([PKCS8_ED25519, seed]), format: 'der', type: 'pkcs8' });
  const publicKey = createPublicKey(privateKey);
  const jwk = await exportJWK(publicKey);
  const kid = await calculateJwkThumbprint(jwk);
  return { kid, privateKey, publicKey, jwk: { ...jwk, kid, alg: 'EdDSA', use: 'sig' } };
}
