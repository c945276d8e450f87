import { createServer } from 'node:net';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';

/**
 * A free port below the ephemeral ranges of Linux (32768) and macOS (49152): from within them a client that reconnects
 * while Postgres is down may be given this very port as its own, connect to itself and keep Postgres from coming back.
 */
export async function pickFreePort(): Promise<number> {
  for (let attempt = 0; attempt < 50; attempt++) {
    const port = 15_432 + Math.floor(Math.random() * 16_000);
    if (await isFree(port)) return port;
  }
  throw new EmbeddedPostgresError('No free port for Postgres between 15432 and 31432. Close some, then start again.');
}

export async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  const free = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => resolve(true));
  });
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return free;
}
