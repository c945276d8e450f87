import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync } from 'node:fs';
import type { Binaries } from './binaries.js';
import { postgresEnv } from './cluster.js';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import type { OsAccount } from './os-account.js';
import { readPostmasterFile } from './postmaster-file.js';
import { endPostmaster, within } from './processes.js';
import type { ServerLog } from './server-log.js';

export interface PostmasterOptions {
  cluster: string;
  binaries: Binaries;
  account: OsAccount;
  log: ServerLog;
  settings: Record<string, string>;
}

const defaults = {
  max_connections: '400', // several processes of the whole, 80 each, and their tools
  shared_buffers: '128MB',
  wal_level: 'logical',
  max_wal_size: '1GB',
  timezone: 'UTC',
  log_timezone: 'UTC',
};

/** Not for the caller to change: what a commit promises, and who can reach the server. */
const fixed = {
  fsync: 'on',
  full_page_writes: 'on',
  synchronous_commit: 'on',
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
};

/** One run of the server process. */
export class Postmaster {
  readonly pid: number;
  /** Resolves when the process is gone, with what ended it. */
  readonly ended: Promise<string>;
  private running = true;

  private constructor(
    child: ChildProcess,
    private readonly options: PostmasterOptions,
  ) {
    this.ended = new Promise((resolve) => {
      const end = (how: string) => {
        this.running = false;
        resolve(how);
      };
      child.once('exit', (code, signal) => end(signal ?? `exit code ${code}`));
      child.once('error', (error) => end(error.message));
    });
    this.pid = child.pid ?? 0;
    child.unref();
  }

  /** Only spawns it: `untilReady` says whether it came up. */
  static spawn(options: PostmasterOptions, port: number): Postmaster {
    const ours = { port: String(port), 'floodgate.owner': String(process.pid) };
    const settings = { ...defaults, ...options.settings, ...fixed, ...ours };
    const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const program = options.account.command(options.binaries.postgres, ['-D', options.cluster, ...flags]);
    const { file, args, ...as } = program;
    const log = options.log.open(options.account);
    try {
      // Detached: its own process group, so Ctrl-C in the terminal does not reach it before we have let go of it.
      const stdio = ['ignore', log, log] as const;
      const child = spawn(file, args, { ...as, detached: true, stdio: [...stdio], env: postgresEnv(), cwd: '/' });
      return new Postmaster(child, options);
    } finally {
      closeSync(log);
    }
  }

  get isRunning(): boolean {
    return this.running;
  }

  /** Never longer than 5 s. */
  async stop(): Promise<void> {
    if (this.running && this.pid) await endPostmaster(this.options.binaries.pgCtl, this.pid, () => this.running);
  }

  /** Waits until it accepts connections; when it does not, ends it and throws. */
  async untilReady(): Promise<void> {
    const { cluster, log } = this.options;
    const settled = () => !this.running || this.isReady();
    const recovers = () => /recovery|redo/.test(log.tail());
    const inTime = (await within(30_000, settled)) || (recovers() && (await within(30_000, settled)));
    if (this.running && inTime) return;
    const reason = log.reason();
    await this.stop();
    throw new EmbeddedPostgresError(
      inTime
        ? `Postgres did not start on ${cluster}: ${reason} (more in ${log.path}).`
        : `Postgres on ${cluster} was not ready in time; its last word: ${reason} (more in ${log.path}). Start again to let it go on.`,
    );
  }

  private isReady(): boolean {
    const file = readPostmasterFile(this.options.cluster);
    return file?.pid === this.pid && file.status === 'ready';
  }
}
