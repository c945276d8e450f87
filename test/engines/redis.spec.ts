import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { spawnRedis } from '../support/redis.js';
import { freePort, type Server, spawnServer, startServer } from '../support/server.js';
import { becomes, onSale, place, placed } from '../support/shop.js';
import { startPostgres } from './own-postgres.js';
import { ask, type RedisGroup, startCluster, startSentinels } from './redis-groups.js';

jest.setTimeout(90_000);

let postgres: Awaited<ReturnType<typeof startPostgres>>;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.stop());

let server: Server | undefined;
let redis: Pick<RedisGroup, 'stop'> | undefined;
afterEach(async () => {
  await server?.stop();
  await redis?.stop();
  server = redis = undefined;
});

async function startOn(REDIS_URL: string): Promise<Server> {
  const DATABASE_URL = await postgres.database();
  const OPS_PORT = String(await freePort());
  return startServer({
    DATABASE_URL,
    OPS_PORT,
    REDIS_URL,
    PAYMENTS_TEST: 'true',
    RATE_LIMIT: '100000/60s',
    LOG_LEVEL: 'fatal',
  });
}

/** The queues whose keys a server holds. */
const queuesOn = (port: number) =>
  ask(port, async (client) => {
    const keys = await client.keys('floodgate:*');
    return [...new Set(keys.map((key) => /\{(\w+)\}/.exec(key)?.[1]))].sort();
  });

describe('on one Redis', () => {
  it('an order is confirmed, and a dead Redis does not hold a stop up', async () => {
    const single = await spawnRedis('the tests on one Redis');
    redis = single;
    server = await startOn(single.url);
    const { url } = server;
    const sku = await onSale({ url });
    const order = await placed(sku, { url });
    await becomes(order.id, 'confirmed', url);
    expect(await queuesOn(single.port)).toEqual(['inventory', 'notifications', 'orders', 'payments']);

    await single.kill();
    expect((await place(sku, { url })).response.status).toBe(201); // its messages wait in the outbox
    await eventually(async () => {
      const ready = await fetch(`${server?.opsUrl}/readyz`);
      expect(ready.status).toBe(200); // or no pod would take an order any more
      expect(await ready.json()).toMatchObject({ status: 'degraded', details: { queue: { status: 'degraded' } } });
    });
    expect(await server.stop()).toBe(0);
    expect(server.output()).not.toContain('Stopped after');
  });
});

describe('where no Redis answers', () => {
  it('the start ends with a line that says so and shows no password', async () => {
    const REDIS_URL = 'redis+sentinel://:hunter2@127.0.0.1:9,127.0.0.1:10/mymaster';
    const start = spawnServer({ DATABASE_URL: await postgres.database(), REDIS_URL, PORT: '0' });
    expect(await start.exited).toBe(1);
    expect(start.output().trim()).toMatch(
      /^Floodgate cannot start\. REDIS_URL does not work: .*127\.0\.0\.1:10\/mymaster.*$/m,
    );
    expect(start.output()).not.toContain('hunter2');
  });
});

describe('on Sentinel', () => {
  it('orders placed before, during and after a failover are confirmed', async () => {
    const sentinels = await startSentinels();
    redis = sentinels;
    server = await startOn(sentinels.url);
    const { url } = server;
    const sku = await onSale({ url, stock: 100_000 });
    const accepted: string[] = [];
    let on = true;
    const buyer = async () => {
      while (on) {
        accepted.push((await placed(sku, { url })).id);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    };
    const buyers = [buyer(), buyer()];
    const [primary, replica] = sentinels.servers;
    await becomes((await placed(sku, { url })).id, 'confirmed', url);
    const before = accepted.length;
    await primary?.kill();
    await eventually(() => expect(accepted.length).toBeGreaterThan(before + 10));
    await ask(replica?.port ?? 0, async (client) => {
      if (!(await client.info('replication')).includes('role:master')) throw new Error('not the primary yet');
    });
    on = false;
    await Promise.all(buyers);
    accepted.push((await placed(sku, { url })).id);
    for (const id of accepted) await becomes(id, 'confirmed', url, 40_000);
    expect(await queuesOn(replica?.port ?? 0)).toContain('orders');
  });
});

describe('on a cluster', () => {
  it('an order is confirmed, and the queues are spread over the nodes', async () => {
    const cluster = await startCluster();
    redis = cluster;
    server = await startOn(cluster.url);
    const { url } = server;
    const sku = await onSale({ url });
    const order = await placed(sku, { url });
    await becomes(order.id, 'confirmed', url);
    const queues = await Promise.all(cluster.servers.map(({ port }) => queuesOn(port)));
    expect(queues.flat().sort()).toEqual(['inventory', 'notifications', 'orders', 'payments']);
    expect(queues.filter((some) => some.length > 0).length).toBeGreaterThan(1);
  });
});
