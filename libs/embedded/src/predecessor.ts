import { setTimeout as sleep } from 'node:timers/promises';
import type { Binaries } from './binaries.js';
import { codeOf, EmbeddedPostgresError, reasonOf } from './embedded-postgres-error.js';
import { readOwnerState } from './owner-lock.js';
import { disownStalePid, findPostmaster, type PostmasterFile } from './postmaster-file.js';
import { endPostmaster, isAlive, within } from './processes.js';

export interface Predecessor {
  dataDir: string;
  cluster: string;
  password: string;
  binaries: Binaries;
  onLog: (line: string) => void;
}

export const anotherRuns = (dataDir: string) =>
  new EmbeddedPostgresError(
    `Another Floodgate is running on ${dataDir}. Stop it, or start this one with another DATA_DIR and PORT.`,
  );

/**
 * Clears the way for our own Postgres. One that runs already either has a living owner, who holds the lock: refused; or
 * it is an orphan whose owner was killed: stopped.
 */
export async function settlePredecessor(predecessor: Predecessor): Promise<void> {
  const { dataDir, cluster, binaries, onLog } = predecessor;
  await disownStalePid(cluster);
  const running = await untilOrphaned(predecessor);
  if (!running) return;
  onLog(`Postgres ${running.pid} on ${dataDir} was left behind by a killed process: stopping it`);
  if (await endPostmaster(binaries.pgCtl, running.pid)) return;
  if (await within(10_000, () => !isAlive(running.pid))) return;
  throw new EmbeddedPostgresError(
    `Postgres ${running.pid}, left behind on ${dataDir}, cannot be stopped. End that process, then start again.`,
  );
}

/** The orphan, or undefined once no Postgres runs; throws when its owner lives. */
async function untilOrphaned({ dataDir, cluster, password }: Predecessor): Promise<PostmasterFile | undefined> {
  const deadline = performance.now() + 60_000;
  // A start that is ahead of us by a moment has its Postgres up before it holds the lock: as long as the process that
  // started it lives, it gets this time. After that the pid is taken for a reused one; the lock is the truth.
  const patience = performance.now() + 10_000;
  let problem = 'it does not answer';
  while (performance.now() < deadline) {
    const running = findPostmaster(cluster);
    if (!running) return undefined;
    try {
      const { locked, owner } = await readOwnerState({ port: running.port, password });
      if (locked) throw anotherRuns(dataDir);
      if (owner === process.pid || !isAlive(owner) || performance.now() > patience) return running;
    } catch (error) {
      if (error instanceof EmbeddedPostgresError) throw error;
      // Starting up, in recovery, shutting down, or not listening yet: all of them pass.
      if (codeOf(error) === '28P01') throw wrongPassword(dataDir);
      problem = reasonOf(error);
    }
    await sleep(100);
  }
  const pid = findPostmaster(cluster)?.pid;
  throw new EmbeddedPostgresError(
    `Postgres ${pid} already runs on ${cluster}, and its owner cannot be found out (${problem}). End that process, then start again.`,
  );
}

const wrongPassword = (dataDir: string) =>
  new EmbeddedPostgresError(
    `A Postgres runs on ${dataDir} and refuses the password in postgres.password. Restore that file, or set DATA_DIR to another directory.`,
  );
