import { withDeadline } from '#libs/kernel';
import KeyvRedis, { createClient, type KeyvRedisEntry } from '@keyv/redis';
import { Logger } from '@nestjs/common';

/** A cache that is slower than the database behind it is worse than none. */
const DEADLINE_MS = 150;
/** After an operation that came late Redis is left alone for this long: a black hole then costs one request, not all. */
const REST_MS = 2_000;
const LONGEST_BACKOFF_MS = 2_000;

/**
 * Redis as a store that never throws and never hangs. Away, every read is a miss and every write is lost, so whatever
 * is written needs a time to live that the reader can bear.
 */
export class RedisStore extends KeyvRedis<string> {
  private restUntil = 0;

  static connect(url: string): RedisStore {
    const logger = new Logger('Cache');
    const client = createClient({
      url,
      disableOfflineQueue: true, // while Redis is away commands fail at once in place of waiting for it
      socket: {
        connectTimeout: 1_000,
        reconnectStrategy: (attempt) => Math.min(50 * 2 ** attempt, LONGEST_BACKOFF_MS),
      },
    });
    let away = false;
    client.on('error', (error: Error) => {
      if (!away) logger.warn(`Redis is away, going on without it: ${error.message || String(error)}`);
      away = true;
    });
    client.on('ready', () => {
      if (away) logger.warn('Redis is back.');
      away = false;
    });
    client.connect().catch(() => undefined); // it goes on trying; nobody waits for it
    const store = new RedisStore(client, { throwOnConnectError: false, throwOnErrors: false });
    store.on('error', () => undefined); // told above, once an outage
    return store;
  }

  override async get<U = string>(key: string): Promise<U | undefined> {
    return this.inTime(() => super.get<U>(key));
  }

  override async getMany<U = string>(keys: string[]): Promise<(U | undefined)[]> {
    return (await this.inTime(() => super.getMany<U>(keys))) ?? keys.map(() => undefined);
  }

  override async set(key: string, value: string, ttl?: number): Promise<void> {
    await this.inTime(() => super.set(key, value, ttl));
  }

  override async setMany(entries: KeyvRedisEntry<string>[]): Promise<void> {
    await this.inTime(() => super.setMany(entries));
  }

  override async delete(key: string): Promise<boolean> {
    return (await this.inTime(() => super.delete(key))) ?? false;
  }

  /** At once: what is in flight is only a cache's. */
  override async disconnect(): Promise<void> {
    if (this.client.isOpen) await this.client.destroy();
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
