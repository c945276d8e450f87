import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { asAdmin } from '../support/api.js';
import { eventually } from '../support/eventually.js';
import { Ground } from '../support/ground.js';
import type { Server } from '../support/server.js';
import { becomes, onSale, orderOf, placed } from '../support/shop.js';

jest.setTimeout(240_000);

let ground: Ground;
let server: Server;
beforeAll(async () => {
  ground = await Ground.open();
  server = await ground.start();
});
afterAll(() => ground.close());

it('a provider that is away for 45 s loses no order, parks none, and every refund is made once it is back', async () => {
  const { url } = server;
  const sku = await onSale({ url });
  const orders = await Promise.all(Array.from({ length: 5 }, () => placed(sku, { url, token: 'tok_away' })));
  const paid = await Promise.all(
    Array.from({ length: 5 }, () => placed(sku, { url, token: 'tok_refund_away', wait: 30 })),
  );
  for (const { id, status } of paid) {
    expect(status).toBe('confirmed');
    await asAdmin(url).POST('/v1/orders/{id}/cancel', { params: { path: { id } }, body: {} });
  }
  const failures = async () => {
    const metrics = await (await fetch(`${url}/metrics`)).text();
    return [...metrics.matchAll(/^floodgate_message_failures_total\{.*\} (\d+)$/gm)].reduce(
      (sum, [, n]) => sum + Number(n),
      0,
    );
  };
  await eventually(async () => expect(await failures()).toBeGreaterThan(20), 60_000); // they are told of while they wait
  for (const { id } of orders) expect((await orderOf(id, url)).status).toBe('pending');

  for (const { id } of orders) await becomes(id, 'confirmed', url, 120_000);
  await eventually(async () => {
    for (const { id } of paid) expect((await orderOf(id, url)).payment.status).toBe('refunded');
  }, 120_000);
  expect((await asAdmin(url).GET('/v1/dead-letters', {})).data?.items).toEqual([]);
});
