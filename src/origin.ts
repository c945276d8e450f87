import type { Settings } from '#libs/config';
import httpProxy from '@fastify/http-proxy';
import { fastify } from 'fastify';
import { modules } from './modules.js';

/** Longer than any `Prefer: wait`. */
const ANSWER_DEADLINE_MS = 65_000;

/**
 * One origin for modules that run apart, for development: sends each path to the module that serves it, and the rest
 * (`/openapi.json`, `/docs`, `/readyz`), which every process answers alike, to the first. In production this is the
 * ingress: see k8s/.
 */
export async function openOrigin({ PORT, HOST }: Settings, upstreams: ReadonlyMap<string, string>) {
  const origin = fastify({ forceCloseConnections: true });
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
        onError: (reply, { error }) => {
          const detail = `${name} is away: ${error.message}`;
          const problem = { type: 'urn:floodgate:error:http.unavailable', title: 'Service Unavailable', status: 503 };
          void reply
            .status(503)
            .header('retry-after', '1')
            .type('application/problem+json; charset=utf-8')
            .send({ ...problem, detail, code: 'http.unavailable', instance: reply.request.url });
        },
      },
    });
  }
  await origin.listen({ port: PORT, host: HOST });
  const { port } = origin.server.address() as { port: number };
  return { url: `http://localhost:${port}`, close: () => origin.close() };
}
