import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import pg from 'pg';
import { embeddedUrl } from '../support/embedded-url.js';
import { eventually } from '../support/eventually.js';
import { Ground } from '../support/ground.js';
import { type Server, startServer } from '../support/server.js';
import { becomes, onSale, placed } from '../support/shop.js';

jest.setTimeout(150_000);

describe('a stop that cannot wait for all that is in progress', () => {
  let ground: Ground;
  let dataDir: string;
  let servers: Server[];
  let locker: pg.Client;
  beforeEach(async () => {
    ground = await Ground.open();
    servers = [];
    dataDir = await mkdtemp(join(tmpdir(), 'floodgate-late-'));
  });
  afterEach(async () => {
    await locker?.end().catch(() => undefined);
    await Promise.all(servers.map((server) => server.stop()));
    await ground.close();
    await rm(dataDir, { recursive: true, force: true });
  });

  async function start(env: Record<string, string>): Promise<Server> {
    const server = await startServer(env);
    servers.push(server);
    return server;
  }

  it.each([
    ['on a Postgres of its own', () => ({ env: ground.env, url: () => ground.databaseUrl })],
    ['with the embedded Postgres', () => ({ env: { DATA_DIR: dataDir }, url: () => embeddedUrl(dataDir) })],
  ])('ends in its time, says what it waited for, and the next start takes that up, %s', async (_, where) => {
    const { env, url } = where();
    const server = await start({ ...env, SHUTDOWN_SECONDS: '1' });
    const sku = await onSale({ url: server.url });

    locker = new pg.Client({ connectionString: url() });
    locker.on('error', () => undefined); // its Postgres may end with the server
    await locker.connect();
    await locker.query('BEGIN; LOCK TABLE inventory.deliveries IN ACCESS EXCLUSIVE MODE');
    await eventually(async () => {
      const waiting = await locker.query("SELECT 1 FROM pg_locks WHERE relation = 'inventory.deliveries'::regclass AND NOT granted"); // prettier-ignore
      expect(waiting.rowCount).toBeGreaterThan(0);
    });
    const order = await placed(sku, { url: server.url });

    expect(await server.stop()).toBe(0);
    expect(server.output()).toMatch(/^Stopped after 1 s, still waiting for repeated work to end\. The next start/m);
    await locker.end().catch(() => undefined);

    const next = await start(env);
    await becomes(order.id, 'confirmed', next.url);
    expect(await next.stop()).toBe(0);
    expect(next.output()).not.toContain('Stopped after');
  });
});
