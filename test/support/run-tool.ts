import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { ADMIN_KEY } from './server.js';

const LOAD = join(import.meta.dirname, '..', '..', 'dist/test/load');

export interface Ran {
  code: number | null;
  /** What it has to say. */
  out: string;
  /** Progress and faults. */
  err: string;
}

/** Runs `npm run import`, `replay` or `drop` as a person would, in the folder `cwd`. */
export async function runTool(name: 'import' | 'replay' | 'drop', options: string[], cwd?: string): Promise<Ran> {
  const child = spawn(process.execPath, ['--enable-source-maps', join(LOAD, `${name}.js`), ...options], {
    cwd,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ADMIN_API_KEY: ADMIN_KEY },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const code = new Promise<number | null>((resolve) => child.on('close', resolve));
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: await code, out, err };
}
