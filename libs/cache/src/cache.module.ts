import { SETTINGS, type Settings } from '#libs/config';
import { CacheModule as NestCacheModule } from '@nestjs/cache-manager';
import type { DynamicModule } from '@nestjs/common';
import { Keyv } from 'keyv';
import { LruMap } from './lru-map.js';
import { RedisStore } from './redis-store.js';

const MOST_ENTRIES = 10_000;
const DEFAULT_TTL_MS = 60_000;

/** The process's memory in front; behind it, where REDIS_URL is set, Redis for all processes. */
export function cacheStores(redisUrl: string | undefined): Keyv[] {
  const memory = new Keyv({ store: new LruMap<string, string>(MOST_ENTRIES) });
  if (!redisUrl) return [memory];
  const redis = new Keyv({ store: RedisStore.connect(redisUrl), namespace: 'floodgate-cache' });
  return [memory, redis];
}

/** Makes cache-manager's `Cache` injectable everywhere. It is closed with the application. */
export const CacheModule: DynamicModule = NestCacheModule.registerAsync({
  isGlobal: true,
  inject: [SETTINGS],
  useFactory: (settings: Settings) => ({ stores: cacheStores(settings.REDIS_URL), ttl: DEFAULT_TTL_MS }),
});
