import { migratesAtBoot, type Settings } from '#libs/config';
import { DatabaseFault, isPooled, SteadyClient, untilMigrated } from '#libs/database';
import { connectRedis, createRedis, tellOutages } from '#libs/redis';
import { Logger } from '@nestjs/common';
import { type ConnectionOptions, createPostgresBackend, setDefaultBackendFactory, type Worker } from 'bullmq';
import pg from 'pg';
import { migrateQueues, QUEUE_SCHEMA, queuesArePending } from './queue-schema.js';

/** Redis has this long to answer at boot: it may come up at the same time. */
const BOOT_MS = 5_000;

/** Injects the QueueEngine. */
export const QUEUE_ENGINE = Symbol('queue engine');

export interface QueueEngine {
  /** For BullMQ's queues: adding fails at once while the engine is away. */
  connection: ConnectionOptions;
  /** For BullMQ's workers: they wait while it is away. */
  workers: ConnectionOptions;
  kind: 'postgres' | 'redis';
  ping(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Where a queue's keys lie in Redis. The braces are a hash tag: a cluster keeps all keys of one queue in one slot, as
 * BullMQ's scripts need it, and the queues on different nodes.
 */
export const queuePrefix = (queue: string) => `floodgate:{${queue}}`;

/** Opens the engine BullMQ runs on: Redis where REDIS_URL is set, else the schema `bullmq` of the database. */
export function openQueueEngine(settings: Settings): Promise<QueueEngine> {
  return settings.REDIS_URL ? openRedis(settings.REDIS_URL) : openPostgres(settings);
}

/** BullMQ takes connections from one pool: one to listen for each worker, the rest for short statements. */
async function openPostgres(settings: Settings): Promise<QueueEngine> {
  const connectionString = settings.databaseUrl('messaging');
  const pool = new pg.Pool({
    Client: SteadyClient,
    connectionString,
    max: poolSize(settings.MODULES),
    connectionTimeoutMillis: 5_000,
    application_name: 'floodgate queues',
    // Not as a startup parameter, which poolers refuse.
    onConnect: (client) => void client.query(`SET search_path TO ${QUEUE_SCHEMA}`).catch(() => undefined),
  });
  pool.setMaxListeners(0); // BullMQ adds one a queue and worker
  pool.on('error', () => undefined); // an idle connection that drops is replaced on the next use
  try {
    const isPending = (await pendingIn(pool, connectionString)).length > 0;
    if (await isPooled({ createQueryRunner: () => runnerOf(pool) })) throw DatabaseFault.pooledQueues(connectionString);
    if (isPending && migratesAtBoot(settings)) await migrateQueues(settings);
    else if (isPending) await untilMigrated('queues', () => pendingIn(pool, connectionString));
  } catch (error) {
    await pool.end();
    throw error;
  }
  setDefaultBackendFactory(createPostgresBackend);
  const connection = pool as unknown as ConnectionOptions; // Nest's types know Redis only
  return {
    kind: 'postgres',
    connection,
    workers: connection,
    ping: async () => void (await pool.query('SELECT 1')),
    close: () => pool.end(),
  };
}

function runnerOf(pool: pg.Pool) {
  let client: Promise<pg.PoolClient> | undefined;
  const connected = () => (client ??= pool.connect());
  return {
    query: async (sql: string) => (await (await connected()).query<object>(sql)).rows,
    release: async () => (await client)?.release(),
  };
}

async function pendingIn(pool: pg.Pool, url: string): Promise<string[]> {
  const client = await connected(pool, url);
  return (await queuesArePending(client).finally(() => client.release())) ? ['BullMQ'] : [];
}

async function connected(pool: pg.Pool, url: string): Promise<pg.PoolClient> {
  try {
    return await pool.connect();
  } catch (error) {
    throw DatabaseFault.away('messaging', url, 'DATABASE_URL', error);
  }
}

/** Split into processes of few modules each, all of them together must fit into one Postgres. */
function poolSize(modules: readonly string[]): number {
  return modules.includes('all') ? 24 : Math.min(24, 6 + 3 * modules.length);
}

/**
 * Two clients. While Redis is away, whoever adds a job must hear it at once: the outbox keeps the message. A worker must
 * wait: without an offline queue its loop would fail so fast that nothing else in the process got its turn.
 */
async function openRedis(url: string): Promise<QueueEngine> {
  const queues = await connectRedis(url, { maxRetriesPerRequest: 0 }, BOOT_MS);
  tellOutages(queues, new Logger('Queues'), 'messages wait in their outboxes');
  const workers = createRedis(url, { maxRetriesPerRequest: null, enableOfflineQueue: true, lazyConnect: true });
  workers.on('error', () => undefined); // told above, once an outage
  return {
    kind: 'redis',
    connection: queues as ConnectionOptions,
    workers: workers as ConnectionOptions,
    ping: async () => void (await queues.ping()),
    close: async () => {
      queues.disconnect();
      workers.disconnect();
    },
  };
}

/** Whether a worker's Redis is away: then nobody can be told how its job ends, and to wait for it holds up the stop. */
export function isAway(worker: Worker): boolean {
  const { status } = worker.opts.connection as { status?: string };
  return status !== undefined && status !== 'ready';
}
