import type { Cluster, Redis } from 'ioredis';

interface Log {
  warn(message: string): void;
}

/** One line when Redis goes away and one when it is back: a client that reconnects has an error every moment. */
export function tellOutages(redis: Redis | Cluster, log: Log, consequence: string): void {
  let away = false;
  redis.on('error', (error: Error) => {
    if (!away) log.warn(`Redis is away, ${consequence}: ${error.message || String(error)}`);
    away = true;
  });
  redis.on('ready', () => {
    if (away) log.warn('Redis is back.');
    away = false;
  });
}
