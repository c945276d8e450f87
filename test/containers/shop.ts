import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { ADMIN_KEY, freePort } from '../support/server.js';
import type { Engine } from './engine.js';
import { run } from './run.js';

export const ROOT = join(import.meta.dirname, '..', '..');
const PROJECT = `floodgate-test-${process.pid}`;
export const IMAGE = `${PROJECT}:latest`;

/** The public images that the Dockerfile and docker-compose.yml start from; the one all stand-ins are made of is first. */
export async function publicImages(): Promise<string[]> {
  const dockerfile = await readFile(join(ROOT, 'Dockerfile'), 'utf8');
  const bases = [...dockerfile.matchAll(/^ARG \w+_IMAGE=(\S+)$/gm)].map(([, image = '']) => image).sort();
  const { services } = parse(await readFile(join(ROOT, 'docker-compose.yml'), 'utf8'), { merge: true }) as {
    services: Record<string, { image: string; build?: string }>;
  };
  return [...bases, ...Object.values(services).flatMap(({ image, build }) => (build ? [] : [image]))];
}

/** `docker build .` as a user would, with this machine's npm settings as the secret. */
export async function buildImage({ docker }: Engine): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'floodgate-npmrc-'));
  try {
    const files = await Promise.all(['globalconfig', 'userconfig'].map((name) => run('npm', ['config', 'get', name])));
    const settings = await Promise.all(files.filter(existsSync).map((file) => readFile(file, 'utf8')));
    const npmrc = join(folder, 'npmrc');
    await writeFile(npmrc, settings.join('\n'), { mode: 0o600 });
    const args = ['--secret', `id=npmrc,src=${npmrc}`, '--build-arg', 'REVISION=under-test', '--tag', IMAGE, ROOT];
    await docker(['build', '--progress', 'plain', ...args], { deadlineMs: 900_000 });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The compose file, running under a project name and a port of the test's own. */
export async function composeShop(engine: Engine) {
  const port = String(await freePort());
  const env = { FLOODGATE_IMAGE: IMAGE, PORT: port, ADMIN_API_KEY: ADMIN_KEY };
  const compose = (...args: string[]) =>
    engine.compose(['--project-directory', ROOT, '--file', join(ROOT, 'docker-compose.yml'), '-p', PROJECT, ...args], {
      env,
      deadlineMs: 300_000,
    });
  return {
    url: `http://localhost:${port}`,
    compose,
    /** Ids of a service's containers, those that ended too. */
    containers: async (service: string) =>
      (await compose('ps', '--all', '--quiet', service)).split('\n').filter(Boolean),
    state: async (id: string) =>
      JSON.parse(await engine.docker(['inspect', '--format', '{{json .State}}', id])) as {
        Running: boolean;
        ExitCode: number;
        Health?: { Status: string };
      },
    /** What a process inside of the container gets from its own operations port. */
    operations: (id: string, path: string) => {
      const script = `fetch('http://127.0.0.1:9090${path}').then(async (r) => console.log(await r.text()))`;
      return engine.docker(['exec', id, 'node', '-e', script]);
    },
  };
}
export type ComposeShop = Awaited<ReturnType<typeof composeShop>>;

/** Everything of the test that the engine holds. */
export async function removeAll(engine: Engine, shop?: ComposeShop): Promise<void> {
  await shop?.compose('down', '--volumes', '--remove-orphans', '--timeout', '5');
  await engine.docker(['image', 'rm', '--force', IMAGE]);
}
