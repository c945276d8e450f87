import { setTimeout as sleep } from 'node:timers/promises';
import { isUntrustedCertificate } from '#libs/kernel';
import type { Cluster, Redis, RedisOptions } from 'ioredis';
import { createRedis } from './create-redis.js';
import { redisHosts } from './redis-url.js';

/** Its message is one line that says what is wrong with REDIS_URL: print it as it is. */
export class RedisFault extends Error {
  constructor(reason: string, url: string, cause?: unknown) {
    super(
      `REDIS_URL does not work: ${reason} (${redisHosts(url)}). ` +
        (isUntrustedCertificate(cause)
          ? 'Name the CA that signed its certificate: NODE_EXTRA_CA_CERTS=/path/of/ca.crt.'
          : 'Correct it, or unset it to keep queues in Postgres.'),
      { cause },
    );
    this.name = 'RedisFault';
  }
}

/** A client that is connected; throws RedisFault where it is not in time, since Redis may come up at the same moment. */
export async function connectRedis(url: string, options: RedisOptions, deadlineMs: number): Promise<Redis | Cluster> {
  const redis = createRedis(url, options);
  let last: Error | undefined;
  const keep = (error: Error) => (last = error);
  const end = Date.now() + deadlineMs;
  redis.on('error', keep);
  while (redis.status !== 'ready') {
    if (Date.now() > end) {
      redis.disconnect();
      throw new RedisFault(reasonOf(last) ?? `no answer within ${deadlineMs} ms`, url, last);
    }
    await sleep(20);
  }
  redis.off('error', keep);
  return redis;
}

/** A cluster says only that all of its nodes failed; the last of their errors says why. */
function reasonOf(error: Error | undefined): string | undefined {
  const { lastNodeError } = (error ?? {}) as { lastNodeError?: Error };
  return lastNodeError?.message ?? error?.message;
}
