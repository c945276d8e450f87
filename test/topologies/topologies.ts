import { settingOf } from '#libs/config';
import { pickFreePort } from '#libs/embedded';
import { modules } from '../../src/modules.js';
import { Ground } from '../support/ground.js';
import { startNginx } from '../support/nginx.js';
import { ownDatabases } from '../support/own-databases.js';
import { startRedis } from '../support/redis.js';
import { type Server, startServer } from '../support/server.js';

/** Floodgate in some shape, as its callers see it: one origin. */
export interface Running {
  url: string;
  /** What its processes have said. */
  output(): string;
  stop(): Promise<void>;
}

/** Starts the shape with this environment; `dataDir` is an empty folder. */
export type Topology = (env: Record<string, string>, dataDir: string) => Promise<Running>;

/** The seven shapes that every journey runs on, unchanged: `TOPOLOGY=<name>`. */
export const topologies = {
  'one process': (env, DATA_DIR) => alone(startServer({ ...env, DATA_DIR })),

  'one process, everything twice': (env, DATA_DIR) => alone(startServer({ ...env, DATA_DIR, INJECT: 'twice' })),

  'every module its own process': async (env, DATA_DIR) => {
    const redis = await startRedis('the topology "every module its own process"');
    return alone(startServer({ ...env, DATA_DIR, REDIS_URL: redis.url }, 'split'), redis);
  },

  'three replicas behind nginx': (env) =>
    onGround(async (ground) => {
      const floodgate = await Promise.all([1, 2, 3].map(() => ground.start({ ...env, TRUST_PROXY: '1' })));
      return front(ground, { floodgate });
    }),

  'API and workers apart': (env) =>
    onGround(async (ground) => {
      const redis = await startRedis('the topology "API and workers apart"');
      ground.keep(redis);
      const shared = { ...env, REDIS_URL: redis.url };
      const [api] = await Promise.all([
        ground.start({ ...shared, ROLES: 'http' }),
        ground.start({ ...shared, ROLES: 'queue' }),
      ]);
      return api.url;
    }),

  'two processes on one port': (env, DATA_DIR) => alone(startServer({ ...env, DATA_DIR, PROCESSES: '2' })),

  'orders pulled out, a database each': (env) =>
    onGround(async (ground) => {
      const databases = await ownDatabases(ground.databaseUrl, Object.keys(modules));
      const [ordersGrpc, restGrpc] = [await pickFreePort(), await pickFreePort()];
      const rest = Object.keys(modules).filter((name) => name !== 'orders');
      const shared: Record<string, string> = { ...env, ...databases, TRUST_PROXY: '1' };
      for (const name of rest) shared[settingOf(name, 'GRPC_URL')] = `127.0.0.1:${restGrpc}`;
      shared[settingOf('orders', 'GRPC_URL')] = `127.0.0.1:${ordersGrpc}`;
      const [orders, others] = await Promise.all([
        ground.start({ ...shared, MODULES: 'orders', GRPC_PORT: String(ordersGrpc) }),
        ground.start({ ...shared, MODULES: rest.join(), GRPC_PORT: String(restGrpc) }),
      ]);
      return front(ground, { floodgate: [others], orders: [orders] });
    }),
} as const satisfies Record<string, Topology>;

export type TopologyName = keyof typeof topologies;

async function alone(starting: Promise<Server>, beside?: { stop(): Promise<unknown> }): Promise<Running> {
  const server = await starting.catch(async (error: unknown) => {
    await beside?.stop();
    throw error;
  });
  const stop = async () => {
    await server.stop();
    await beside?.stop();
  };
  return { url: server.url, output: () => server.output(), stop };
}

/** Processes that share a Postgres; `start` answers their one origin. */
async function onGround(start: (ground: Ground) => Promise<string>): Promise<Running> {
  const ground = await Ground.open();
  try {
    const url = await start(ground);
    return { url, output: () => ground.output(), stop: () => ground.close() };
  } catch (error) {
    await ground.close();
    throw error;
  }
}

/** nginx in front: each module's paths go to the servers of its name, the rest to `floodgate`; in turn, no stickiness. */
async function front(ground: Ground, servers: Record<string, Server[]>): Promise<string> {
  const port = ({ url }: Server) => Number(new URL(url).port);
  const upstreams = Object.fromEntries(Object.entries(servers).map(([name, list]) => [name, list.map(port)]));
  const apart = Object.entries(modules).filter(([name]) => name in servers);
  const routes = Object.fromEntries(apart.flatMap(([name, { serves }]) => serves.map((path) => [path, name])));
  const nginx = await startNginx({ upstreams, routes, default: 'floodgate' });
  ground.keep(nginx);
  return nginx.url;
}
