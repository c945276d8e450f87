import { DeadlineExceeded, failpoint } from '#libs/kernel';
import { DataSource, type EntitySchema, type MixedList, type MigrationInterface, type QueryRunner } from 'typeorm';
import { rowsOf, Transaction } from './transaction.js';

export interface DatabaseOptions {
  /** The module's name; its tables live in the schema of this name. */
  module: string;
  url: string;
  poolSize: number;
  entities?: MixedList<string | (new () => object) | EntitySchema>;
  migrations: (new () => MigrationInterface)[];
}

export interface TransactionOptions {
  /** Deadline of the whole transaction, in ms. Past it nothing of it can be committed any more. */
  timeoutMs?: number;
}

/** Below the handler's deadline, which lies below the broker's job lock (5 s). */
export const TRANSACTION_TIMEOUT_MS = 4_000;

/** A module's own database: its schema, pool and unit of work. */
export class Database {
  private constructor(
    readonly module: string,
    private readonly source: DataSource,
    private readonly timeoutSetting: string,
  ) {}

  /** Connects, creates the module's schema and migrates it. Replicas that boot together take turns. */
  static async open(options: DatabaseOptions): Promise<Database> {
    const source = new DataSource({
      type: 'postgres',
      url: options.url,
      schema: options.module,
      entities: options.entities ?? [],
      migrations: options.migrations,
      migrationsTableName: 'migrations',
      applicationName: `floodgate ${options.module}`,
      connectTimeoutMS: 3_000,
      poolSize: options.poolSize,
      poolErrorHandler: () => undefined, // an idle connection that drops is replaced on the next use
      extra: { keepAlive: true, idleTimeoutMillis: 30_000 },
    });
    await source.initialize();
    await migrate(source, options.module);
    const [row] = await source.query<[{ version: string }]>("SELECT current_setting('server_version_num') AS version");
    return new Database(
      options.module,
      source,
      Number(row.version) >= 170_000 ? 'transaction_timeout' : 'idle_in_transaction_session_timeout',
    );
  }

  async query<Row = unknown>(sql: string, parameters?: unknown[]): Promise<Row[]> {
    const runner = this.source.createQueryRunner();
    try {
      return rowsOf<Row>(await runner.query(sql, parameters, true));
    } finally {
      await runner.release();
    }
  }

  /** The unit of work: commits what `work` did, or nothing. Late work cannot commit: see TransactionOptions. */
  async transaction<T>(work: (tx: Transaction) => Promise<T>, options: TransactionOptions = {}): Promise<T> {
    const timeoutMs = options.timeoutMs ?? TRANSACTION_TIMEOUT_MS;
    const runner = this.source.createQueryRunner();
    const tx = new Transaction(runner);
    const late = deadline(timeoutMs);
    try {
      const result = await Promise.race([this.run(runner, tx, work, timeoutMs), late.promise]);
      tx.runAfterCommit();
      return result;
    } catch (error) {
      await this.abandon(runner, tx, error);
      throw error;
    } finally {
      late.clear();
      tx.close();
    }
  }

  /** The repositories, outside of a transaction: for reads. */
  get manager() {
    return this.source.manager;
  }

  async close(): Promise<void> {
    if (this.source.isInitialized) await this.source.destroy();
  }

  private async run<T>(
    runner: QueryRunner,
    tx: Transaction,
    work: (tx: Transaction) => Promise<T>,
    timeoutMs: number,
  ): Promise<T> {
    await runner.query(
      `BEGIN; SET LOCAL statement_timeout = ${timeoutMs}; SET LOCAL ${this.timeoutSetting} = ${timeoutMs}`,
    );
    // TypeORM's startTransaction would be a second round trip. Told so, its repositories join this transaction.
    Object.assign(runner, { isTransactionActive: true, transactionDepth: 1 });
    const result = await work(tx);
    await tx.runBeforeCommit();
    tx.close();
    failpoint('transaction.before-commit');
    await runner.commitTransaction();
    failpoint('transaction.after-commit');
    await runner.release();
    return result;
  }

  private async abandon(runner: QueryRunner, tx: Transaction, error: unknown): Promise<void> {
    tx.close();
    if (error instanceof DeadlineExceeded) return destroyConnection(runner);
    try {
      if (runner.isTransactionActive) await runner.rollbackTransaction();
      if (!runner.isReleased) await runner.release();
    } catch {
      await destroyConnection(runner); // the connection is gone, and its transaction with it
    }
  }
}

function deadline(ms: number) {
  let timer: NodeJS.Timeout | undefined;
  const promise = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new DeadlineExceeded('The transaction', ms)), ms);
  });
  promise.catch(() => undefined); // it may lose the race before anyone looks
  return { promise, clear: () => clearTimeout(timer) };
}

/** Closes the socket, so that the server rolls back whatever is still running on it. */
async function destroyConnection(runner: QueryRunner): Promise<void> {
  const connection = (await runner.connect().catch(() => undefined)) as {
    connection?: { stream?: { destroy(): void } };
  };
  connection?.connection?.stream?.destroy();
  if (!runner.isReleased) await runner.release().catch(() => undefined);
}

async function migrate(source: DataSource, schema: string): Promise<void> {
  const lock = source.createQueryRunner();
  try {
    await lock.connect();
    await lock.query('SELECT pg_advisory_lock(hashtext($1))', [`migrate ${schema}`]);
    await lock.query(`CREATE SCHEMA IF NOT EXISTS "${schema}"`);
    await source.runMigrations({ transaction: 'each' });
    await lock.query('SELECT pg_advisory_unlock(hashtext($1))', [`migrate ${schema}`]);
  } finally {
    await lock.release();
  }
}
