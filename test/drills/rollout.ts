import { settingOf } from '#libs/config';
import { pickFreePort } from '#libs/embedded';
import { modules } from '../../src/modules.js';
import { asAdmin } from '../support/api.js';
import { eventually } from '../support/eventually.js';
import { Ground } from '../support/ground.js';
import { seconds, table, thousands } from '../load/command.js';
import { list, type Order } from '../load/books.js';
import { showProgress } from '../load/progress.js';
import { ShopClient } from '../load/shop-client.js';
import { ADMIN_KEY } from '../support/server.js';
import { type Backend, Balancer } from './balancer.js';
import { ConstantLoad, type Failure } from './constant-load.js';

const STOCK = 1_000_000;
const CALLERS = 8;
const AROUND_A_KILL = 500;
const ALL = Object.keys(modules);
/** The balancer looks every 100 ms and reloads in less than a second, also on a machine that is busy starting others. */
const ENV = { DRAIN_SECONDS: '3', SHUTDOWN_SECONDS: '20', TRUST_PROXY: '1' };

/** Runs the drill; answers the exit code. */
export async function rollout(atLeast: number): Promise<number> {
  const ground = await Ground.open();
  const interrupted = () => void ground.close().finally(() => process.exit(130));
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
  try {
    const first = await startMonolith(ground);
    const balancer = await Balancer.open(first);
    ground.keep(balancer);
    const sku = await putOnSale(first.server.url);
    const load = new ConstantLoad(balancer.url, sku);
    const counts = () => `${load.failures.length} failed, ${load.current}`;
    const progress = showProgress('Requests', atLeast, counts);
    const ticking = setInterval(() => progress.update(Math.min(load.requests, atLeast)), 500);
    load.enter('one process');
    load.start(CALLERS);
    try {
      await run(ground, balancer, load, first);
      load.enter('every module its own process');
      await asked(load, atLeast - load.requests);
    } finally {
      clearInterval(ticking);
      progress.stop();
      await load.stop();
    }
    return await report(load, balancer.url, sku);
  } finally {
    process.off('SIGINT', interrupted).off('SIGTERM', interrupted);
    await ground.close();
  }
}

const KILL = 'kill -9 of one of four';
let killed = '';

async function run(ground: Ground, balancer: Balancer, load: ConstantLoad, first: Backend): Promise<void> {
  const add = async (backend: Backend) => {
    balancer.add(backend);
    await eventually(() => balancer.expect(backend, true), 60_000);
    return backend;
  };
  /** As Kubernetes does: SIGTERM, and the balancer sees for itself. */
  const end = async (backend: Backend) => {
    const code = await backend.server.stop();
    balancer.remove(backend);
    const [cut] = /^Stopped after .*$/m.exec(backend.server.output()) ?? [];
    if (cut) console.error(cut);
    if (code !== 0) throw new Error(`A process ended with ${code} at its SIGTERM:\n${backend.server.output()}`);
  };

  load.enter('scale from one to four');
  const more = [1, 2, 3].map(async () => add(await startMonolith(ground)));
  const [victim, ...others] = (await Promise.all(more)) as [Backend, Backend, Backend];
  let replicas = [first, ...others];

  load.enter(KILL);
  await asked(load, AROUND_A_KILL);
  killed = new URL(victim.server.url).host.replace('localhost', '127.0.0.1');
  victim.server.kill('SIGKILL');
  await victim.server.exited;
  await eventually(() => balancer.expect(victim, false));
  balancer.remove(victim);
  await asked(load, AROUND_A_KILL);

  load.enter('rolling restart of three');
  for (const old of [...replicas]) {
    const fresh = await add(await startMonolith(ground));
    await end(old);
    replicas = [...replicas.filter((replica) => replica !== old), fresh];
  }

  load.enter('scale from three to one');
  const [last, ...spare] = replicas as [Backend, ...Backend[]];
  await Promise.all(spare.map(end));

  load.enter('from one process to every module its own');
  await startApart(ground, async (backend) => void (await add(backend)));
  await end(last);
}

async function putOnSale(url: string): Promise<string> {
  const sku = `DRILL-${Date.now().toString(36).toUpperCase()}`;
  const variants = [{ sku, title: '', price: { amount: 1_000, currency: 'GBP' } }];
  const product = await asAdmin(url).POST('/v1/products', { body: { title: sku, status: 'active', variants } });
  const stock = await asAdmin(url).PUT('/v1/stock/{sku}', { params: { path: { sku } }, body: { onHand: STOCK } });
  if (!product.response.ok || !stock.response.ok) throw new Error('The product could not be put on sale.');
  return sku;
}

