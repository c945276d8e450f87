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
  granted: string[];
}

/** Brings BullMQ's schema up to date, as the role of MESSAGING_DIRECT_URL, and grants the others what they need there. */
export async function migrateQueues(settings: Settings, roles: readonly string[]): Promise<MigratedQueues> {
  const directUrl = settings.directUrl(WHERE);
  const client = new SteadyClient({ connectionString: directUrl, connectionTimeoutMillis: 5_000 });
  await client.connect();
  try {
    // Rivals take turns: two GRANTs at once fail. The lock goes with the connection.
    await client.query('SELECT pg_advisory_lock(hashtext($1))', [`migrate ${QUEUE_SCHEMA}`]);
    const applied = await queuesArePending(client);
    if (applied) await runMigrations(client, QUEUE_SCHEMA);
    const found = await client.query<{ name: string }>(
      'SELECT rolname AS name FROM pg_roles WHERE rolname = ANY($1) AND rolname <> current_user ORDER BY 1',
      [roles],
    );
    const granted = found.rows.map(({ name }) => name);
    if (granted.length > 0) await grantAll(client, QUEUE_SCHEMA, granted, { but: ['migration'] });
    return { applied, granted };
  } catch (error) {
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
