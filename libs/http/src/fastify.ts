import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { continueTrace, inTrace } from '#libs/observability';
import { FastifyAdapter } from '@nestjs/platform-fastify';

const BODY_LIMIT = 1_048_576;

/** The HTTP server: limits, request ids, trace context and cache headers of every answer. */
export function createAdapter(): FastifyAdapter {
  const adapter = new FastifyAdapter({
    bodyLimit: BODY_LIMIT,
    return503OnClosing: false,
    routerOptions: { maxParamLength: 256 },
    genReqId: (request: IncomingMessage) => {
      const given = request.headers['x-request-id'];
      return typeof given === 'string' && /^[\x21-\x7e]{1,128}$/.test(given) ? given : randomUUID();
    },
  });
  const server = adapter.getInstance();
  server.addHook('onRequest', (request, reply, done) => {
    const traceparent = continueTrace(request.headers.traceparent);
    void reply.header('x-request-id', request.id).header('traceparent', traceparent);
    inTrace(traceparent, done);
  });
  server.addHook('onSend', async (request, reply) => {
    if (request.headers.authorization) void reply.header('cache-control', 'private, no-store');
    else if (!reply.hasHeader('cache-control')) void reply.header('cache-control', 'no-store');
  });
  return adapter;
}
