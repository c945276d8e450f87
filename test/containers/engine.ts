import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../support/eventually.js';
import { type Run, run, succeeds } from './run.js';
import { makeStandIn } from './stand-in.js';

/** A Docker engine with the base images in it. */
export interface Engine {
  docker: (args: string[], options?: Run) => Promise<string>;
  compose: (args: string[], options?: Run) => Promise<string>;
  stop: () => Promise<void>;
}
/** Why no engine can be had on this machine. */
export class NoEngine {
  constructor(readonly reason: string) {}
}

/**
 * The engine that runs here, if it has or can pull the images. Else one of the test's own, with images made here under
 * their names: never in an engine of somebody else, who would take them for the public ones.
 */
export async function findEngine(images: string[]): Promise<Engine | NoEngine> {
  const given = await client(process.env, async () => undefined);
  const running = await succeeds(given.docker(['version'], { deadlineMs: 10_000 }));
  const builds = running && (await given.docker(['build', '--help']).catch(() => '')).includes('--secret');
  if (builds && (await Promise.all(images.map((image) => has(given, image)))).every(Boolean)) return given;
  const known = running
    ? `The engine here ${builds ? `cannot pull all of ${images.join(', ')}` : 'cannot build with BuildKit'}`
    : 'No Docker engine answers here';
  if (process.getuid?.() !== 0 || !existsSync('/etc/debian_version')) {
    return new NoEngine(`${known}, and only root on Debian can start another one`);
  }
  try {
    await install();
  } catch (error) {
    if (process.env.CI) throw error; // it can be had there, and is broken
    return new NoEngine(`${known}, and Debian's cannot be installed: ${String(error)}`);
  }
  const engine = await start();
  if (engine instanceof NoEngine) return engine;
  try {
    for (const image of images) if (!(await has(engine, image))) await makeStandIn(engine, image);
    return engine;
  } catch (error) {
    await engine.stop();
    throw error;
  }
}

const has = async ({ docker }: Engine, image: string) =>
  succeeds(
    docker(['image', 'inspect', image]).catch(() => docker(['pull', '--quiet', image], { deadlineMs: 300_000 })),
  );

async function install(): Promise<void> {
  const tools = ['/usr/sbin/dockerd', '/usr/bin/docker', '/usr/bin/docker-compose', '/usr/sbin/debootstrap'];
  if (tools.every(existsSync)) return;
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const packages = ['docker.io', 'docker-compose', 'debootstrap'];
  await run('apt-get', ['update', '-qq'], { env, deadlineMs: 120_000 });
  await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], { env, deadlineMs: 300_000 });
}

/** Starts dockerd on a folder and a socket of its own; `stop` leaves nothing of it. */
async function start(): Promise<Engine | NoEngine> {
  const home = await mkdtemp(join(tmpdir(), 'floodgate-docker-'));
  const host = `unix://${home}/docker.sock`;
  // In the root's control group a container weighs as much as any process; in Docker's own all together would.
  const weight = ['--cgroup-parent', '/'];
  const folders = ['--data-root', `${home}/data`, '--exec-root', `${home}/exec`, '--pidfile', `${home}/pid`];
  // Debian's client, which goes with Debian's engine, before any other one on the PATH.
  const env = { ...process.env, DOCKER_HOST: host, PATH: `/usr/bin:/usr/sbin:/sbin:${process.env.PATH}` };
  const daemon = spawn('dockerd', ['--host', host, '--log-level', 'warn', ...weight, ...folders], {
    env,
    stdio: 'pipe',
  });
  let log = '';
  daemon.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()));
  const exited = new Promise<void>((resolve) => daemon.on('error', () => resolve()).on('close', () => resolve()));
  const stop = async () => {
    daemon.kill('SIGTERM');
    await exited;
    await rm(home, { recursive: true, force: true });
  };
  const engine = await client(env, stop);
  const failed = exited.then(() => {
    throw new Error('dockerd has ended');
  });
  const answers = eventually(() => engine.docker(['version'], { deadlineMs: 5_000 }), 60_000);
  try {
    await Promise.race([answers, failed]);
    failed.catch(() => undefined);
    return engine;
  } catch {
    answers.catch(() => undefined);
    await stop();
    return new NoEngine(`dockerd does not start: ${log.trim().split('\n').at(-1) ?? ''}`);
  }
}

async function client(env: NodeJS.ProcessEnv, stop: () => Promise<void>): Promise<Engine> {
  const [command = '', ...plugin] = (await succeeds(run('docker', ['compose', 'version'], { env })))
    ? ['docker', 'compose']
    : ['docker-compose'];
  const withBuildKit = { ...env, DOCKER_BUILDKIT: '1', COMPOSE_DOCKER_CLI_BUILD: '1' };
  const options = (more?: Run) => ({ ...more, env: { ...withBuildKit, ...more?.env } });
  return {
    docker: (args, more) => run('docker', args, options(more)),
    compose: (args, more) => run(command, [...plugin, ...args], options(more)),
    stop,
  };
}
