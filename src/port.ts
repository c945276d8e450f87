import { once } from 'node:events';
import { createServer } from 'node:net';

/** Throws EADDRINUSE or EACCES before anything else is started. */
export async function portIsFree(port: number, host: string): Promise<void> {
  const probe = createServer().listen(port, host);
  await once(probe, 'listening');
  probe.close();
  await once(probe, 'close');
}
