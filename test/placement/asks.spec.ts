import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { api } from '../support/api.js';
import { eventually } from '../support/eventually.js';
import { Ground } from '../support/ground.js';
import { startNameServer } from '../support/name-server.js';
import { freePort, type Server } from '../support/server.js';
import { onSale } from '../support/shop.js';

jest.setTimeout(240_000);

const REST = 'accounts,inventory,payments,orders,notifications,console';

/** Asks for quotes without a pause, `lanes` at a time; counts what came back. */
function keepAsking(url: string, sku: string, lanes = 8) {
  const count = { answered: 0, failed: [] as unknown[] };
  let running = true;
  const lane = async () => {
    while (running) {
      const { response, error } = await api(undefined, url).POST('/v1/quotes', {
        body: { lines: [{ sku, quantity: 1 }] },
      });
      if (response.status === 200) count.answered += 1;
      else count.failed.push(error);
    }
  };
  const lanesDone = Promise.all(Array.from({ length: lanes }, lane));
  return {
    count,
    stop: async () => {
      running = false;
      await lanesDone;
    },
  };
}

/** Calls that an instance has answered so far. */
async function callsOf({ url }: Server): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(/^asks_answered_total\{query="catalog.quote-prices"\} (\d+)$/m.exec(text)?.[1] ?? 0);
}

describe('asking a module that runs apart', () => {
  let ground: Ground;
  let nameServer: Awaited<ReturnType<typeof startNameServer>>;
  let caller: Server;
  const addresses = { current: ['127.0.0.1'] };
  let startCatalog: (host: string) => Promise<Server>;
  let first: Server;
  let sku: string;
  let grpcPort: number;
  let CATALOG_GRPC_URL: string;

  beforeAll(async () => {
    ground = await Ground.open();
    nameServer = await startNameServer(addresses);
    grpcPort = await freePort();
    // As pods behind a headless Service: one port, an address each.
    startCatalog = async (HOST) => {
      const grpc = { GRPC_HOST: HOST, GRPC_PORT: String(grpcPort) };
      return ground.start({ MODULES: 'catalog', HOST, ...grpc, ...accounts });
    };
    const accounts = { ACCOUNTS_GRPC_URL: '127.0.0.1:9' };
    CATALOG_GRPC_URL = `dns://127.0.0.1:${nameServer.port}/catalog.test:${grpcPort}`;
    [first, caller] = await Promise.all([
      startCatalog('127.0.0.1'),
      ground.start({ MODULES: REST, CATALOG_GRPC_URL, GRPC_NODE_USE_ALTERNATIVE_RESOLVER: 'true' }),
    ]);
    sku = await onSale({ url: first.url, stockUrl: caller.url });
  });
  afterAll(async () => {
    await ground?.close();
    await nameServer?.stop();
  });

  it('spreads the calls over instances that were added a moment ago, and loses none when one is killed', async () => {
    const load = keepAsking(caller.url, sku);
    await eventually(() => expect(load.count.answered).toBeGreaterThan(50));
    const added = await Promise.all(['127.0.0.2', '127.0.0.3'].map(startCatalog));
    const instances = [first, ...added];
    addresses.current = ['127.0.0.1', '127.0.0.2', '127.0.0.3'];

    // A sample counts that began within the 10 s, however long a slow machine takes for it.
    await eventually(async () => {
      const before = await Promise.all(instances.map(callsOf));
      const sum = (counts: number[]) => counts.reduce((total, calls) => total + calls, 0);
      const shares = await eventually(async () => {
        const calls = (await Promise.all(instances.map(callsOf))).map((now, index) => now - (before[index] ?? 0));
        if (sum(calls) < 300) throw new Error(`Only ${calls.join('+')} calls yet.`);
        return calls.map((count) => count / sum(calls));
      });
      for (const share of shares) {
        expect(share).toBeGreaterThan(0.25);
        expect(share).toBeLessThan(0.42);
      }
    }, 10_000);

    added[0]?.kill('SIGKILL');
    await added[0]?.exited;
    const { answered } = load.count;
    await eventually(() => expect(load.count.answered).toBeGreaterThan(answered + 200));
    await load.stop();
    expect(load.count.failed).toEqual([]);
  });

  it('says what is away, at once, and asks again as soon as it is back', async () => {
    addresses.current = ['127.0.0.9'];
    first.kill('SIGKILL');
    const third = await startCatalog('127.0.0.4');
    third.kill('SIGKILL');
    const quote = () => api(undefined, caller.url).POST('/v1/quotes', { body: { lines: [{ sku, quantity: 1 }] } });
    await eventually(async () => {
      const { response, error } = await quote();
      expect(response.status).toBe(503);
      expect(response.headers.get('retry-after')).toBe('1');
      expect(error).toMatchObject({ code: 'bus.unreachable', detail: expect.stringContaining('catalog') });
    });
    await startCatalog('127.0.0.9');
    await eventually(async () => expect((await quote()).response.status).toBe(200), 20_000);
  });

  it('starts while nobody is there whom it needs, and asks as soon as somebody is', async () => {
    const there = addresses.current;
    addresses.current = []; // as a headless Service has none while no pod is ready
    const early = await ground.start({ MODULES: REST, CATALOG_GRPC_URL, GRPC_NODE_USE_ALTERNATIVE_RESOLVER: 'true' });
    const quote = () => api(undefined, early.url).POST('/v1/quotes', { body: { lines: [{ sku, quantity: 1 }] } });
    expect((await quote()).response.status).toBe(503);
    expect(early.output()).toContain('catalog cannot be asked at dns://');
    addresses.current = there;
    await eventually(async () => expect((await quote()).response.status).toBe(200), 20_000);
    expect(early.output()).toContain('catalog can be asked again.');
  });

  it('answers nobody who has another SECRET', async () => {
    const stranger = await ground.start({
      MODULES: REST,
      CATALOG_GRPC_URL: `127.0.0.9:${grpcPort}`,
      SECRET: 'the-secret-of-somebody-else',
    });
    const { response, error } = await api(undefined, stranger.url).POST('/v1/quotes', {
      body: { lines: [{ sku, quantity: 1 }] },
    });
    expect(response.status).toBe(503);
    expect(error).toMatchObject({ code: 'bus.unreachable' });
  });
});
