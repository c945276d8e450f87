import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { asAdmin } from '../support/api.js';
import { eventually } from '../support/eventually.js';
import { processesBelow, runs } from '../support/processes.js';
import { spawnRedis } from '../support/redis.js';
import { freePort, type Server, startServer } from '../support/server.js';
import { becomes, onSale, place, placed } from '../support/shop.js';
import { query, startPostgres, urlOf } from './own-postgres.js';

jest.setTimeout(180_000);

/** Of one outage: some for each module's sweeps, queues and requests, and never one for each failure. */
const MOST_LINES = 60;

let postgres: Awaited<ReturnType<typeof startPostgres>>;
let redis: Awaited<ReturnType<typeof spawnRedis>>;
let admin: string;
let server: Server;
let sku: string;

beforeAll(async () => {
  postgres = await startPostgres();
  admin = await postgres.database();
  await query(admin, "CREATE ROLE shop LOGIN PASSWORD 'shop-password'");
  await query(admin, 'GRANT CREATE ON DATABASE shop1 TO shop');
  redis = await spawnRedis('the tests of refusals');
  const DATABASE_URL = urlOf(admin, { role: 'shop' });
  server = await startServer({
    DATABASE_URL,
    OPS_PORT: String(await freePort()),
    REDIS_URL: redis.url,
    PAYMENTS_TEST: 'true',
  });
  sku = await onSale({ url: server.url });
});
afterAll(async () => {
  await server?.stop();
  await redis?.stop();
  await postgres?.stop();
});

const terminate = () =>
  query(
    urlOf(admin, { database: 'postgres' }),
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'shop'",
  );

/** Each request is answered in time, by 503 and when to come again; what is accepted later is confirmed. */
async function refusesAndRecovers(restore: () => Promise<unknown>): Promise<void> {
  const { url } = server;
  const before = server.output().length;
  const answers = async () => {
    const order = await place(sku, { url });
    const list = await asAdmin(url).GET('/v1/orders', {});
    return [order, list] as const;
  };
  await eventually(async () => {
    for (const { response, error } of await answers()) {
      expect(response.status).toBe(503);
      expect(response.headers.get('retry-after')).toBe('2');
      expect(error).toMatchObject({ code: 'http.unavailable', status: 503 });
    }
  }, 60_000);
  const ready = async () => {
    const response = await fetch(`${server.opsUrl}/readyz`, { signal: AbortSignal.timeout(2_000) });
    return { status: response.status, body: await response.json() };
  };
  // Requests go on coming, longer than the patience of readiness.
  const seen: number[] = [];
  await eventually(async () => {
    seen.push(...(await answers()).map(({ response }) => response.status));
    const { status, body } = await ready();
    expect(status).toBe(503);
    expect(body).toMatchObject({ code: 'http.not-ready', detail: expect.stringContaining('postgres.orders') });
  }, 60_000);
  expect(new Set(seen)).toEqual(new Set([503]));

  await restore();
  await eventually(async () => expect((await ready()).status).toBe(200), 60_000);
  await becomes((await placed(sku, { url })).id, 'confirmed', url, 60_000);

  const lines = server.output().slice(before).trim().split('\n');
  const noJson = lines.filter((line) => line !== '' && !line.startsWith('{'));
  expect(noJson).toEqual([]);
  expect(lines.length).toBeLessThan(MOST_LINES);
  expect(lines.filter((line) => line.includes('\\n    at '))).toEqual([]);
}

describe('while Postgres says no', () => {
  it.each([
    ['to the role', 'ALTER ROLE shop NOLOGIN', 'ALTER ROLE shop LOGIN'],
    ['to the password', "ALTER ROLE shop PASSWORD 'rotated'", "ALTER ROLE shop PASSWORD 'shop-password'"],
    [
      'to connections',
      'ALTER DATABASE shop1 WITH ALLOW_CONNECTIONS false',
      'ALTER DATABASE shop1 WITH ALLOW_CONNECTIONS true',
    ],
  ])('%s, callers get our 503 and the log a few lines, and it works again by itself', async (_, refuse, allow) => {
    const maintenance = urlOf(admin, { database: 'postgres' });
    await query(maintenance, refuse);
    await terminate();
    await refusesAndRecovers(() => query(maintenance, allow)).finally(() => query(maintenance, allow));
  });
});

describe('while Postgres is stopped', () => {
  let processes: number[] = [];
  const signal = (name: NodeJS.Signals) => processes.filter(runs).forEach((pid) => process.kill(pid, name));
  afterEach(() => signal('SIGCONT'));

  it('no request hangs, and orders that were accepted before are confirmed, each once', async () => {
    const { url } = server;
    const [row] = await query<{ data_directory: string }>(admin, 'SHOW data_directory');
    const postmaster = Number(
      (await readFile(join(row?.data_directory ?? '', 'postmaster.pid'), 'utf8')).split('\n')[0],
    );
    const orders = await Promise.all(Array.from({ length: 20 }, () => placed(sku, { url })));
    processes = [postmaster, ...processesBelow(postmaster).map(({ pid }) => pid)];
    signal('SIGSTOP');
    await refusesAndRecovers(async () => signal('SIGCONT'));
    for (const { id } of orders) await becomes(id, 'confirmed', url, 60_000);
    const { data } = await asAdmin(url).GET('/v1/stock/{sku}', { params: { path: { sku } } });
    const { data: list } = await asAdmin(url).GET('/v1/orders', { params: { query: { sku, limit: 100 } } });
    const confirmed = list?.items.filter(({ status }) => status === 'confirmed').length ?? 0;
    await eventually(() => expect(data?.onHand).toBe(100 - confirmed));
  });
});
