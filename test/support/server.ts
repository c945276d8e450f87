import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { eventually } from './eventually.js';

export const ADMIN_KEY = 'test-admin-key-test-admin-key';
const ROOT = join(import.meta.dirname, '..', '..');
const MAIN = join(ROOT.replace(/\/dist$/, ''), 'dist/src/main.js');

export interface Server {
  url: string;
  pid: number;
  /** All it has printed so far. */
  output(): string;
  kill(signal: NodeJS.Signals): void;
  /** The exit code; null where a signal ended it. */
  exited: Promise<number | null>;
  /** SIGTERM, then waits for the end. */
  stop(): Promise<number | null>;
}

/** Starts a real Floodgate process; resolves once it is ready. Throws with its output where it exits before. */
export async function startServer(env: Record<string, string>): Promise<Server> {
  const port = env.PORT ?? String(await freePort());
  const server = spawnServer({ ADMIN_API_KEY: ADMIN_KEY, PORT: port, ...env });
  const ended = server.exited.then((code) => {
    throw new Error(`The server exited with ${code}:\n${server.output()}`);
  });
  await Promise.race([ended, eventually(() => ready(`http://localhost:${port}`), 60_000)]);
  ended.catch(() => undefined);
  return { ...server, url: `http://localhost:${port}` };
}

/** Starts the process and does not wait for anything: for starts that are meant to fail. */
export function spawnServer(env: Record<string, string>): Omit<Server, 'url'> {
  const child: ChildProcess = spawn(process.execPath, ['--max-semi-space-size=8', MAIN], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, LOG_LEVEL: 'warn', ...env },
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
    stop: () => {
      child.kill('SIGTERM');
      return exited;
    },
  };
}

async function ready(url: string): Promise<void> {
  const response = await fetch(`${url}/readyz`);
  if (!response.ok) throw new Error(`${url}/readyz answers ${response.status}`);
}

export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as { port: number };
  probe.close();
  await once(probe, 'close');
  return port;
}
