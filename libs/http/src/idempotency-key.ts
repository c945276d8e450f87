import { createHash } from 'node:crypto';
import type { AppError } from '#libs/kernel';
import type { FastifyRequest } from 'fastify';
import { httpError } from './errors.js';

/** Taken bare or quoted. */
export function idempotencyKeyOf(request: FastifyRequest): string | undefined {
  const header = request.headers['idempotency-key'];
  if (header === undefined) return undefined;
  const key = String(header).replace(/^"(.*)"$/, '$1');
  if (!/^[\x21-\x7e]{1,255}$/.test(key)) {
    throw httpError('http.invalid-idempotency-key');
  }
  return key;
}

/** What makes two requests the same: method, path and body. */
export function fingerprint(request: FastifyRequest): string {
  return createHash('sha256')
    .update(`${request.method} ${request.url} ${JSON.stringify(request.body ?? null)}`)
    .digest('base64url');
}

export function keyReused(): AppError {
  return httpError('http.idempotency-key-reused');
}