/** Waits for so many more requests. */
async function asked(load: ConstantLoad, more: number): Promise<void> {
  const enough = load.requests + more;
  await eventually(() => {
    if (load.requests < enough) throw new Error(`Only ${load.requests} of ${enough} requests were made.`);
  }, 600_000);
}

async function startMonolith(ground: Ground): Promise<Backend> {
  return { server: await ground.start(ENV), hosts: ALL };
}

/** Every module as a process of its own, one after the other. */
async function startApart(ground: Ground, add: (backend: Backend) => Promise<void>): Promise<void> {
  const ports = new Map<string, number>();
  for (const name of ALL) ports.set(name, await pickFreePort());
  const addresses = Object.fromEntries(
    [...ports].map(([name, port]) => [settingOf(name, 'GRPC_URL'), `127.0.0.1:${port}`]),
  );
  const backends: Backend[] = [];
  for (const [name, port] of ports) {
    const server = await ground.start({ ...ENV, ...addresses, MODULES: name, GRPC_PORT: String(port) });
    backends.push({ server, hosts: [name] });
  }
  for (const backend of backends) await add(backend); // only now: each may ask any other
}

/** Waits for the end of every order, then prints and judges. */
async function report(load: ConstantLoad, url: string, sku: string): Promise<number> {
  const shop = new ShopClient(url, ADMIN_KEY);
  const accepted = new Set([...load.orders.values()].flatMap((found) => [...found]));
  console.error('Waiting for the orders to end.');
  await eventually(async () => {
    const { data } = await asAdmin(url).GET('/v1/orders', { params: { query: { status: 'pending', limit: 1 } } });
    if (data?.items.length !== 0) throw new Error(`The order ${data?.items[0]?.id} is still pending.`);
  }, 300_000);
  let confirmed = 0;
  let unknown = 0;
  for await (const { id, status } of list<Order>(shop, `/v1/orders?sku=${sku}`)) {
    if (!accepted.has(id)) unknown += 1;
    else if (status === 'confirmed') confirmed += 1;
  }
  const stock = await eventually(async () => {
    const { data } = await asAdmin(url).GET('/v1/stock/{sku}', { params: { path: { sku } } });
    if (!data || data.reserved > 0) throw new Error(`${data?.reserved} units are still reserved.`);
    return data;
  }, 60_000);
  const parked = (await asAdmin(url).GET('/v1/dead-letters')).data?.items.length;

  const isCut = ({ phase, upstream }: Failure) => phase === KILL && killed !== '' && upstream.includes(killed);
  const inFlight = load.failures.filter(isCut).slice(0, CALLERS); // each has one request at a time
  const lost = load.failures.filter((failure) => !inFlight.includes(failure));
  const phases = [...load.phases];
  const rows = phases.map(([phase, { startedAt, requests, orders }], index) => {
    const endedAt = phases[index + 1]?.[1].startedAt ?? load.endedAt;
    const failed = load.failures.filter((failure) => failure.phase === phase).length;
    return [phase, seconds(endedAt - startedAt), thousands(requests), thousands(failed), thousands(orders)];
  });
  console.log(`\n${table([['', 'time', 'requests', 'failed', 'orders'], ...rows])}\n`);
  console.log(
    `${thousands(load.requests)} requests, ${lost.length} lost; in flight on the killed replica: ${inFlight.length}.`,
  );
  console.log(
    `${thousands(load.orders.size)} orders accepted, ${thousands(confirmed)} confirmed, ${load.orders.size - confirmed} lost.`,
  );
  console.log(`${thousands(STOCK - stock.onHand)} units left the stock; ${parked} dead letters.`);
  if (unknown > 0) console.log(`${thousands(unknown)} orders that no caller was told of.`);
  for (const { phase, what, upstream } of lost.slice(0, 20))
    console.log(`  lost in "${phase}", by ${upstream}: ${what}`);

  const isOneForEachKey = accepted.size === load.orders.size && unknown === 0;
  const isWhole = lost.length === 0 && isOneForEachKey && confirmed === accepted.size && parked === 0;
  const isSoldOnce = STOCK - stock.onHand === confirmed;
  console.log(
    isWhole && isSoldOnce ? 'No request and no order lost, none done twice.' : 'NOT as it should be: see above.',
  );
  return isWhole && isSoldOnce ? 0 : 1;
}
