import { describe, expect, it } from '@jest/globals';
import { api, asAdmin, unique } from '../support/api.js';
import { addressIn, onSale, placed } from '../support/shop.js';

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

  it('shows what was written to those who ship and to the owner: addresses, lines, shipments', async () => {
    const sku = await onSale();
    const shippingAddress = { ...addressIn('GB'), company: 'Engines Ltd', region: 'London', phone: '+44 20 7946 0018' };
    const billingAddress = { ...addressIn('FR'), city: 'Paris' };
    const { data: order } = await api().POST('/v1/orders', {
      params: { header: { 'Idempotency-Key': unique('key'), Prefer: 'wait=30' } },
      body: {
        email: 'ada@example.com',
        lines: [{ sku, quantity: 2 }],
        payment: { method: 'test' },
        shippingAddress,
        billingAddress,
      },
    });
    const id = order?.id ?? '';
    await ship(id, { lines: [{ sku, quantity: 1 }], tracking: 'RM1' });
    for (const reader of [asAdmin(), api(order?.orderToken)]) {
      const { data } = await reader.GET('/v1/orders/{id}', { params: { path: { id } } });
      expect(data).toMatchObject({ shippingAddress, billingAddress, lines: [{ sku, fulfilled: 1 }] });
      expect(data?.lines[0]?.productId).toMatch(/^[0-9a-f-]{36}$/);
      const shipments = await reader.GET('/v1/orders/{id}/fulfilments', { params: { path: { id } } });
      expect(shipments.data).toMatchObject({ items: [{ lines: [{ sku, quantity: 1 }], tracking: 'RM1' }], next: null });
      expect(shipments.data?.items).toEqual(data?.fulfilments);
    }
    const stranger = await placed(sku);
    const { response } = await api(stranger.orderToken).GET('/v1/orders/{id}/fulfilments', {
      params: { path: { id } },
    });
    expect(response.status).toBe(404);
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
