import type { Settings } from '#libs/config';
import { DatabaseFault, grantAll, roleOf, sqlState, SteadyClient } from '#libs/database';
import { assertSchemaCompatibility, LATEST_SCHEMA_VERSION, runMigrations, SchemaMigrationRequiredError } from 'bullmq';
import type pg from 'pg';

/** The schema of BullMQ where queues live in Postgres. All processes share it. */
export const QUEUE_SCHEMA = 'bullmq';
const WHERE = 'messaging';

export interface MigratedQueues {
  /** Whether anything was pending. */
  applied: boolean;
  /** The role of the queues, where the owner is another one. */
  granted?: string;
}

/**
 * Brings BullMQ's schema up to date, as the role of MESSAGING_DIRECT_URL, and grants that of MESSAGING_DATABASE_URL what
 * it needs there. No other: a job holds what its module alone may know.
 */
export async function migrateQueues(settings: Settings): Promise<MigratedQueues> {
  const role = roleOf(settings.databaseUrl(WHERE));
  const directUrl = settings.directUrl(WHERE);
  const client = new SteadyClient({ connectionString: directUrl, connectionTimeoutMillis: 5_000, answerTimeoutMs: 0 });
  await client.connect();
  try {
    // Rivals take turns: two GRANTs at once fail. BullMQ's migrations lock by session, so none may go through a pooler;
    // neither does this lock, which goes with the connection.
    await client.query('SELECT pg_advisory_lock(hashtext($1))', [`migrate ${QUEUE_SCHEMA}`]);
    const applied = await queuesArePending(client);
    if (applied) await runMigrations(client, QUEUE_SCHEMA);
    if (role === roleOf(directUrl)) return { applied };
    await grantAll(client, QUEUE_SCHEMA, role, { but: ['migration'] });
    return { applied, granted: role };
  } catch (error) {
    if (sqlState(error) === '42704') throw DatabaseFault.noRole(WHERE, role, error);
    if (sqlState(error) !== '42501') throw error;
    throw DatabaseFault.refused(WHERE, roleOf(directUrl), ['queues'], error);
  } finally {
    await client.end();
  }
}

/** True also where this role may not look. */
export async function queuesArePending(client: pg.ClientBase): Promise<boolean> {
  try {
    return (await assertSchemaCompatibility(client, QUEUE_SCHEMA)) < LATEST_SCHEMA_VERSION;
  } catch (error) {
    if (error instanceof SchemaMigrationRequiredError || sqlState(error) === '42501') return true;
    throw error;
  }
}
