import { Redis } from 'ioredis';
import { eventually } from '../support/eventually.js';
import { type RedisServer, spawnRedis } from '../support/redis.js';
import { freePort } from '../support/server.js';

export interface RedisGroup {
  url: string;
  servers: RedisServer[];
  stop(): Promise<void>;
}

/** A primary (the first of `servers`), a replica, and three Sentinels that watch them. */
export async function startSentinels(): Promise<RedisGroup> {
  const what = 'the tests on Redis Sentinel';
  const servers: RedisServer[] = [];
  const stop = async () => void (await Promise.all(servers.map((server) => server.stop())));
  try {
    const primary = await spawnRedis(what);
    servers.push(primary, await spawnRedis(what, [`replicaof 127.0.0.1 ${primary.port}`]));
    const config = [
      `sentinel monitor mymaster 127.0.0.1 ${primary.port} 2`,
      'sentinel down-after-milliseconds mymaster 1000',
      'sentinel failover-timeout mymaster 4000',
    ];
    const sentinels = await Promise.all([1, 2, 3].map(() => spawnRedis(what, config)));
    servers.push(...sentinels);
    for (const { port } of sentinels) {
      await ask(port, async (redis) => {
        const state = pairs(await redis.call('SENTINEL', 'MASTER', 'mymaster'));
        if (state.get('num-other-sentinels') !== '2' || state.get('num-slaves') !== '1')
          throw new Error('not all known');
      });
    }
    await ask(primary.port, async (redis) => {
      if (!(await redis.info('replication')).includes('state=online')) throw new Error('The replica has no copy.');
    });
    const list = sentinels.map(({ port }) => `127.0.0.1:${port}`).join(',');
    return { url: `redis+sentinel://${list}/mymaster`, servers, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Three primaries that share the slots. */
export async function startCluster(): Promise<RedisGroup> {
  const servers: RedisServer[] = [];
  const stop = async () => void (await Promise.all(servers.map((server) => server.stop())));
  try {
    const buses = [await freePort(), await freePort(), await freePort()];
    for (const bus of buses) {
      const config = ['cluster-enabled yes', 'cluster-node-timeout 2000', `cluster-port ${bus}`];
      servers.push(await spawnRedis('the tests on Redis Cluster', config));
    }
    const slots = [0, 5461, 10923, 16384];
    for (const [index, { port }] of servers.entries()) {
      await ask(port, async (redis) => {
        await redis.call('CLUSTER', 'ADDSLOTSRANGE', String(slots[index]), String((slots[index + 1] ?? 0) - 1));
        await redis.call('CLUSTER', 'MEET', '127.0.0.1', String(servers[0]?.port), String(buses[0]));
      });
    }
    for (const { port } of servers) {
      await ask(port, async (redis) => {
        const info = String(await redis.call('CLUSTER', 'INFO'));
        if (!info.includes('cluster_state:ok') || !info.includes('cluster_known_nodes:3')) throw new Error(info);
      });
    }
    const list = servers.slice(0, 2).map(({ port }) => `127.0.0.1:${port}`).join(','); // prettier-ignore
    return { url: `redis+cluster://${list}`, servers, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Asks one server until the answer is right. */
export async function ask<T>(port: number, question: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(port, '127.0.0.1');
  try {
    return await eventually(() => question(redis), 20_000);
  } finally {
    redis.disconnect();
  }
}

function pairs(answer: unknown): Map<string, string> {
  const flat = answer as string[];
  return new Map(flat.flatMap((name, index) => (index % 2 === 0 ? [[name, flat[index + 1] ?? ''] as const] : [])));
}
