import type { Settings } from '#libs/config';
import { httpError, sendProblem, serverOptions } from '#libs/http';
import { continueTrace } from '#libs/observability';
import httpProxy from '@fastify/http-proxy';
import { fastify, type FastifyReply, type FastifyRequest } from 'fastify';
import { modules } from './modules.js';

/** Longer than any `Prefer: wait`. */
const ANSWER_DEADLINE_MS = 65_000;
/** What a caller could claim of itself; the gateway says it anew. */
const CLAIMS = ['forwarded', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip'];

/**
 * One origin for modules that run apart, for development: sends each path to the module that serves it, and the rest
 * (`/openapi.json`, `/docs`, `/readyz`), which every process answers alike, to the first. In production this is the
 * ingress: see k8s/.
 */
export async function openOrigin(settings: Settings, upstreams: ReadonlyMap<string, string>) {
  const origin = fastify({ ...serverOptions(settings), forceCloseConnections: true });
  origin.setErrorHandler((error, request, reply) => sendProblem(error, request, reply));
  origin.setNotFoundHandler((request, reply) => sendProblem(httpError('http.not-found'), request, reply));
  origin.addHook('onRequest', (request, reply, done) => {
    void reply.header('traceparent', continueTrace(request.headers.traceparent));
    done();
  });
  const routes = Object.entries(modules).flatMap(([name, { serves }]) => serves.map((path) => [path, name] as const));
  const [first = ''] = upstreams.keys();
  for (const [path, name] of [...routes, ['/', first] as const]) {
    await origin.register(httpProxy, {
      upstream: upstreams.get(name) as string,
      prefix: path,
      rewritePrefix: path,
      disableRequestLogging: true,
      retryMethods: [], // whoever asks decides that
      undici: { headersTimeout: ANSWER_DEADLINE_MS, bodyTimeout: ANSWER_DEADLINE_MS, pipelining: 1 },
      replyOptions: {
        rewriteRequestHeaders: (request, headers) => ({
          ...Object.fromEntries(Object.entries(headers).filter(([header]) => !CLAIMS.includes(header))),
          'x-forwarded-for': request.ip,
          'x-request-id': request.id,
        }),
        onError: (reply, { error }) => {
          const detail = `${name} is away. Nothing was lost; try again soon.`;
          sendProblem(
            httpError('http.unavailable', { detail, retryAfter: 1, cause: error }),
            reply.request as FastifyRequest,
            reply as FastifyReply,
          );
        },
      },
    });
  }
  const { PORT, HOST } = settings;
  await origin.listen({ port: PORT, host: HOST });
  const { port } = origin.server.address() as { port: number };
  return { url: `http://localhost:${port}`, close: () => origin.close() };
}
