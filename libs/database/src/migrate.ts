import { DataSource, type MigrationInterface } from 'typeorm';
import { sqlState } from './errors.js';
import { grantAll, quoted } from './grants.js';
import { DatabaseFault } from './database-fault.js';
import { isPooled } from './pooler.js';
import { SteadyClient } from './steady-client.js';

export type Migration = new () => MigrationInterface;

export interface MigrateOptions {
  /** The module's name, which is its schema's. */
  module: string;
  /** As the role that owns the schema, past any pooler. */
  directUrl: string;
  /** Of the processes. Where its role is another one, that role is granted what they need. */
  url: string;
  migrations: Migration[];
}

export interface Migrated {
  /** Names of the migrations that were pending. */
  applied: string[];
  /** The role that was granted its rights; none where the owner itself runs the module. */
  granted?: string;
}

interface Queryable {
  query(sql: string, parameters?: unknown[]): Promise<unknown>;
}

/** Brings a module's schema up to date and grants its role its rights: run as often as one likes. Rivals take turns. */
export async function migrate({ module, directUrl, url, migrations }: MigrateOptions): Promise<Migrated> {
  const source = new DataSource({
    type: 'postgres',
    url: directUrl,
    schema: module,
    migrations,
    migrationsTableName: 'migrations',
    applicationName: `floodgate ${module} migrations`,
    connectTimeoutMS: 3_000,
    poolSize: 3,
    logging: false, // errors are thrown, and told once
    poolErrorHandler: () => undefined,
    extra: { Client: SteadyClient, answerTimeoutMs: 0 },
  });
  await source.initialize().catch((error: unknown) => {
    throw DatabaseFault.away(module, directUrl, 'DIRECT_URL', error);
  });
  let pending: string[] | undefined;
  try {
    pending = await pendingMigrations(source, module, migrations);
    if (pending?.length !== 0 && !(await mayMigrate(source, module))) {
      throw DatabaseFault.refused(module, roleOf(directUrl), pending);
    }
    if (pending?.length !== 0 && (await isPooled(source))) throw DatabaseFault.pooled(module, directUrl);
    return await inTurn(source, module, async () => {
      // Not IF NOT EXISTS, which asks for the right to create even where there is nothing to create.
      if (!(await schemaExists(source, module))) await source.query(`CREATE SCHEMA ${quoted(module)}`);
      const applied = (await source.runMigrations({ transaction: 'each' })).map(({ name }) => name);
      const role = roleOf(url);
      if (role === roleOf(directUrl)) return { applied };
      await grantAll(source, module, role, { but: ['migrations'] });
      return { applied, granted: role };
    });
  } catch (error) {
    if (sqlState(error) === '42501') throw DatabaseFault.refused(module, roleOf(directUrl), pending, error);
    if (sqlState(error) === '42704') throw DatabaseFault.noRole(module, roleOf(url), error);
    throw error;
  } finally {
    await source.destroy();
  }
}

/**
 * Names of migrations this code knows and the schema lacks; none where the role may not look. Others there are fine: a
 * newer version runs beside us.
 */
export async function pendingMigrations(
  db: Queryable,
  module: string,
  migrations: Migration[],
): Promise<string[] | undefined> {
  const names = migrations.map((migration) => new migration().name ?? migration.name);
  try {
    const rows = (await db.query(`SELECT name FROM ${quoted(module)}.migrations`)) as { name: string }[];
    const applied = new Set(rows.map(({ name }) => name));
    return names.filter((name) => !applied.has(name));
  } catch (error) {
    if (sqlState(error) === '42501') return undefined;
    if (sqlState(error) === '42P01') return names; // no such schema or table yet
    throw error;
  }
}

export const roleOf = (url: string) => decodeURIComponent(new URL(url).username);

/**
 * Rivals take turns. The lock belongs to a transaction, so it ends with it or with its connection, whatever happens, and
 * no other connection is left holding it; the work runs on other connections meanwhile.
 */
async function inTurn<T>(source: DataSource, module: string, work: () => Promise<T>): Promise<T> {
  const runner = source.createQueryRunner();
  try {
    await runner.query(`BEGIN; SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0`);
    await runner.query('SELECT pg_advisory_xact_lock(hashtext($1))', [`migrate ${module}`]);
    const result = await work();
    await runner.query('COMMIT');
    return result;
  } finally {
    await runner.release(); // after a failure the lock goes with the connection, which `destroy` closes
  }
}

/** Asked before, as TypeORM tells the console of every failure. */
async function mayMigrate(db: Queryable, schema: string): Promise<boolean> {
  const may = (await schemaExists(db, schema))
    ? await db.query("SELECT has_schema_privilege($1, 'CREATE') AS may", [schema])
    : await db.query("SELECT has_database_privilege(current_database(), 'CREATE') AS may");
  return (may as { may: boolean }[])[0]?.may === true;
}

async function schemaExists(db: Queryable, schema: string): Promise<boolean> {
  const rows = (await db.query('SELECT 1 FROM pg_namespace WHERE nspname = $1', [schema])) as unknown[];
  return rows.length > 0;
}
