import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Settings } from '#libs/config';
import { type Context, continueTrace, countInFlight, countRequest, inContext, log } from '#libs/observability';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { rememberRoutes } from './allowed-methods.js';
import { answerClientError } from './client-error.js';
import { answerWithEntityTag } from './entity-tag.js';
import { sendProblem } from './problem.filter.js';

const BODY_LIMIT = 1_048_576;
/** A body must have arrived by then; an answer may take longer (Prefer: wait). */
const REQUEST_TIMEOUT_MS = 30_000;
/** Longer than the idle timeout of the usual balancers (60 s), or they would use connections that we just closed. */
const KEEP_ALIVE_TIMEOUT_MS = 72_000;

/** The HTTP server: limits, request ids, trace context, entity tags and cache headers of every answer. */
export function createAdapter({ TRUST_PROXY }: Pick<Settings, 'TRUST_PROXY'>): FastifyAdapter {
  const adapter = new PlainAdapter({
    bodyLimit: BODY_LIMIT,
    requestTimeout: REQUEST_TIMEOUT_MS,
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
  });
  const server: FastifyInstance = adapter.getInstance();
  takeJsonOnly(server);
  rememberRoutes(server);
  server.addHook('onRequest', (request, reply, done) => {
    countInFlight(reply.raw);
    const traceparent = continueTrace(request.headers.traceparent);
    void reply.header('x-request-id', request.id).header('traceparent', traceparent);
    inContext(contextOf(request, traceparent), done);
  });
  // Reading a body leaves the asynchronous context of the hook above: its events come from the socket.
  server.addHook('preValidation', (request, reply, done) => {
    inContext(contextOf(request, String(reply.getHeader('traceparent'))), done);
  });
  server.addHook('onSend', async (request, reply, payload) => {
    if (request.headers.authorization) void reply.header('cache-control', 'private, no-store');
    else if (!reply.hasHeader('cache-control')) void reply.header('cache-control', 'no-store');
    return answerWithEntityTag(request, reply, payload);
  });
  server.addHook('onResponse', (request, reply, done) => {
    observe(request, reply);
    done();
  });
  return adapter;
}

function contextOf({ id, headers }: FastifyRequest, traceparent: string): Context {
  const key = headers['idempotency-key'];
  return { traceparent, requestId: id, ...(key === undefined ? {} : { idempotencyKey: String(key) }) };
}

/** Without what Nest adds to Fastify: parsers of forms, and errors in words of its own. */
class PlainAdapter extends FastifyAdapter {
  override registerParserMiddleware(): void {}

  override mapException(error: unknown): unknown {
    return error;
  }
}

/** Also `application/merge-patch+json` (RFC 7396). */
function takeJsonOnly(server: FastifyInstance): void {
  const parse = server.getDefaultJsonParser('error', 'error');
  server.removeAllContentTypeParsers();
  server.addContentTypeParser(/^application\/([\w.-]+\+)?json(\s*;|$)/i, { parseAs: 'string' }, parse);
}

function observe(request: FastifyRequest, reply: FastifyReply): void {
  const route = request.routeOptions.url ?? 'unmatched';
  countRequest(request.method, route, reply.statusCode, reply.elapsedTime / 1_000);
  if (!log.isLevelEnabled('debug')) return;
  const { method, url, ip } = request;
  const ms = Math.round(reply.elapsedTime * 10) / 10;
  log.debug({ method, url, ip, status: reply.statusCode, ms, requestId: request.id }, 'Answered');
}
