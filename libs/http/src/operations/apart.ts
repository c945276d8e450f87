import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { REQUEST_DEADLINES } from '../server-options.js';

/** Not for customers: neither limited, nor, with OPS_PORT, answered on the API's port. */
export const OPERATIONS_PATHS: ReadonlySet<string> = new Set(['/livez', '/readyz', '/metrics']);

/** Answers the operations paths on `port`, and only there. */
export function serveOperationsApart(app: NestFastifyApplication, port: number, host: string): void {
  const fastify = app.getHttpAdapter().getInstance();
  const server = createServer(REQUEST_DEADLINES, (request, response) => fastify.routing(request, response));
  const cameApart = ({ socket }: IncomingMessage) =>
    socket.localPort === (server.address() as AddressInfo | null)?.port;
  fastify.addHook('onRequest', (request, reply, done) => {
    const belongsApart = OPERATIONS_PATHS.has(request.routeOptions.url ?? '');
    if (belongsApart === cameApart(request.raw)) done();
    else reply.callNotFound();
  });
  fastify.addHook(
    'onListen',
    () =>
      new Promise<void>((resolve, reject) => {
        server.once('error', reject).listen(port, host, () => resolve());
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
