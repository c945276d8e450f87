import { describe, expect, it } from '@jest/globals';
import { asAdmin, unique } from '../support/api.js';
import { eventually } from '../support/eventually.js';
import { onSale, placed } from '../support/shop.js';

const count = (items: { sku: string; onHand: number }[], ifAbsent = false) =>
  asAdmin().POST('/v1/stock/batch', { body: { items, ifAbsent } });

describe('counting the stock', () => {
  it('sets many SKUs at once, and one that cannot be does not fail the others', async () => {
    const [fresh, sold] = [unique('SKU'), await onSale({ stock: 5 })];
    const { data } = await count([
      { sku: fresh, onHand: 7 },
      { sku: sold, onHand: -1 },
      { sku: sold, onHand: 6 },
      { sku: '', onHand: 1 },
    ]);
    expect(data?.items.map(({ sku, outcome }) => [sku, outcome])).toEqual([
      [fresh, 'created'],
      [sold, 'refused'],
      [sold, 'updated'],
      ['', 'refused'],
    ]);
    expect(data?.items[1]?.reason).toBe('onHand is not a whole number from 0 to 1000000000.');
  });

  it('with ifAbsent leaves alone what has stock, sold out or not', async () => {
    const sku = await onSale({ stock: 0 });
    const { data } = await count([{ sku, onHand: 50 }], true);
    expect(data?.items).toEqual([{ sku, outcome: 'unchanged' }]);
  });

  it('tells of every change in a ledger that sums to the stock', async () => {
    const sku = await onSale({ stock: 10 });
    const order = await placed(sku, { quantity: 3, wait: 30 });
    await asAdmin().POST('/v1/stock/{sku}/adjustments', {
      params: { path: { sku } },
      body: { delta: -2, reason: 'damaged' },
    });
    await eventually(async () => {
      const { data } = await asAdmin().GET('/v1/stock', { params: { query: { sku: [sku] } } });
      expect(data?.items).toMatchObject([
        { sku, onHand: 5, reserved: 0, ledger: { counted: 10, sold: -3, returned: 0, adjusted: -2 } },
      ]);
    });
    const { data } = await asAdmin().GET('/v1/stock/{sku}/adjustments', { params: { path: { sku } } });
    const entries = data?.items.map(({ delta, reason, orderId }) => ({ delta, reason, orderId }));
    expect(entries).toHaveLength(3);
    expect(entries).toContainEqual({ delta: -3, reason: 'sold', orderId: order.id });
    expect(entries?.at(-1)).toEqual({ delta: 10, reason: 'counted', orderId: undefined });
  });

  it('pages the ledger and the list of stock', async () => {
    const sku = await onSale({ stock: 1 });
    await count([{ sku, onHand: 2 }]);
    const read = (cursor?: string) =>
      asAdmin().GET('/v1/stock/{sku}/adjustments', { params: { path: { sku }, query: { limit: 1, cursor } } });
    const first = (await read()).data;
    const second = (await read(first?.next ?? '')).data;
    expect([first?.items.length, second?.items.length, second?.next]).toEqual([1, 1, null]);
    expect(second?.items[0]?.id).not.toBe(first?.items[0]?.id);
    const skus = [sku, await onSale()].sort();
    const list = (cursor?: string) =>
      asAdmin().GET('/v1/stock', { params: { query: { sku: skus, limit: 1, cursor } } });
    const one = (await list()).data;
    const two = (await list(one?.next ?? '')).data;
    expect([one?.items[0]?.sku, two?.items[0]?.sku, two?.next]).toEqual([...skus, null]);
  });
});
