import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { eventually } from './eventually.js';
import { binaryOf } from './debian-binary.js';
import { type NginxConfig, renderNginx } from './nginx-config.js';
import { freePort } from './server.js';

export interface Nginx {
  url: string;
  port: number;
  /** Takes another configuration without losing a request; resolves once no new request meets the old one. */
  reload(config: NginxConfig): Promise<void>;
  stop(): Promise<void>;
}

/** Starts real nginx with the configuration that ships in docker/nginx; resolves once it takes requests. */
export async function startNginx(config: NginxConfig): Promise<Nginx> {
  const binary = await binaryOf('nginx');
  const dir = await mkdtemp(join(tmpdir(), 'floodgate-nginx-'));
  await chmod(dir, 0o755); // as root, nginx's workers are nobody
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const args = ['-e', 'stderr', '-p', dir, '-c', join(dir, 'nginx.conf')];
  const write = async (next: NginxConfig) => {
    const files = Object.entries(renderNginx(next, { dir, port }));
    await Promise.all(files.map(([name, text]) => writeFile(join(dir, name), text)));
    await promisify(execFile)(binary, ['-t', '-q', ...args]); // an error of it names file and line
  };
  await write(config);
  const child = spawn(binary, [...args, '-g', 'daemon off;'], { stdio: ['ignore', 'ignore', 'pipe'] });
  const output = outputOf(child);
  const exited = once(child, 'exit');
  await Promise.race([exited, eventually(() => fetch(url))]);
  if (child.exitCode !== null) throw new Error(`nginx exited with ${child.exitCode}:\n${output()}`);
  return {
    url,
    port,
    async reload(next) {
      await write(next);
      const old = workersIn(output());
      child.kill('SIGHUP');
      await eventually(() => {
        for (const pid of old) {
          if (!output().includes(`${pid}#${pid}: gracefully shutting down`))
            throw new Error(`nginx's worker ${pid} still takes requests:\n${output()}`);
        }
      });
    },
    async stop() {
      child.kill('SIGTERM');
      await exited;
      await rm(dir, { recursive: true, force: true });
    },
  };
}

function outputOf(child: ChildProcess): () => string {
  let output = '';
  child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  return () => output;
}

/** Pids of all workers ever started; those of earlier configurations have long shut down. */
function workersIn(output: string): string[] {
  return [...output.matchAll(/start worker process (\d+)/g)].map(([, pid]) => pid ?? '');
}
