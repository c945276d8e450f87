import { closeSync, existsSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { codeOf } from './embedded-postgres-error.js';
import { isPostmasterOf } from './processes.js';

export interface PostmasterFile {
  pid: number;
  port: number;
  /** starting, ready, stopping, standby; '' when Postgres has not written it yet. */
  status: string;
}

/** Above the largest pid of any system, so it names nobody. */
const NOBODY = 2_147_483_647;

/** What `postmaster.pid` says, or undefined when there is none. */
export function readPostmasterFile(cluster: string): PostmasterFile | undefined {
  try {
    const lines = readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n');
    return { pid: Math.abs(Number(lines[0])), port: Number(lines[3]), status: lines[7]?.trim() ?? '' };
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** The running postmaster of this cluster, whoever owns it. */
export function findPostmaster(cluster: string): PostmasterFile | undefined {
  const file = readPostmasterFile(cluster);
  return file && file.pid > 0 && isPostmasterOf(file.pid, cluster) ? file : undefined;
}

/**
 * Postgres itself sweeps away the file of a dead pid, but refuses to start while any process of its user has that pid
 * (a stranger, or the zombie of a killed postmaster), or when a crash left the file empty. The pid is overwritten in
 * place instead of unlinking the file, for two reasons: the shared memory key in it must stay, as Postgres needs it to
 * notice surviving backends; and if a rival start has replaced the file in between, this write goes to the old inode
 * and harms nobody.
 */
export async function disownStalePid(cluster: string): Promise<void> {
  const path = join(cluster, 'postmaster.pid');
  // Empty for an instant is what a rival's file is between its creation and its first line.
  if (existsSync(path) && !readPostmasterFile(cluster)?.pid) await sleep(200);
  let file: number;
  try {
    file = openSync(path, 'r+');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return;
    throw error;
  }
  try {
    const [first, ...rest] = readFileSync(file, 'utf8').split('\n');
    const pid = Math.abs(Number(first));
    if (pid && isPostmasterOf(pid, cluster)) return;
    writeSync(file, [NOBODY, ...rest, ...(rest.length ? [] : [''])].join('\n'), 0);
  } finally {
    closeSync(file);
  }
}
