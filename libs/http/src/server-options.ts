import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Settings } from '#libs/config';
import type { FastifyHttpOptions } from 'fastify';
import { answerClientError } from './client-error.js';
import { sendProblem } from './problem.filter.js';

/**
 * By when the headers, and the whole of a request, must have arrived; an answer may take longer (Prefer: wait). Node looks
 * at the interval only, and gives headers 60 s unless told otherwise.
 */
export const REQUEST_DEADLINES = {
  headersTimeout: 15_000,
  requestTimeout: 30_000,
  connectionsCheckingInterval: 1_000,
};
/** Longer than the idle timeout of the usual balancers (60 s), or they would use connections that we just closed. */
const KEEP_ALIVE_TIMEOUT_MS = 72_000;

/** How every HTTP server of ours reads requests: deadlines, ids, whose word to take for an address, refusals. */
export function serverOptions({ TRUST_PROXY }: Pick<Settings, 'TRUST_PROXY'>) {
  return {
    http: REQUEST_DEADLINES,
    requestTimeout: REQUEST_DEADLINES.requestTimeout,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    return503OnClosing: false,
    trustProxy: typeof TRUST_PROXY === 'number' ? (_: string, hop: number) => hop < TRUST_PROXY : TRUST_PROXY,
    routerOptions: { maxParamLength: 256 },
    genReqId: (request: IncomingMessage) => {
      const given = request.headers['x-request-id'];
      return typeof given === 'string' && /^[\x21-\x7e]{1,128}$/.test(given) ? given : randomUUID();
    },
    frameworkErrors: sendProblem,
    clientErrorHandler: (error: Error & { code?: string }, socket: Socket) => answerClientError(error, socket),
  } satisfies FastifyHttpOptions<Server>;
}
