import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { asAdmin } from '../support/api.js';
import { eventually } from '../support/eventually.js';
import { Ground } from '../support/ground.js';
import { freePort, type Server, spawnServer } from '../support/server.js';
import { becomes, onSale, orderOf, place, placed, stockOf } from '../support/shop.js';

jest.setTimeout(180_000);

const REST = 'accounts,catalog,inventory,orders,notifications,console';

describe('payments pulled out by configuration', () => {
  let ground: Ground;
  let rest: Server;
  let payments: Server;
  let startPayments: () => Promise<Server>;

  beforeAll(async () => {
    ground = await Ground.open();
    const [restGrpc, paymentsGrpc] = [await freePort(), await freePort()];
    startPayments = async () =>
      ground.start({
        MODULES: 'payments',
        GRPC_PORT: String(paymentsGrpc),
        ACCOUNTS_GRPC_URL: `127.0.0.1:${restGrpc}`,
      });
    const PAYMENTS_GRPC_URL = `127.0.0.1:${paymentsGrpc}`;
    [rest, payments] = await Promise.all([
      ground.start({ MODULES: REST, GRPC_PORT: String(restGrpc), PAYMENTS_GRPC_URL }),
      startPayments(),
    ]);
  });
  afterAll(() => ground?.close());

  it('an order is confirmed over both', async () => {
    const { url } = rest;
    const order = await placed(await onSale({ url }), { url, wait: 30 });
    expect(order).toMatchObject({ status: 'confirmed', payment: { status: 'captured' } });
    const { error } = await place(await onSale({ url }), { url, method: 'barter' });
    expect(error).toMatchObject({ code: 'payments.unknown-method' });
  });

  it('while payments is killed orders are accepted and stay pending; with it back they confirm', async () => {
    const { url } = rest;
    const sku = await onSale({ stock: 20, url });
    payments.kill('SIGKILL');
    await payments.exited;
    const orders = await Promise.all(Array.from({ length: 10 }, () => placed(sku, { url })));
    await eventually(async () => expect(await stockOf(sku, url)).toMatchObject({ reserved: 10, available: 10 }));
    for (const { id } of orders) expect((await orderOf(id, url)).status).toBe('pending');

    payments = await startPayments();
    for (const { id } of orders) await becomes(id, 'confirmed', url, 40_000);
    await eventually(async () => expect(await stockOf(sku, url)).toEqual({ onHand: 10, reserved: 0, available: 10 }));
    await eventually(async () => expect((await asAdmin(url).GET('/v1/dead-letters')).data?.items).toEqual([]));
  });

  it('a process answers only for what it hosts, and tells of the whole', async () => {
    const status = async (server: Server, path: string) => (await fetch(`${server.url}${path}`)).status;
    expect(await status(payments, '/v1/products')).toBe(404);
    expect(await status(rest, '/v1/products')).toBe(200);
    const document = async (server: Server) => (await fetch(`${server.url}/openapi.json`)).text();
    expect(await document(payments)).toBe(await document(rest));
    expect(JSON.parse(await document(payments))).toHaveProperty(['paths', '/v1/products']);
  });

  it('a worker answers its operations and nothing else', async () => {
    const worker = await ground.start({ ROLES: 'queue' });
    expect((await fetch(`${worker.url}/readyz`)).status).toBe(200);
    for (const path of ['/v1/products', '/openapi.json', '/docs']) {
      expect((await fetch(`${worker.url}${path}`)).status).toBe(404);
    }
    await worker.stop();
  });

  it('a boot fails with the names where a needed module is neither hosted nor to be found', async () => {
    const server = spawnServer({ ...ground.env, MODULES: 'orders', PORT: '0', PAYMENTS_GRPC_URL: '127.0.0.1:9' });
    expect(await server.exited).toBe(1);
    for (const module of ['catalog', 'inventory', 'accounts']) {
      expect(server.output()).toMatch(
        new RegExp(
          `needs ${module}, which is not hosted here, and ${module}-grpc:50051 is no name .*${module.toUpperCase()}_GRPC_URL`,
        ),
      );
    }
    expect(server.output()).not.toContain('needs payments');
    const unknown = spawnServer({ ...ground.env, MODULES: 'orders,shipping', PORT: '0' });
    expect(await unknown.exited).toBe(1);
    expect(unknown.output()).toContain('MODULES: shipping');
  });
});
