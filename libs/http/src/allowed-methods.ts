import type { FastifyInstance } from 'fastify';

interface Route {
  segments: string[];
  method: string;
}

const routes = new WeakMap<FastifyInstance['server'], Route[]>();

/** Remembers every route as it is registered: Fastify cannot say which methods a path takes. */
export function rememberRoutes(fastify: FastifyInstance): void {
  const known: Route[] = [];
  routes.set(fastify.server, known);
  fastify.addHook('onRoute', ({ url, method }) => {
    for (const each of [method].flat()) known.push({ segments: url.split('/'), method: each });
  });
}

/** The methods that this path takes; none where there is no such path. */
export function allowedMethods({ server }: FastifyInstance, url: string): string[] {
  const path = (url.split('?')[0] ?? '').split('/');
  const fits = ({ segments }: Route) =>
    segments.length === path.length &&
    segments.every((segment, i) => segment === path[i] || (segment.startsWith(':') && path[i] !== ''));
  return [...new Set((routes.get(server) ?? []).filter(fits).map(({ method }) => method))].sort();
}
