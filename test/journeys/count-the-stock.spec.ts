import { describe, expect, it } from '@jest/globals';
import { api, asAdmin, unique } from '../support/api.js';
import { eventually } from '../support/eventually.js';
import { becomes, onSale, placed, stockOf } from '../support/shop.js';

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

  it('by a count that is stale is refused, so that what was sold since is not put back', async () => {
    const sku = await onSale({ stock: 10 });
    const admin = asAdmin();
    const path = { sku };
    const etag = (await admin.GET('/v1/stock/{sku}', { params: { path } })).response.headers.get('etag') ?? '';
    const put = (ifMatch?: string) =>
      admin.PUT('/v1/stock/{sku}', { params: { path, header: { 'If-Match': ifMatch } }, body: { onHand: 10 } });
    await becomes((await placed(sku)).id, 'confirmed');
    await eventually(async () => expect(await stockOf(sku)).toEqual({ onHand: 9, reserved: 0, available: 9 }));
    expect((await put(etag)).response.status).toBe(412);
    expect((await put('nonsense')).response.status).toBe(400);
    expect((await stockOf(sku)).onHand).toBe(9);
    const now = (await admin.GET('/v1/stock/{sku}', { params: { path } })).response.headers.get('etag') ?? '';
    expect(now).not.toBe(etag);
    const counted = await put(now);
    expect(counted.data?.onHand).toBe(10);
    expect((await put(counted.response.headers.get('etag') ?? '')).response.status).toBe(200);
  });

  it('beyond what a number of units may be is refused', async () => {
    const sku = await onSale({ stock: 1_000_000_000 });
    const adjust = (delta: number) =>
      asAdmin().POST('/v1/stock/{sku}/adjustments', { params: { path: { sku } }, body: { delta, reason: 'found' } });
    for (const delta of [1, 1_000_000_000]) {
      const { response, error } = await adjust(delta);
      expect(response.status).toBe(422);
      expect(error).toMatchObject({ code: 'inventory.too-many-units' });
    }
    expect((await adjust(-1)).data?.onHand).toBe(999_999_999);
  });
});

describe('availability', () => {
  const available = async (sku: string) =>
    (await api().GET('/v1/availability', { params: { query: { sku: [sku] } } })).data?.items[0]?.available;

  it('names no units of what orders refuse; a SKU that is sold anew has what lies on its shelf', async () => {
    const sku = unique('SKU');
    const admin = asAdmin();
    const create = async (status: 'draft' | 'active') => {
      const variants = [{ sku, title: '', price: { amount: 1, currency: 'GBP' } }];
      const { data } = await admin.POST('/v1/products', { body: { title: sku, status, variants } });
      return data?.id ?? '';
    };
    const remove = (id: string) => admin.DELETE('/v1/products/{id}', { params: { path: { id } } });
    await admin.PUT('/v1/stock/{sku}', { params: { path: { sku } }, body: { onHand: 7 } });
    expect(await available(sku)).toBe(0);
    const draft = await create('draft');
    expect(await available(sku)).toBe(0);
    await remove(draft);
    const sold = await create('active');
    expect(await available(sku)).toBe(7);
    await remove(sold);
    await eventually(async () => expect(await available(sku)).toBe(0));
    await create('active');
    await eventually(async () => expect(await available(sku)).toBe(7)); // units are counted by SKU, not by product
  });
});
