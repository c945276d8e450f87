import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { httpError } from './errors.js';

/**
 * The `ETag` of a successful GET, and 304 where the caller holds it already (RFC 9110, 13.1.2). A route that sets its
 * own, such as a version, keeps it; otherwise it is weak and made of the body, since proxies may compress that.
 */
export function answerWithEntityTag(request: FastifyRequest, reply: FastifyReply, payload: unknown): unknown {
  if ((request.method !== 'GET' && request.method !== 'HEAD') || reply.statusCode !== 200) return payload;
  if (!reply.hasHeader('etag') && (typeof payload === 'string' || Buffer.isBuffer(payload))) {
    void reply.header('etag', `W/"${createHash('sha1').update(payload).digest('base64url')}"`);
  }
  const held = request.headers['if-none-match'];
  const tag = reply.getHeader('etag');
  if (held === undefined || typeof tag !== 'string' || !names(held, tag)) return payload;
  void reply.status(304).removeHeader('content-type').removeHeader('content-length');
  return '';
}

/** The version that `If-Match` asks a change to be based on. Throws 428 without the header; `*` takes any version. */
export function versionOf(request: FastifyRequest): number | undefined {
  const header = request.headers['if-match'];
  if (header === undefined) throw httpError('http.precondition-required');
  if (header.trim() === '*') return undefined;
  const version = /^(?:W\/)?"(\d{1,15})"$/.exec(header.trim())?.[1];
  if (version === undefined) throw httpError('http.invalid-if-match');
  return Number(version);
}

/** Weak comparison: `W/"a"` and `"a"` are the same. */
function names(header: string, tag: string): boolean {
  const bare = tag.replace(/^W\//, '');
  return header.split(',').some((each) => each.trim() === '*' || each.trim().replace(/^W\//, '') === bare);
}
