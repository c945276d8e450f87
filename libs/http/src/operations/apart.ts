import { createServer, type IncomingMessage } from 'node:http';
import type { Settings } from '#libs/config';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { REQUEST_DEADLINES } from '../server-options.js';

/** For operators, not for customers. */
export const OPERATIONS_PATHS: ReadonlySet<string> = new Set(['/livez', '/readyz', '/metrics']);

const apart = new WeakSet<IncomingMessage>();

/** Whether a request came by the port of operations, where no customer is. */
export const cameApart = (request: IncomingMessage): boolean => apart.has(request);

/**
 * Answers the operations paths by OPS_PORT, and only there; by the API's own port where OPS_PORT is the same, as in the
 * embedded default; nowhere where it is unset.
 */
export function placeOperations(app: NestFastifyApplication, { PORT, OPS_PORT, HOST }: Settings): void {
  if (OPS_PORT === PORT) return;
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onRequest', (request, reply, done) => {
    const belongsApart = OPERATIONS_PATHS.has(request.routeOptions.url ?? '');
    if (belongsApart === cameApart(request.raw)) done();
    else reply.callNotFound();
  });
  if (OPS_PORT === undefined) return;
  const server = createServer(REQUEST_DEADLINES, (request, response) => {
    apart.add(request);
    fastify.routing(request, response);
  });
  fastify.addHook(
    'onListen',
    () =>
      new Promise<void>((resolve, reject) => {
        server.once('error', reject).listen(OPS_PORT, HOST, () => resolve());
      }),
  );
  fastify.addHook('onClose', () => new Promise<void>((resolve) => server.close(() => resolve())));
}

/** A process without the role `http` answers its operations paths and nothing else. */
export function serveOperationsOnly(app: NestFastifyApplication): void {
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onRequest', (request, reply, done) => {
      if (OPERATIONS_PATHS.has(request.routeOptions.url ?? '')) done();
      else reply.callNotFound();
    });
}
