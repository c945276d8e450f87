import { withDeadline } from '#libs/kernel';
import { createRedis, tellOutages } from '#libs/redis';
import { Logger } from '@nestjs/common';
import type { Cluster, Redis } from 'ioredis';

/** A cache that is slower than the database behind it is worse than none. */
const DEADLINE_MS = 150;
/** After an operation that came late Redis is left alone for this long: a black hole then costs one request, not all. */
const REST_MS = 2_000;

/**
 * Redis as a store of Keyv that never throws and never hangs. Away, every read is a miss and every write is lost, so
 * whatever is written needs a time to live that the reader can bear.
 */
export class RedisStore {
  private restUntil = 0;

  private constructor(private readonly redis: Redis | Cluster) {}

  static connect(url: string): RedisStore {
    const redis = createRedis(url, { maxRetriesPerRequest: 0 });
    tellOutages(redis, new Logger('Cache'), 'going on without it');
    return new RedisStore(redis);
  }

  async get(key: string): Promise<string | undefined> {
    return (await this.inTime(() => this.redis.get(key))) ?? undefined;
  }

  /** `ttl` in ms. */
  async set(key: string, value: string, ttl?: number): Promise<void> {
    await this.inTime(() => (ttl ? this.redis.set(key, value, 'PX', Math.ceil(ttl)) : this.redis.set(key, value)));
  }

  async delete(key: string): Promise<boolean> {
    return ((await this.inTime(() => this.redis.unlink(key))) ?? 0) > 0;
  }

  /** Keyv asks for it. Redis would have to be searched as a whole, so entries live out their time. */
  async clear(): Promise<never> {
    throw new Error('The cache cannot be cleared: delete the keys that changed.');
  }

  /** At once: what is in flight is only a cache's. */
  async disconnect(): Promise<void> {
    this.redis.disconnect();
  }

  private async inTime<T>(work: () => Promise<T>): Promise<T | undefined> {
    if (Date.now() < this.restUntil) return undefined;
    try {
      return await withDeadline('Redis', DEADLINE_MS, work());
    } catch {
      this.restUntil = Date.now() + REST_MS;
      return undefined;
    }
  }
}
