import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { api, unique } from '../support/api.js';
import { eventually } from '../support/eventually.js';
import { type Server, startServer } from '../support/server.js';
import { addressIn, becomes, onSale, stockOf } from '../support/shop.js';

const DEADLINE_SECONDS = 30;
const BEHIND_MS = 40_000;

describe('a shop with terms of its own, on a machine whose clock is 40 s behind', () => {
  let dataDir: string;
  let server: Server;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'floodgate-terms-'));
    const clock = join(dataDir, 'clock.mjs');
    await writeFile(
      clock,
      `const now = Date.now; const Real = Date;
       globalThis.Date = class extends Real { constructor(...a) { a.length ? super(...a) : super(now() - ${BEHIND_MS}); } };
       globalThis.Date.now = () => now() - ${BEHIND_MS};`,
    );
    server = await startServer({
      DATA_DIR: join(dataDir, 'data'),
      NODE_OPTIONS: `--import ${clock}`,
      ORDER_DEADLINE_SECONDS: String(DEADLINE_SECONDS),
      ORDERS_ON_ACCOUNT: 'true',
      SHIPPING_ADDRESS: 'required',
    });
  }, 90_000);

  afterAll(async () => {
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  const order = (sku: string, body: object) =>
    api(undefined, server.url).POST('/v1/orders', {
      params: { header: { 'Idempotency-Key': unique('key') } },
      body: { email: 'ada@example.com', lines: [{ sku, quantity: 1 }], ...body },
    });

  it('ships nothing without an address', async () => {
    const { error, response } = await order(await onSale({ url: server.url }), { payment: { method: 'test' } });
    expect(response.status).toBe(422);
    expect(error).toMatchObject({ code: 'orders.address-required', errors: [{ pointer: '/shippingAddress' }] });
  });

  it('lets anyone order on account', async () => {
    const { data } = await order(await onSale({ url: server.url }), { shippingAddress: addressIn('GB') });
    expect(await becomes(data?.id ?? '', 'confirmed', server.url)).toMatchObject({ payment: { status: 'none' } });
  });

  it('counts no request as load that only waits for its order', async () => {
    const sku = await onSale({ url: server.url });
    const body = {
      email: 'ada@example.com',
      lines: [{ sku, quantity: 1 }],
      shippingAddress: addressIn('GB'),
      payment: { method: 'test', token: 'tok_slow' },
    };
    const waiting = Array.from({ length: 20 }, () =>
      api(undefined, server.url).POST('/v1/orders', {
        params: { header: { 'Idempotency-Key': unique('key'), Prefer: 'wait=20' } },
        body,
      }),
    );
    const inFlight = async () => {
      const metrics = await (await fetch(`${server.url}/metrics`)).text();
      return Number(/^floodgate_http_requests_in_flight (\d+)$/m.exec(metrics)?.[1]);
    };
    await eventually(async () => expect((await stockOf(sku, server.url)).reserved).toBe(20)); // all are placed
    expect(await inFlight()).toBeLessThan(5);
    for (const { data } of await Promise.all(waiting)) expect(data?.status).toBe('confirmed');
  });

  it("expires no order by its own clock: deadlines are the database's", async () => {
    const sku = await onSale({ url: server.url });
    const body = { shippingAddress: addressIn('GB'), payment: { method: 'test', token: 'tok_slow' } };
    const { data } = await order(sku, body);
    await becomes(data?.id ?? '', 'confirmed', server.url);
  });
});
