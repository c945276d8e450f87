import { execFile, spawnSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { codeOf } from './embedded-postgres-error.js';

/** Polls until `condition` holds; false when `ms` have passed first. */
export async function within(ms: number, condition: () => boolean, everyMs = 15): Promise<boolean> {
  const deadline = performance.now() + ms;
  while (!condition()) {
    if (performance.now() > deadline) return false;
    await sleep(everyMs);
  }
  return true;
}

/** Whether a process runs. A zombie counts as dead: in a container without an init nobody ever reaps it. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (codeOf(error) !== 'EPERM') return false;
  }
  if (process.platform !== 'linux') return true;
  const stat = attempt(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  return !/^.*\) [ZX] /s.test(stat ?? '');
}

/** Whether the process is the postmaster of this cluster, rather than a stranger that was given its old pid. */
export function isPostmasterOf(pid: number, cluster: string): boolean {
  if (!isAlive(pid)) return false;
  if (process.platform === 'linux') {
    const argv = attempt(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8')) ?? '';
    const [program = '', ...rest] = argv.split('\0');
    if (!/(^|\/)postgres$/.test(program)) return false;
    return rest.includes(cluster) || attempt(() => readlinkSync(`/proc/${pid}/cwd`)) === cluster;
  }
  const [command, args]: [string, string[]] =
    process.platform === 'win32'
      ? ['tasklist', ['/FI', `PID eq ${pid}`, '/NH']]
      : ['ps', ['-ww', '-o', 'command=', '-p', String(pid)]];
  const { stdout } = spawnSync(command, args, { encoding: 'utf8', timeout: 5_000 });
  return /postgres/.test(stdout) && (process.platform === 'win32' || stdout.includes(cluster));
}

/** Windows has no signals: there pg_ctl hands them over through the postmaster's pipe. */
function signal(pid: number, name: 'SIGINT' | 'SIGQUIT' | 'SIGKILL', pgCtl: string): void {
  if (process.platform === 'win32' && name !== 'SIGKILL')
    execFile(pgCtl, ['kill', name.slice(3), String(pid)], () => undefined);
  else attempt(() => process.kill(pid, name));
}

/** Ends a postmaster within 5 s: a fast shutdown, then without a checkpoint (recovered at the next start), then by force. */
export async function endPostmaster(pgCtl: string, pid: number, isRunning = () => isAlive(pid)): Promise<boolean> {
  signal(pid, 'SIGINT', pgCtl);
  if (await within(3_000, () => !isRunning())) return true;
  signal(pid, 'SIGQUIT', pgCtl);
  if (await within(1_500, () => !isRunning())) return true;
  signal(pid, 'SIGKILL', pgCtl);
  return within(450, () => !isRunning());
}

function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}
