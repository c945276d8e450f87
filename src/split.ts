import 'reflect-metadata';
import { fork } from 'node:child_process';
import { join } from 'node:path';
import { settingOf } from '#libs/config';
import { pickFreePort } from '#libs/embedded';
import { type Engines, engineEnvironment } from './engines.js';
import { Fleet } from './fleet.js';
import { modules } from './modules.js';
import { openOrigin } from './origin.js';
import { run, type Serving } from './run.js';
import type { Shutdown } from './shutdown.js';

/** `npm run start:split`: every module as a process of its own, and one origin in front of them. */
await run(startSplit);

async function startSplit({ settings, queue }: Engines, shutdown: Shutdown): Promise<Serving> {
  await queue.close(); // each process opens its own
  const hosts = await Promise.all(
    Object.entries(modules).map(async ([name, { serves }]) => {
      return { name, serves, port: await pickFreePort(), grpcPort: await pickFreePort() };
    }),
  );
  const addresses = Object.fromEntries(
    hosts.map(({ name, grpcPort }) => [settingOf(name, 'GRPC_URL'), `127.0.0.1:${grpcPort}`]),
  );
  const environment = {
    ...process.env,
    ...engineEnvironment(settings),
    ...addresses,
    HOST: '127.0.0.1',
    TRUST_PROXY: '1',
  };
  // Each on its own port, where the origin passes on to the first; or the first apart from it.
  const opsPorts = hosts.map(({ port }, index) => {
    if (settings.OPS_PORT === settings.PORT) return port;
    return index === 0 ? (settings.OPS_PORT ?? '') : '';
  });
  const members = hosts.map(({ name, port, grpcPort }, index) => ({
    name,
    start: () =>
      fork(join(import.meta.dirname, 'main.js'), {
        execArgv: process.execArgv,
        env: {
          ...environment,
          MODULES: name,
          PORT: String(port),
          GRPC_PORT: String(grpcPort),
          OPS_PORT: String(opsPorts[index]),
        },
      }),
  }));
  const fleet = await Fleet.launch(members, settings, shutdown);
  const origin = await openOrigin(settings, new Map(hosts.map(({ name, port }) => [name, `http://127.0.0.1:${port}`])));
  shutdown.draining(async () => {
    await fleet.stop(); // what waits is answered through the origin
    await origin.close();
  });
  const lines = hosts.map(({ name, port, serves }) => {
    return `  ${name.padEnd(14)} pid ${String(fleet.pidOf(name)).padEnd(8)} :${port}  ${serves.join(' ')}`;
  });
  return { url: origin.url, notice: ['Who hosts what:', '', ...lines].join('\n') };
}
