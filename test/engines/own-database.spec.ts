import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { Ground } from '../support/ground.js';
import { startRedis } from '../support/redis.js';
import { ADMIN_KEY, freePort, SECRET, spawnServer, startServer } from '../support/server.js';

jest.setTimeout(120_000);

let ground: Ground;
let production: Record<string, string>;
beforeAll(async () => {
  ground = await Ground.open();
  const redis = await startRedis('a module that knows its own database alone');
  ground.keep(redis);
  production = {
    NODE_ENV: 'production',
    MIGRATE_AT_BOOT: 'true',
    SECRET,
    ADMIN_API_KEY: ADMIN_KEY,
    REDIS_URL: redis.url,
    ACCOUNTS_GRPC_URL: '127.0.0.1:9',
    CATALOG_GRPC_URL: '127.0.0.1:9',
    INVENTORY_GRPC_URL: '127.0.0.1:9',
    PAYMENTS_GRPC_URL: '127.0.0.1:9',
    ORDERS_GRPC_URL: '127.0.0.1:9',
    NOTIFICATIONS_GRPC_URL: '127.0.0.1:9',
  };
});
afterAll(() => ground?.close());

it.each([
  ['catalog', () => ({ CATALOG_DATABASE_URL: ground.databaseUrl })],
  ['console', () => ({ CONSOLE_DATABASE_URL: ground.databaseUrl })],
])('%s runs by what it needs alone: no database of another module, no mail server', async (MODULES, own) => {
  const OPS_PORT = String(await freePort());
  const server = await startServer({ ...production, ...own(), MODULES, OPS_PORT });
  expect((await fetch(`${server.url}/openapi.json`)).status).toBe(200);
  expect(await server.stop()).toBe(0);
});

it('says which database it lacks, and starts none of its own', async () => {
  const server = spawnServer({ ...production, MODULES: 'catalog', PORT: '0' });
  expect(await server.exited).toBe(1);
  expect(server.output()).toContain('DATABASE_URL: needed by catalog. Set it, or CATALOG_DATABASE_URL.');
  const all = spawnServer({ ...production, PORT: '0' });
  expect(await all.exited).toBe(1);
  expect(all.output()).toContain('DATABASE_URL: needed in production');
});
