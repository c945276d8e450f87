import { modules } from '../../src/modules.js';
import { type Nginx, startNginx } from '../support/nginx.js';
import type { NginxConfig } from '../support/nginx-config.js';
import type { Server } from '../support/server.js';

const LOOK_EVERY_MS = 100;

export interface Backend {
  server: Server;
  hosts: readonly string[];
}

/**
 * nginx, and beside it what a Kubernetes Service does: it looks at `/readyz` of each backend and sends a module's paths to
 * the ones that are ready and host it.
 */
export class Balancer {
  private readonly backends = new Set<Backend>();
  private ready: Backend[] = [];
  private running = true;
  /** Why nginx did not take the last change; the next look tries again. */
  private fault: unknown;
  private looking: Promise<void> = Promise.resolve();

  private constructor(private readonly nginx: Nginx) {}

  static async open(first: Backend): Promise<Balancer> {
    const balancer = new Balancer(await startNginx(configFor([first])));
    balancer.backends.add(first);
    balancer.ready = [first];
    balancer.looking = balancer.look();
    return balancer;
  }

  get url(): string {
    return this.nginx.url;
  }

  add(backend: Backend): void {
    this.backends.add(backend);
  }

  /** Throws as long as it sends requests to the backend, or as long as it does not: for `eventually`. */
  expect(backend: Backend, sends: boolean): void {
    if (this.ready.includes(backend) === sends) return;
    throw new Error(`${backend.server.url} ${sends ? 'gets no' : 'still gets'} requests.`, { cause: this.fault });
  }

  remove(backend: Backend): void {
    this.backends.delete(backend);
  }

  async stop(): Promise<void> {
    this.running = false;
    await this.looking;
    await this.nginx.stop();
  }

  private async look(): Promise<void> {
    while (this.running) {
      const looks = [...this.backends].map(async (backend) => ((await isReady(backend.server)) ? [backend] : []));
      const ready = (await Promise.all(looks)).flat();
      if (ready.length > 0 && !isSame(ready, this.ready)) {
        this.fault = await this.nginx.reload(configFor(ready)).catch((error: unknown) => error);
        if (this.fault === undefined) this.ready = ready;
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  }
}

function configFor(ready: readonly Backend[]): NginxConfig {
  const port = ({ server }: Backend) => Number(new URL(server.url).port);
  const upstreams: Record<string, number[]> = { floodgate: ready.map(port) };
  const routes: Record<string, string> = {};
  for (const [name, { serves }] of Object.entries(modules)) {
    const hosting = ready.filter(({ hosts }) => hosts.includes(name)).map(port);
    if (hosting.length === 0) continue;
    upstreams[name] = hosting;
    for (const path of serves) routes[path] = name;
  }
  return { upstreams, routes, default: 'floodgate' };
}

async function isReady({ url }: Server): Promise<boolean> {
  try {
    return (await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(2_000) })).ok;
  } catch {
    return false;
  }
}

function isSame(one: readonly Backend[], other: readonly Backend[]): boolean {
  return one.length === other.length && one.every((backend) => other.includes(backend));
}
