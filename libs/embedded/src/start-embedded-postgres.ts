import { mkdirSync, realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findBinaries } from './binaries.js';
import { prepareCluster } from './cluster.js';
import { asDirectoryError, EmbeddedPostgresError, reasonOf } from './embedded-postgres-error.js';
import { isFree, pickFreePort } from './free-port.js';
import { chooseAccount } from './os-account.js';
import { anotherRuns, settlePredecessor } from './predecessor.js';
import { ServerLog } from './server-log.js';
import { Supervisor, type SupervisorOptions } from './supervisor.js';

export interface EmbeddedPostgresOptions {
  /** Made when absent. The cluster, its password and its log live in it. */
  dataDir: string;
  /** Default: a free one. */
  port?: number;
  /** Told of orphans, restarts and failures; one line each. */
  onLog?: (line: string) => void;
  /** Further settings of Postgres. Durability and the listening address cannot be changed. */
  settings?: Record<string, string>;
}

export interface EmbeddedPostgres {
  /** Superuser's URL on 127.0.0.1, database `floodgate`. Stays the same when Postgres is restarted. */
  url: string;
  /** Pid of the current postmaster. */
  readonly pid: number;
  /** Ends it within 5 s. */
  stop(): Promise<void>;
}

/** Data directories that this very process starts or runs on: its own pid could not tell it from itself. */
const ours = new Set<string>();

/**
 * Starts the Postgres of `dataDir`, first making its cluster if need be. Throws `EmbeddedPostgresError` with one clear
 * line when it cannot, among others when another live process owns that directory.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const dataDir = openDataDir(options.dataDir);
  if (ours.has(dataDir)) throw anotherRuns(dataDir);
  ours.add(dataDir);
  try {
    const { supervisor, url } = await start(dataDir, options);
    return {
      url,
      get pid() {
        return supervisor.pid;
      },
      stop: () => supervisor.stop().finally(() => ours.delete(dataDir)),
    };
  } catch (error) {
    ours.delete(dataDir);
    throw asDirectoryError(error, dataDir);
  }
}

function openDataDir(path: string): string {
  const dataDir = resolve(path);
  try {
    mkdirSync(dataDir, { recursive: true });
    return realpathSync(dataDir);
  } catch (error) {
    throw asDirectoryError(error, dataDir);
  }
}

async function start(dataDir: string, options: EmbeddedPostgresOptions) {
  const { onLog = () => undefined, settings = {} } = options;
  const cluster = join(dataDir, 'postgres');
  const binaries = await findBinaries();
  const account = chooseAccount(dataDir, cluster, binaries);
  const password = await prepareCluster(dataDir, binaries, account);
  const log = new ServerLog(dataDir);
  const common = { dataDir, cluster, binaries, account, password, log, settings, onLog };
  const { supervisor, port } = await startSoon(common, options.port);
  return { supervisor, url: `postgres://postgres:${password}@127.0.0.1:${port}/floodgate` };
}

/** Refusals that pass: a rival start was quicker, backends of a killed server still die, or the port was just taken. */
const passing = /lock file "postmaster\.pid"|pre-existing shared memory|TCP\/IP sockets/;

async function startSoon(common: Omit<SupervisorOptions, 'port'> & { dataDir: string }, wanted?: number) {
  for (let attempt = 1; ; attempt++) {
    await settlePredecessor(common);
    if (wanted && !(await isFree(wanted)))
      throw new EmbeddedPostgresError(
        `Port ${wanted} for Postgres is in use. Free it, or choose another one, or none: then a free one is found.`,
      );
    const port = wanted ?? (await pickFreePort());
    try {
      return { supervisor: await Supervisor.start({ ...common, port }), port };
    } catch (error) {
      if (attempt === 10 || !passing.test(reasonOf(error))) throw error;
      await sleep(Math.min(1_000, 50 * 2 ** attempt));
    }
  }
}
