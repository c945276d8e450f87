import type { EntityManager, QueryResult, QueryRunner } from 'typeorm';

type Hook = () => Promise<void>;

/** One running transaction of a module. Hand it on explicitly: whatever takes one is part of the unit of work. */
export class Transaction {
  private readonly before: Hook[] = [];
  private readonly after: (() => void)[] = [];
  private closed = false;

  constructor(private readonly runner: QueryRunner) {}

  /** Repositories of this transaction. */
  get manager(): EntityManager {
    return this.runner.manager;
  }

  async query<Row = unknown>(sql: string, parameters?: unknown[]): Promise<Row[]> {
    if (this.closed) throw new Error('This transaction has ended; nothing more can be written in it.');
    return rowsOf<Row>(await this.runner.query(sql, parameters, true));
  }

  /** Runs inside the transaction, right before its commit. */
  beforeCommit(hook: Hook): void {
    this.before.push(hook);
  }

  /** Runs once the commit is durable; never after a rollback. */
  afterCommit(hook: () => void): void {
    this.after.push(hook);
  }

  async runBeforeCommit(): Promise<void> {
    for (const hook of this.before) await hook();
  }

  runAfterCommit(): void {
    for (const hook of this.after) hook();
  }

  close(): void {
    this.closed = true;
  }
}

/** The rows of a statement, also of an INSERT, UPDATE or DELETE with RETURNING. */
export function rowsOf<Row>(result: QueryResult): Row[] {
  return result.records as Row[];
}
