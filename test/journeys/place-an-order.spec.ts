import { describe, expect, it } from '@jest/globals';
import { api, unique } from '../support/api.js';
import { eventually } from '../support/eventually.js';
import { becomes, onSale, place, placed, stockOf } from '../support/shop.js';

describe('placing an order', () => {
  it('is confirmed, and its units leave the stock', async () => {
    const sku = await onSale({ stock: 10, price: 1_299 });
    const { data, response } = await place(sku, { quantity: 2, wait: 30 });
    expect(response.status).toBe(201);
    expect(data).toMatchObject({
      status: 'confirmed',
      payment: { status: 'captured', method: 'test' },
      totals: { grandTotal: { amount: 2_598, currency: 'GBP' } },
    });
    expect(response.headers.get('location')).toBe(`/v1/orders/${data?.id}`);
    expect(response.headers.get('preference-applied')).toBe('wait=30');
    await eventually(async () => expect(await stockOf(sku)).toEqual({ onHand: 8, reserved: 0, available: 8 }));
  });

  it('answers at once without Prefer, and confirms all the same', async () => {
    const sku = await onSale();
    const order = await placed(sku);
    expect(order.status).toBe('pending');
    await becomes(order.id, 'confirmed');
  });

  it('is rejected where the stock is short, and takes nothing', async () => {
    const sku = await onSale({ stock: 1 });
    expect(await placed(sku, { quantity: 2, wait: 30 })).toMatchObject({
      status: 'rejected',
      reason: 'out-of-stock',
      payment: { status: 'none' },
    });
    expect(await stockOf(sku)).toEqual({ onHand: 1, reserved: 0, available: 1 });
  });

  it('reserves all lines or none', async () => {
    const [plenty, scarce] = [await onSale(), await onSale({ stock: 0 })];
    const { data } = await api().POST('/v1/orders', {
      params: { header: { 'Idempotency-Key': unique('key'), Prefer: 'wait=10' } },
      body: {
        email: 'ada@example.com',
        lines: [
          { sku: plenty, quantity: 1 },
          { sku: scarce, quantity: 1 },
        ],
        payment: { method: 'test' },
      },
    });
    expect(data?.status).toBe('rejected');
    expect((await stockOf(plenty)).available).toBe(100);
  });

  it('adds up two lines of one SKU', async () => {
    const sku = await onSale({ stock: 3 });
    const order = (lines: { sku: string; quantity: number }[]) =>
      api().POST('/v1/orders', {
        params: { header: { 'Idempotency-Key': unique('key'), Prefer: 'wait=10' } },
        body: { email: 'ada@example.com', lines, payment: { method: 'test' } },
      });
    const twoAndTwo = await order([
      { sku, quantity: 2 },
      { sku, quantity: 2 },
    ]);
    expect(twoAndTwo.data?.reason).toBe('out-of-stock');
    const oneAndTwo = await order([
      { sku, quantity: 1 },
      { sku, quantity: 2 },
    ]);
    expect(oneAndTwo.data).toMatchObject({ status: 'confirmed', payment: { status: 'captured' } });
  });

  it('refuses a SKU that nobody sells, and says which line', async () => {
    const { error, response } = await place('no-such-sku');
    expect(response.status).toBe(422);
    expect(error).toMatchObject({
      code: 'orders.unknown-sku',
      errors: [{ pointer: '/lines/0/sku', message: 'Product not found' }],
    });
  });

  it('takes the guest to the order by the token, and nobody else', async () => {
    const sku = await onSale();
    const [mine, other] = [await placed(sku), await placed(sku)];
    const read = (token: string | undefined) =>
      api(token).GET('/v1/orders/{id}', { params: { path: { id: mine.id } } });
    expect((await read(mine.orderToken)).response.status).toBe(200);
    expect((await read(other.orderToken)).response.status).toBe(404);
    expect((await read(undefined)).response.status).toBe(401);
  });

  it('never oversells, however many come at once', async () => {
    const sku = await onSale({ stock: 20 });
    const orders = await Promise.all(Array.from({ length: 100 }, () => placed(sku, { wait: 30 })));
    const confirmed = orders.filter(({ status }) => status === 'confirmed');
    expect(confirmed).toHaveLength(20);
    expect(orders.filter(({ reason }) => reason === 'out-of-stock')).toHaveLength(80);
    await eventually(async () => expect(await stockOf(sku)).toEqual({ onHand: 0, reserved: 0, available: 0 }));
  });
});
