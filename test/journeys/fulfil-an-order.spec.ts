import { describe, expect, it } from '@jest/globals';
import { api, asAdmin } from '../support/api.js';
import { onSale, placed } from '../support/shop.js';

type Shipment = { lines?: { sku: string; quantity: number }[]; tracking?: string };
const ship = (id: string, body: Shipment = {}) =>
  asAdmin().POST('/v1/orders/{id}/fulfilments', { params: { path: { id } }, body });

describe('fulfilling an order', () => {
  it('whole', async () => {
    const order = await placed(await onSale(), { quantity: 2, wait: 30 });
    expect((await ship(order.id, { tracking: 'RM1' })).data?.status).toBe('fulfilled');
  });

  it('in parts: fulfilled with the last unit, and never more than was ordered', async () => {
    const sku = await onSale();
    const order = await placed(sku, { quantity: 3, wait: 30 });
    expect((await ship(order.id, { lines: [{ sku, quantity: 2 }] })).data?.status).toBe('confirmed');
    const tooMany = await ship(order.id, { lines: [{ sku, quantity: 2 }] });
    expect(tooMany.response.status).toBe(422);
    expect(tooMany.error).toMatchObject({ code: 'orders.more-than-ordered' });
    expect((await ship(order.id, { lines: [{ sku, quantity: 1 }] })).data?.status).toBe('fulfilled');
  });

  it('rejected: there is nothing to ship', async () => {
    const order = await placed(await onSale({ stock: 0 }), { wait: 30 });
    expect((await ship(order.id)).response.status).toBe(409);
  });

  it('by staff only', async () => {
    const order = await placed(await onSale(), { wait: 30 });
    const { response } = await api(order.orderToken).POST('/v1/orders/{id}/fulfilments', {
      params: { path: { id: order.id } },
      body: {},
    });
    expect(response.status).toBe(403);
  });
});
