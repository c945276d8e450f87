import { Cluster, Redis, type RedisOptions } from 'ioredis';
import { parseRedisUrl } from './redis-url.js';

/** A peer that went away without a word is given up after this long; BullMQ's blocking commands take 10 s at most. */
const SILENCE_MS = 15_000;
const LONGEST_BACKOFF_MS = 1_000;

/**
 * A client for `REDIS_URL`, whatever it names: one server, the primary that Sentinels name, or a cluster. It connects by
 * itself, and again after every failure; while it is away commands fail at once, in place of waiting for it.
 */
export function createRedis(url: string, options: RedisOptions = {}): Redis | Cluster {
  const { kind, hosts, tls, username, password, db, primary } = parseRedisUrl(url);
  const common: RedisOptions = {
    username,
    password,
    ...(tls ? { tls: {} } : {}),
    connectTimeout: 2_000,
    socketTimeout: SILENCE_MS,
    enableOfflineQueue: false,
    retryStrategy: backoff,
    // A server that was the primary until a moment ago: look again for the one that is, and repeat the command there.
    reconnectOnError: (error) => (error.message.startsWith('READONLY') ? 2 : false),
    ...options,
  };
  if (kind === 'cluster') {
    return new Cluster(hosts, {
      redisOptions: common,
      enableOfflineQueue: common.enableOfflineQueue,
      lazyConnect: common.lazyConnect,
      clusterRetryStrategy: backoff,
      slotsRefreshTimeout: 2_000,
      slotsRefreshInterval: 5_000, // a replica that was promoted is found also where no command told of it
      // Node names certificates by host, and a cluster tells of its nodes by address.
      ...(tls ? { dnsLookup: (address, callback) => callback(null, address) } : {}),
    });
  }
  if (kind === 'sentinel') {
    return new Redis({
      ...common,
      sentinels: hosts,
      name: primary,
      sentinelPassword: password, // whoever gives Redis a password gives Sentinel the same one
      ...(tls ? { enableTLSForSentinelMode: true, sentinelTLS: {} } : {}),
      sentinelRetryStrategy: backoff,
      sentinelCommandTimeout: 2_000,
      failoverDetector: true,
    });
  }
  return new Redis({ ...common, ...hosts[0], db });
}

function backoff(attempt: number): number {
  return Math.min(50 * 2 ** Math.min(attempt, 10), LONGEST_BACKOFF_MS);
}
