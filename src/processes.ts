import cluster from 'node:cluster';
import { pickFreePort } from '#libs/embedded';
import { type Engines, engineEnvironment } from './engines.js';
import { Fleet } from './fleet.js';
import type { Serving } from './run.js';
import type { Shutdown } from './shutdown.js';

/** Connections a module's pool may hold, over all processes of one machine. */
const POOL_OF_ALL = 16;

/** `PROCESSES=n`: serves by n processes on one port, which Node's cluster hands their connections in turn. */
export async function startProcesses({ settings, queue }: Engines, shutdown: Shutdown): Promise<Serving> {
  await queue.close(); // each process opens its own
  const { PROCESSES, DATABASE_POOL_SIZE } = settings;
  const port = settings.PORT || (await pickFreePort());
  const opsPort = settings.OPS_PORT === settings.PORT ? port : (settings.OPS_PORT ?? '');
  const poolSize = Math.max(2, Math.min(DATABASE_POOL_SIZE, Math.floor(POOL_OF_ALL / PROCESSES)));
  const environment = {
    ...engineEnvironment(settings),
    PORT: String(port),
    OPS_PORT: String(opsPort),
    DATABASE_POOL_SIZE: String(poolSize),
  };
  const members = Array.from({ length: PROCESSES }, (_, index) => ({
    name: `Process ${index + 1} of ${PROCESSES}`,
    start: () => cluster.fork(environment).process,
  }));
  await Fleet.launch(members, settings, shutdown);
  return { url: `http://localhost:${port}` };
}
