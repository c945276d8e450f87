import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { type MuteProxy, muteProxy } from '../support/mute-proxy.js';
import { spawnRedis } from '../support/redis.js';
import { freePort, type Server, startServer } from '../support/server.js';
import { becomes, onSale, place, placed } from '../support/shop.js';
import { startPostgres, urlOf } from './own-postgres.js';

jest.setTimeout(120_000);

let postgres: Awaited<ReturnType<typeof startPostgres>>;
let redis: Awaited<ReturnType<typeof spawnRedis>>;
let databases: Record<'orders' | 'notifications', MuteProxy>;
let server: Server;

beforeAll(async () => {
  postgres = await startPostgres();
  const url = await postgres.database();
  const port = Number(new URL(url).port);
  databases = { orders: await muteProxy(port), notifications: await muteProxy(port) };
  redis = await spawnRedis('the tests of readiness');
  server = await startServer({
    DATABASE_URL: url,
    OPS_PORT: String(await freePort()),
    ORDERS_DATABASE_URL: urlOf(url, { port: databases.orders.port }),
    NOTIFICATIONS_DATABASE_URL: urlOf(url, { port: databases.notifications.port }),
    REDIS_URL: redis.url,
    PAYMENTS_TEST: 'true',
    RATE_LIMIT: '100000/60s',
  });
});
afterAll(async () => {
  await redis.kill('SIGCONT');
  await server.stop();
  await redis.stop();
  for (const proxy of Object.values(databases)) await proxy.stop();
  await postgres.stop();
});

const ready = async () => {
  const response = await fetch(`${server.opsUrl}/readyz`, { signal: AbortSignal.timeout(1_000) });
  return { status: response.status, body: (await response.json()) as { status: string; details?: object } };
};

it('a Redis that hangs holds up neither readiness nor orders', async () => {
  const { url } = server;
  const sku = await onSale({ url });
  await redis.kill('SIGSTOP');
  await eventually(async () => {
    const { status, body } = await ready(); // each time within a second
    expect(status).toBe(200);
    expect(body).toMatchObject({ status: 'degraded', details: { queue: { status: 'degraded' } } });
  });
  const { response, data } = await place(sku, { url });
  expect(response.status).toBe(201);
  expect((await ready()).status).toBe(200);
  await redis.kill('SIGCONT');
  await becomes(data?.id ?? '', 'confirmed', url, 60_000);
  await eventually(async () => expect((await ready()).body.status).toBe('ok'), 60_000);
});

it('a database that only works in the background degrades it, and orders go on', async () => {
  const { url } = server;
  await databases.notifications.cut();
  await eventually(async () => {
    const { status, body } = await ready();
    expect(status).toBe(200);
    expect(body).toMatchObject({
      status: 'degraded',
      details: { 'postgres.notifications': { status: 'degraded' }, 'postgres.orders': { status: 'up' } },
    });
    // its outbox is not swept any more, and that is told too
    expect(body).toMatchObject({ details: { delivery: { late: { notifications: expect.anything() } } } });
  }, 60_000);
  await becomes((await placed(await onSale({ url }), { url })).id, 'confirmed', url, 60_000);
  await databases.notifications.restore();
  await eventually(async () => expect((await ready()).body.status).toBe('ok'), 60_000);
});

it('a database that requests need fails it, though not at once: until then callers get our 503', async () => {
  const { url } = server;
  const sku = await onSale({ url });
  await databases.orders.cut();
  await eventually(async () => {
    expect(await ready()).toMatchObject({
      status: 200,
      body: { status: 'degraded', details: { 'postgres.orders': { status: 'degraded' } } },
    });
  });
  const { response, error } = await place(sku, { url });
  expect(response.status).toBe(503);
  expect(response.headers.get('retry-after')).toBe('2');
  expect(error).toMatchObject({ code: 'http.unavailable' });
  await eventually(async () => expect((await ready()).status).toBe(503), 60_000);
  await databases.orders.restore();
  await eventually(async () => expect((await ready()).body.status).toBe('ok'), 60_000);
});
