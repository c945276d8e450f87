import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '#libs/embedded';
import pg from 'pg';
import { eventually } from '../support/eventually.js';
import { freePort, SECRET } from '../support/server.js';

const MAIN = join(import.meta.dirname, '../../dist/test/messaging/toy-app.js');

/** A Postgres of its own, and as many toy processes as a spec starts. */
export class Toy {
  private constructor(
    private readonly dataDir: string,
    private postgres: EmbeddedPostgres,
    readonly sql: pg.Pool,
  ) {}

  static async create(): Promise<Toy> {
    const dataDir = await mkdtemp(join(tmpdir(), 'floodgate-toy-'));
    const postgres = await startEmbeddedPostgres({ dataDir });
    const sql = new pg.Pool({ connectionString: postgres.url, max: 2 });
    sql.on('error', () => undefined);
    return new Toy(dataDir, postgres, sql);
  }

  /** Starts a process; `env` may name a FAILPOINT to die at. */
  async start(env: Record<string, string> = {}) {
    const port = await freePort();
    const child = spawn(process.execPath, ['--enable-source-maps', MAIN], {
      env: { PATH: process.env.PATH, DATABASE_URL: this.postgres.url, SECRET, PORT: String(port), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const exited = once(child, 'exit').then(([code, signal]) => (signal ?? code) as string | number);
    await eventually(() => {
      if (!output.includes('ready')) throw new Error(`The toy is not ready:\n${output}`);
    }, 30_000);
    const send = async (query: string) =>
      (await fetch(`http://127.0.0.1:${port}/?${query}`, { method: 'POST', signal: AbortSignal.timeout(15_000) }))
        .status;
    const readLog = async (cursor: string) => {
      const response = await fetch(`http://127.0.0.1:${port}/?log=${cursor}`, { method: 'POST' });
      return (await response.json()) as { numbers: { no: number }[]; cursor: string };
    };
    return { send, readLog, exited, output: () => output, kill: (signal: NodeJS.Signals) => child.kill(signal) };
  }

  /** Its port, for a proxy in front; the process then gets the URL of `through`. */
  get port(): number {
    return Number(new URL(this.postgres.url).port);
  }

  /** The URL of its Postgres by way of another port. */
  through(port: number): string {
    const url = new URL(this.postgres.url);
    url.port = String(port);
    return url.href;
  }

  async stopPostgres(): Promise<void> {
    await this.postgres.stop();
  }

  async startPostgres(): Promise<void> {
    this.postgres = await startEmbeddedPostgres({ dataDir: this.dataDir, port: this.port });
  }

  /** The numbers entered by a module, sorted, as often as they were entered. */
  async numbers(schema: 'sender' | 'receiver'): Promise<number[]> {
    const { rows } = await this.sql.query<{ no: number }>(`SELECT no FROM ${schema}.rows ORDER BY no`);
    return rows.map(({ no }) => no);
  }

  /** How many rows a messaging table of both modules has. */
  async count(table: 'deliveries' | 'dead_letters'): Promise<number> {
    const { rows } = await this.sql.query<{ count: number }>(
      `SELECT (SELECT count(*) FROM sender.${table})::int + (SELECT count(*) FROM receiver.${table})::int AS count`,
    );
    return rows[0]?.count ?? -1;
  }

  async destroy(): Promise<void> {
    await this.sql.end();
    await this.postgres.stop();
    await rm(this.dataDir, { recursive: true, force: true });
  }
}

export const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);
