import { execFileSync } from 'node:child_process';

/** All processes below one, with their command lines. */
export function processesBelow(pid: number): { pid: number; command: string }[] {
  const all = execFileSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => {
      const [, own, parent, command] = /^ *(\d+) +(\d+) +(.*)$/.exec(line) ?? [];
      return { pid: Number(own), parent: Number(parent), command: command ?? '' };
    });
  const below = (root: number): typeof all =>
    all.filter(({ parent }) => parent === root).flatMap((one) => [one, ...below(one.pid)]);
  return below(pid);
}

export function runs(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
