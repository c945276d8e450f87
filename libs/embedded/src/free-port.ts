import { createServer } from 'node:net';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';

/** What this process has tried so far: what it picked may not be listened on yet. */
const picked = new Set<number>();

/**
 * A free port below the ephemeral ranges of Linux (32768) and macOS (49152): from within them a client that reconnects
 * while the server is down may be given this very port as its own, connect to itself and keep the server from coming back.
 */
export async function pickFreePort(): Promise<number> {
  for (let attempt = 0; attempt < 50; attempt++) {
    const port = 15_432 + Math.floor(Math.random() * 16_000);
    if (picked.has(port)) continue;
    picked.add(port);
    if (await isFree(port)) return port;
  }
  throw new EmbeddedPostgresError('No free port between 15432 and 31432. Close some, then start again.');
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
