import type { Settings } from '#libs/config';
import { type ConnectionOptions, createPostgresBackend, runMigrations, setDefaultBackendFactory } from 'bullmq';
import { Redis } from 'ioredis';
import pg from 'pg';

/** Injects the QueueEngine. */
export const QUEUE_ENGINE = Symbol('queue engine');

export interface QueueEngine {
  /** What BullMQ's queues and workers of this process share. */
  connection: ConnectionOptions;
  kind: 'postgres' | 'redis';
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** Opens the engine BullMQ runs on: Redis where REDIS_URL is set, else the schema `bullmq` of the database. */
export function openQueueEngine(settings: Settings): Promise<QueueEngine> {
  return settings.REDIS_URL ? openRedis(settings.REDIS_URL) : openPostgres(settings.databaseUrl('messaging'));
}

/** BullMQ takes connections from one pool: one to listen for each worker, the rest for short statements. */
async function openPostgres(connectionString: string): Promise<QueueEngine> {
  const pool = new pg.Pool({
    connectionString,
    max: 24,
    keepAlive: true,
    connectionTimeoutMillis: 5_000,
    application_name: 'floodgate queues',
    options: '-c search_path=bullmq',
  });
  pool.setMaxListeners(0); // BullMQ adds one a queue and worker
  pool.on('error', () => undefined); // an idle connection that drops is replaced on the next use
  const client = await pool.connect();
  try {
    await runMigrations(client, 'bullmq');
  } finally {
    client.release();
  }
  setDefaultBackendFactory(createPostgresBackend);
  return {
    kind: 'postgres',
    connection: pool as unknown as ConnectionOptions, // Nest's types know Redis only
    ping: async () => void (await pool.query('SELECT 1')),
    close: () => pool.end(),
  };
}

async function openRedis(url: string): Promise<QueueEngine> {
  const redis = new Redis(url, { lazyConnect: true, enableOfflineQueue: false, maxRetriesPerRequest: null });
  redis.on('error', () => undefined);
  await redis.connect();
  return {
    kind: 'redis',
    connection: redis,
    ping: async () => void (await redis.ping()),
    close: async () => void (await redis.quit().catch(() => redis.disconnect())),
  };
}
