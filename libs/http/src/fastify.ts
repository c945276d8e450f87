import { isUtf8 } from 'node:buffer';
import type { Settings } from '#libs/config';
import { type Context, continueTrace, countInFlight, countRequest, inContext, log } from '#libs/observability';
import type { AppError } from '#libs/kernel';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { rememberRoutes } from './allowed-methods.js';
import { answerWithEntityTag } from './entity-tag.js';
import { httpError } from './errors.js';
import { isBatch, limitBodies } from './large-body.js';
import { sendProblem } from './problem.filter.js';
import { serverOptions } from './server-options.js';
import { findUnclean } from './unclean.js';

/** The HTTP server: limits, request ids, trace context, entity tags and cache headers of every answer. */
export function createAdapter(settings: Pick<Settings, 'TRUST_PROXY'>): FastifyAdapter {
  const adapter = new PlainAdapter(serverOptions(settings));
  const server: FastifyInstance = adapter.getInstance();
  takeJsonOnly(server);
  limitBodies(server);
  rememberRoutes(server);
  server.addHook('onRequest', (request, reply, done) => {
    countInFlight(reply.raw);
    const traceparent = continueTrace(request.headers.traceparent);
    void reply.header('x-request-id', request.id).header('traceparent', traceparent);
    inContext(contextOf(request, traceparent), done);
  });
  // Reading a body leaves the asynchronous context of the hook above: its events come from the socket.
  server.addHook('preValidation', (request, reply, done) => {
    inContext(contextOf(request, String(reply.getHeader('traceparent'))), () => {
      const fault =
        findUnclean(request.params) ??
        findUnclean(request.query) ??
        findUnclean(request.body, { text: !isBatch(request) });
      if (fault) sendProblem(httpError('http.validation-failed', { errors: [fault] }), request, reply);
      else done();
    });
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

/** Refuses, once its caller has been counted, what needs no body for that. */
export function refuseEarly(server: FastifyInstance): void {
  server.addHook('onRequest', (request, reply, done) => {
    const refusal = refusalOf(request);
    if (!refusal) return done();
    if (refusal.status === 415) void reply.header('accept-encoding', 'identity'); // RFC 7694
    sendProblem(refusal, request, reply);
  });
}

/** What needs no body to be refused: a URL that is no UTF-8, and a body in an encoding that we do not take. */
function refusalOf({ url, headers }: FastifyRequest): AppError | undefined {
  if (!isUtf8Encoded(url)) return httpError('http.malformed-url');
  if ((headers['content-encoding'] ?? 'identity') === 'identity') return undefined;
  return httpError('http.unsupported-media-type', { detail: 'Send the body as it is, without Content-Encoding.' });
}

function isUtf8Encoded(url: string): boolean {
  if (!url.includes('%')) return true;
  try {
    return decodeURIComponent(url) !== '';
  } catch {
    return false;
  }
}

/** Also `application/merge-patch+json` (RFC 7396). An empty body is none; bytes that are no UTF-8 are no JSON (RFC 8259). */
function takeJsonOnly(server: FastifyInstance): void {
  const parse = server.getDefaultJsonParser('error', 'error');
  server.removeAllContentTypeParsers();
  server.addContentTypeParser(
    /^application\/([\w.-]+\+)?json(\s*;|$)/i,
    { parseAs: 'buffer' },
    (request, body: Buffer, done) => {
      if (body.length === 0) done(null, undefined);
      else if (!isUtf8(body)) done(httpError('http.malformed-json', { detail: 'The body is not UTF-8.' }));
      else void parse(request, body.toString(), done);
    },
  );
}

function observe(request: FastifyRequest, reply: FastifyReply): void {
  const route = request.routeOptions.url ?? 'unmatched';
  countRequest(request.method, route, reply.statusCode, reply.elapsedTime / 1_000);
  if (!log.isLevelEnabled('debug')) return;
  const { method, url, ip } = request;
  const ms = Math.round(reply.elapsedTime * 10) / 10;
  log.debug({ method, url, ip, status: reply.statusCode, ms, requestId: request.id }, 'Answered');
}
