import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { ADMIN_KEY } from './server.js';

const DIST = join(import.meta.dirname, '..', '..', 'dist/test');
const TOOLS = {
  import: 'load/import.js',
  replay: 'load/replay.js',
  drop: 'load/drop.js',
  reconcile: 'load/reconcile-books.js',
  drill: 'drills/drill.js',
};

export interface Ran {
  code: number | null;
  /** What it has to say. */
  out: string;
  /** Progress and faults. */
  err: string;
}

/** Runs `npm run import`, `replay`, `drop` or `drill` as a person would. Past the deadline it gets a SIGTERM. */
export async function runTool(
  name: keyof typeof TOOLS,
  options: string[],
  { cwd, deadlineMs = 55_000 }: { cwd?: string; deadlineMs?: number } = {},
): Promise<Ran> {
  const child = spawn(process.execPath, ['--enable-source-maps', join(DIST, TOOLS[name]), ...options], {
    cwd,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ADMIN_API_KEY: ADMIN_KEY },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: deadlineMs,
  });
  const code = new Promise<number | null>((resolve) => child.on('close', resolve));
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: await code, out, err };
}
