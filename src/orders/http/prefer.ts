import type { FastifyRequest } from 'fastify';

const MOST_SECONDS = 30;

/** Seconds of `Prefer: wait=N` (RFC 7240), at most 30; 0 without. A preference that cannot be read is ignored. */
export function waitOf(request: FastifyRequest): number {
  const header = [request.headers.prefer ?? []].flat().join(',');
  const seconds = /(?:^|[,;\s])wait\s*=\s*"?(\d{1,4})"?/i.exec(header)?.[1];
  return Math.min(Number(seconds ?? 0), MOST_SECONDS);
}
