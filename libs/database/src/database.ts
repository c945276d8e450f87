import { DeadlineExceeded, failpoint } from '#libs/kernel';
import { DataSource, type EntitySchema, type MixedList, type QueryRunner } from 'typeorm';
import { DatabaseFault } from './database-fault.js';
import { migrate, type Migration, pendingMigrations } from './migrate.js';
import { SteadyClient } from './steady-client.js';
import { untilMigrated } from './until-migrated.js';
import { rowsOf, Transaction } from './transaction.js';

export interface DatabaseOptions {
  /** The module's name; its tables live in the schema of this name. */
  module: string;
  url: string;
  /** Where it is migrated where something is pending, as the owner of its schema. Default: `url`. */
  directUrl?: string;
  poolSize: number;
  entities?: MixedList<string | (new () => object) | EntitySchema>;
  migrations: Migration[];
  /** Where something is pending: applies it (default), or waits until another process has. */
  whenPending?: 'migrate' | 'wait';
}

export interface TransactionOptions {
  /** Deadline of the whole transaction, in ms. Past it nothing of it can be committed any more. */
  timeoutMs?: number;
}

/** Below the handler's deadline, which lies below the broker's job lock (5 s). */
export const TRANSACTION_TIMEOUT_MS = 4_000;
/** At a boot, where the server does not answer in time; a refusal is final. */
const CONNECT_ATTEMPTS = 5;

/** A module's own database: its schema, pool and unit of work. */
export class Database {
  private constructor(
    readonly module: string,
    private readonly source: DataSource,
    private readonly timeoutSetting: string,
  ) {}

  /** Connects, and migrates the module's schema where something is pending; otherwise it needs no right but to use it. */
  static async open(options: DatabaseOptions): Promise<Database> {
    const source = new DataSource({
      type: 'postgres',
      url: options.url,
      schema: options.module,
      entities: options.entities ?? [],
      applicationName: `floodgate ${options.module}`,
      connectTimeoutMS: 3_000,
      poolSize: options.poolSize,
      logging: false, // errors are thrown, and told once
      poolErrorHandler: () => undefined, // an idle connection that drops is replaced on the next use
      extra: { Client: SteadyClient, idleTimeoutMillis: 30_000 },
    });
    await connect(source).catch((error: unknown) => {
      throw DatabaseFault.away(options.module, options.url, 'DATABASE_URL', error);
    });
    try {
      const { module, url, directUrl = url, migrations } = options;
      const pending = await pendingMigrations(source, module, migrations);
      if (pending?.length !== 0 && options.whenPending === 'wait') {
        await untilMigrated(module, () => pendingMigrations(source, module, migrations));
      } else if (pending?.length !== 0) await migrate({ module, url, directUrl, migrations });
      const [row] = await source.query<[{ version: string }]>(
        "SELECT current_setting('server_version_num') AS version",
      );
      const hasTimeout = Number(row.version) >= 170_000;
      return new Database(module, source, hasTimeout ? 'transaction_timeout' : 'idle_in_transaction_session_timeout');
    } catch (error) {
      await source.destroy();
      throw error;
    }
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
    if (error instanceof DeadlineExceeded) return void evict(runner, error);
    try {
      if (runner.isTransactionActive) await runner.rollbackTransaction();
      if (!runner.isReleased) await runner.release();
    } catch (cause) {
      await evict(runner, cause as Error); // the connection is gone, and its transaction with it
    }
  }
}

/** Where many start at once, the server may be busier than one connection's deadline allows for. */
async function connect(source: DataSource): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await source.initialize();
      return;
    } catch (error) {
      if (attempt === CONNECT_ATTEMPTS || !/timeout/i.test(String(error))) throw error;
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

/**
 * Closes the connection, so that the server rolls back, and waits until its pool knows: given back any sooner, the pool
 * takes it for idle and hands it to the next. Where the pool has none to give yet, it is closed as soon as it does.
 */
async function evict(runner: QueryRunner, error: Error): Promise<void> {
  const client = (await runner.connect().catch(() => undefined)) as SteadyClient | undefined;
  if (client && !runner.isReleased) {
    const ended = new Promise((resolve) => client.once('end', resolve));
    client.abandon(error);
    await ended;
  }
  if (!runner.isReleased) await runner.release().catch(() => undefined);
}
