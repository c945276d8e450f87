import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyRequest } from 'fastify';

const USUAL_BYTES = 64 * 1024;
const LARGE_BYTES = 1024 * 1024;
const MOST_READ_BYTES = 4 * 1024 * 1024;

interface Config {
  largeBody?: boolean;
  isBatch?: boolean;
}

/** A route that takes up to 1 MB: orders, products and batches. The others take 64 kB. */
export const LargeBody = () => RouteConfig({ largeBody: true } satisfies Config);

/** A route that takes up to 1 MB and refuses what is wrong with an item by itself: its neighbours are not refused. */
export const BatchBody = () => RouteConfig({ largeBody: true, isBatch: true } satisfies Config);

export const isBatch = (request: FastifyRequest): boolean => (request.routeOptions.config as Config).isBatch === true;

/**
 * Limits the bytes of a body by its route. Fastify closes the connection of one that is too large while its sender still
 * writes: a proxy then sees a broken connection and no answer. Up to a size the rest is read and thrown away instead, as
 * Node does with any unread body.
 */
export function limitBodies(server: FastifyInstance): void {
  server.addHook('onRoute', (route) => {
    const { largeBody = false } = (route.config ?? {}) as Config;
    route.bodyLimit = largeBody ? LARGE_BYTES : USUAL_BYTES;
  });
  server.addHook('onSend', (request, reply, _payload, done) => {
    const isReadable = Number(request.headers['content-length'] ?? Infinity) <= MOST_READ_BYTES;
    if (reply.statusCode === 413 && isReadable) void reply.removeHeader('connection');
    done();
  });
}
