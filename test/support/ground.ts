import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '#libs/embedded';
import { ADMIN_KEY, type Entry, SECRET, type Server, startServer } from './server.js';

/** What processes that share their engines must agree on. */
export const SHARED = {
  ADMIN_API_KEY: ADMIN_KEY,
  SECRET,
  PAYMENTS_TEST: 'true',
  DATABASE_POOL_SIZE: '4',
};

/** One Postgres for several processes of one Floodgate. */
export class Ground {
  private readonly started: Promise<Server>[] = [];
  private readonly kept: { stop(): Promise<unknown> }[] = [];
  private readonly said: (() => string)[] = [];

  private constructor(
    readonly dataDir: string,
    private readonly postgres: { url: string; stop(): Promise<void> },
  ) {}

  static async open(): Promise<Ground> {
    const dataDir = await mkdtemp(join(tmpdir(), 'floodgate-ground-'));
    return new Ground(dataDir, await startEmbeddedPostgres({ dataDir }));
  }

  /** As the superuser. */
  get databaseUrl(): string {
    return this.postgres.url;
  }

  /** What its processes have said. */
  output(): string {
    return this.said.map((output) => output()).join('\n');
  }

  get env(): Record<string, string> {
    return { ...SHARED, DATABASE_URL: this.postgres.url, DATA_DIR: this.dataDir };
  }

  /** Starts a process on it, which `close` ends. */
  async start(env: Record<string, string> = {}, entry: Entry = 'main'): Promise<Server> {
    const starting = startServer({ ...this.env, ...env }, entry);
    this.started.push(starting);
    void starting.then((server) => this.said.push(() => server.output())).catch(() => undefined);
    return starting;
  }

  /** What stands beside the processes, and is ended after them. */
  keep(part: { stop(): Promise<unknown> }): void {
    this.kept.push(part);
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.started.map(async (starting) => (await starting).stop()));
    await Promise.allSettled(this.kept.map((part) => part.stop()));
    await this.postgres.stop();
    await rm(this.dataDir, { recursive: true, force: true });
  }
}
