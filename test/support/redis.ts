import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from './eventually.js';
import { freePort } from './server.js';

export interface RedisServer {
  url: string;
  port: number;
  /** All it has printed: for failures. */
  output(): string;
  /** kill -9, or another signal: what a crash, a stop or a freeze is like. Resolves once it is gone, if it goes. */
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** Ends it; nothing is kept. */
  stop(): Promise<void>;
}

/**
 * One Redis: that of REDIS_URL where it is given, which only this run may use, else a `redis-server` of our own on a free
 * port. Where none can be had this throws and says what was not run.
 */
export async function startRedis(what = 'the tests on Redis'): Promise<RedisServer> {
  const given = process.env.REDIS_URL;
  if (!given) return spawnRedis(what);
  const kill = () => Promise.reject(new Error('REDIS_URL is not ours to kill: unset it, so that the tests start one.'));
  return { url: given, port: Number(new URL(given).port || 6379), output: () => '', kill, stop: async () => undefined };
}

/** A `redis-server` of our own with these lines as its configuration; a line `sentinel ...` makes it a Sentinel. */
export async function spawnRedis(what: string, config: readonly string[] = []): Promise<RedisServer> {
  const program = redisProgram(what);
  const folder = await mkdtemp(join(tmpdir(), 'floodgate-redis-'));
  const port = await freePort();
  const isSentinel = config.some((line) => line.startsWith('sentinel '));
  const file = join(folder, 'redis.conf');
  const common = [`port ${port}`, 'bind 127.0.0.1', `dir ${folder}`, 'daemonize no'];
  const kept = isSentinel ? [] : ['save ""', 'maxmemory-policy noeviction'];
  await writeFile(file, [...common, ...kept, ...config, ''].join('\n'));
  const child = spawn(program, [file, ...(isSentinel ? ['--sentinel'] : [])], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const ended = once(child, 'exit');
  const gone = () => child.exitCode !== null || child.signalCode !== null;
  const kill = async (signal: NodeJS.Signals = 'SIGKILL') => {
    if (gone()) return;
    child.kill(signal);
    if (signal === 'SIGKILL' || signal === 'SIGTERM') await ended;
  };
  const server: RedisServer = {
    url: `redis://127.0.0.1:${port}`,
    port,
    output: () => output,
    kill,
    stop: async () => {
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
  try {
    await eventually(() => {
      if (!gone() && !/Ready to accept connections|Sentinel ID is/.test(output)) throw new Error(output);
    }, 10_000);
    if (gone()) throw new Error('it ended');
  } catch {
    await server.stop();
    throw new Error(`redis-server did not start:\n${output}`);
  }
  return server;
}

/** The path of `redis-server`: of the PATH, else installed from Debian, else nothing: then `what` cannot be run. */
function redisProgram(what: string): string {
  const runs = () => spawnSync('redis-server', ['--version']).status === 0;
  if (!runs() && process.getuid?.() === 0 && existsSync('/etc/debian_version')) {
    // Of RUNLEVEL 1 Debian starts no service by itself.
    const env = { ...process.env, RUNLEVEL: '1', DEBIAN_FRONTEND: 'noninteractive' };
    const packages = ['install', '-y', '-q', '--no-install-recommends', 'redis-server'];
    for (const step of [['update', '-q'], packages]) spawnSync('apt-get', step, { env, timeout: 180_000 });
  }
  if (runs()) return 'redis-server';
  throw new Error(
    `NOT RUN: ${what}. There is no Redis here: set REDIS_URL, or put redis-server on the PATH (Debian: apt-get install redis-server).`,
  );
}
