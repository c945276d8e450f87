import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { pickFreePort } from '#libs/embedded';
import { eventually } from './eventually.js';

export { pickFreePort as freePort } from '#libs/embedded';

export const ADMIN_KEY = 'test-admin-key-test-admin-key';
/** All processes of a test share it; on an embedded Postgres they make one of their own. */
export const SECRET = 'a-secret-that-all-processes-of-a-test-share';
const STOP_DEADLINE_MS = 60_000;
const ROOT = join(import.meta.dirname, '..', '..');
const ENTRIES = join(ROOT.replace(/\/dist$/, ''), 'dist/src');

/** `main` is `npm start`, `split` is `npm run start:split`; else the path of another release's, without `.js`. */
export type Entry = 'main' | 'split' | (string & {});

export interface Server {
  url: string;
  /** Where its operations are: OPS_PORT, else the API's port. */
  opsUrl: string;
  pid: number;
  /** All it has printed so far. */
  output(): string;
  kill(signal: NodeJS.Signals): void;
  /** The exit code; null where a signal ended it. */
  exited: Promise<number | null>;
  /** SIGTERM, then waits for the end; a minute later kills it, which the exit code shows. */
  stop(): Promise<number | null>;
}

/** Starts a real Floodgate process; resolves once it is ready. Throws with its output where it exits before. */
export async function startServer(env: Record<string, string>, entry: Entry = 'main'): Promise<Server> {
  const port = env.PORT ?? String(await pickFreePort());
  // The embedded default has them on PORT by itself, as the release before had.
  const operations: Record<string, string> = env.DATABASE_URL && /^\w+$/.test(entry) ? { OPS_PORT: port } : {};
  const server = spawnServer({ ADMIN_API_KEY: ADMIN_KEY, PORT: port, ...operations, ...env }, entry);
  const ended = server.exited.then((code) => {
    throw new Error(`The server exited with ${code}:\n${server.output()}`);
  });
  const [url, opsUrl] = [port, env.OPS_PORT ?? port].map((each) => `http://${env.HOST ?? 'localhost'}:${each}`) as [
    string,
    string,
  ];
  try {
    await Promise.race([ended, eventually(() => ready(opsUrl), 120_000)]);
  } catch (error) {
    server.kill('SIGKILL');
    throw error;
  }
  ended.catch(() => undefined);
  return { ...server, url, opsUrl };
}

/** Starts the process and does not wait for anything: for starts that are meant to fail. */
export function spawnServer(env: Record<string, string>, entry: Entry = 'main'): Omit<Server, 'url' | 'opsUrl'> {
  const child: ChildProcess = spawn(process.execPath, ['--max-semi-space-size=8', resolve(ENTRIES, `${entry}.js`)], {
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      LOG_LEVEL: 'warn',
      ...(env.DATABASE_URL ? { SECRET } : {}),
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  return {
    pid: child.pid ?? 0,
    output: () => output,
    kill: (signal) => void child.kill(signal),
    exited,
    stop: async () => {
      child.kill('SIGTERM');
      const late = setTimeout(() => child.kill('SIGKILL'), STOP_DEADLINE_MS);
      return exited.finally(() => clearTimeout(late));
    },
  };
}

async function ready(url: string): Promise<void> {
  const response = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(5_000) });
  if (!response.ok) throw new Error(`${url}/readyz answers ${response.status}`);
}
