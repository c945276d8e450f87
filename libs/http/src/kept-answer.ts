import type { Database, Transaction } from '#libs/database';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { principalOf } from './access.js';
import { fingerprint, keyReused } from './idempotency-key.js';

export const keptAnswersOf = ({ module }: Database) => `"${module}".idempotency_keys`;

/** Keys of different callers do not meet: a caller without credentials is told apart by the e-mail of the request. */
export function scopeOf(request: FastifyRequest): string {
  const { email } = (request.body ?? {}) as { email?: unknown };
  return principalOf(request)?.id ?? (typeof email === 'string' ? `public:${email.toLowerCase()}` : 'public');
}

/**
 * The answer that is kept for the key, with its status set on the reply; undefined where there is none. Throws where the
 * key came with another request.
 */
export async function findKeptAnswer(
  database: Pick<Transaction, 'query'>,
  table: string,
  key: string,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<{ answer: unknown } | undefined> {
  const [first] = await database.query<{ fingerprint: string; status: number; answer: unknown }>(
    `SELECT fingerprint, status, answer FROM ${table} WHERE scope = $1 AND key = $2`,
    [scopeOf(request), key],
  );
  if (!first) return undefined;
  if (first.fingerprint !== fingerprint(request)) throw keyReused();
  void reply.status(first.status).header('idempotent-replayed', 'true');
  return first;
}
