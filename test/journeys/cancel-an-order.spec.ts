import { describe, expect, it } from '@jest/globals';
import { api, asAdmin, type Order } from '../support/api.js';
import { eventually } from '../support/eventually.js';
import { becomes, onSale, orderOf, placed, stockOf } from '../support/shop.js';

const cancel = (id: string, bearer: string | undefined) =>
  api(bearer).POST('/v1/orders/{id}/cancel', { params: { path: { id } }, body: {} });

/** Answers the order, or nothing where the shipment is refused. */
const ship = async (id: string, body: { lines?: { sku: string; quantity: number }[]; tracking?: string }) =>
  (await asAdmin().POST('/v1/orders/{id}/fulfilments', { params: { path: { id } }, body })).data;

describe('cancelling an order', () => {
  it('confirmed: the units and the money come back', async () => {
    const sku = await onSale({ stock: 3 });
    const order = await placed(sku, { quantity: 2, wait: 30 });
    expect(order.status).toBe('confirmed');
    const { data } = await cancel(order.id, order.orderToken);
    expect(data).toMatchObject({ status: 'cancelled', reason: 'customer-request' });
    await eventually(async () => expect(await stockOf(sku)).toEqual({ onHand: 3, reserved: 0, available: 3 }));
    await eventually(async () => expect((await orderOf(order.id)).payment.status).toBe('refunded'));
  });

  it('while the payment is under way: it is never charged in the end', async () => {
    const sku = await onSale({ stock: 3 });
    const order = await placed(sku, { token: 'tok_slow' });
    await eventually(async () => expect((await stockOf(sku)).reserved).toBe(1));
    expect((await cancel(order.id, order.orderToken)).data?.status).toBe('cancelled');
    const after = await placed(sku, { token: 'tok_slow' }); // once this one is captured, the first would have been
    await becomes(after.id, 'confirmed');
    expect(await orderOf(order.id)).toMatchObject({ status: 'cancelled', payment: { status: 'none' } });
    await eventually(async () => expect(await stockOf(sku)).toEqual({ onHand: 2, reserved: 0, available: 2 }));
  });

  it.each([
    ['cannot stop', 'tok_late'],
    ['took while its answer was lost', 'tok_lost'],
  ])('while the provider takes money that it %s: it is given back', async (_, token) => {
    const sku = await onSale({ stock: 3 });
    const order = await placed(sku, { token });
    await eventually(async () => expect((await stockOf(sku)).reserved).toBe(1));
    expect((await cancel(order.id, order.orderToken)).data?.status).toBe('cancelled');
    await eventually(async () => expect((await orderOf(order.id)).payment.status).toBe('refunded'));
    await eventually(async () => expect(await stockOf(sku)).toEqual({ onHand: 3, reserved: 0, available: 3 }));
  });

  it('in a race with its confirmation: it ends once, and stock and money agree with the end', async () => {
    const sku = await onSale({ stock: 60 });
    const orders = await Promise.all(Array.from({ length: 60 }, () => placed(sku)));
    const answers = await Promise.all(orders.map(({ id, orderToken }) => cancel(id, orderToken)));
    expect(answers.map(({ response }) => response.status)).toEqual(Array(60).fill(200));
    const ended = await eventually(async () => {
      const now = await Promise.all(orders.map(({ id }) => orderOf(id)));
      expect(now.every(({ status }) => status === 'cancelled')).toBe(true);
      return now;
    });
    expect(ended).toHaveLength(60);
    await eventually(async () => expect(await stockOf(sku)).toEqual({ onHand: 60, reserved: 0, available: 60 }));
    await eventually(async () => {
      const paid = await Promise.all(
        orders.map(async ({ id }): Promise<Order['payment']['status']> => (await orderOf(id)).payment.status),
      );
      expect(paid.every((status) => status === 'none' || status === 'refunded')).toBe(true);
    });
  });

  it('for a reason that is a code; a note is for staff, since it is mailed', async () => {
    const order = await placed(await onSale(), { wait: 30 });
    const ask = (bearer: string | undefined, body: object) =>
      api(bearer).POST('/v1/orders/{id}/cancel', { params: { path: { id: order.id } }, body });
    const spam = 'Buy now at https://evil.example';
    expect((await ask(order.orderToken, { reason: spam })).error).toMatchObject({ errors: [{ pointer: '/reason' }] });
    expect((await ask(order.orderToken, { note: spam })).response.status).toBe(403);
    expect((await orderOf(order.id)).status).toBe('confirmed');
    const { data } = await ask(order.orderToken, { reason: 'changed-mind' });
    expect(data).toMatchObject({ status: 'cancelled', reason: 'changed-mind' });
  });

  it('twice: the second answers the same', async () => {
    const order = await placed(await onSale());
    await cancel(order.id, order.orderToken);
    const again = await cancel(order.id, order.orderToken);
    expect(again.response.status).toBe(200);
    expect(again.data?.status).toBe('cancelled');
  });

  it('fulfilled: too late, and it says so', async () => {
    const order = await placed(await onSale(), { wait: 30 });
    await asAdmin().POST('/v1/orders/{id}/fulfilments', { params: { path: { id: order.id } }, body: {} });
    const { error, response } = await cancel(order.id, order.orderToken);
    expect(response.status).toBe(409);
    expect(error).toMatchObject({ code: 'orders.not-cancellable' });
  });

  it('partly shipped: what has left does not come back for sale, nor its money', async () => {
    const sku = await onSale({ stock: 10 });
    const order = await placed(sku, { quantity: 2, wait: 30 });
    expect(order).toMatchObject({ cancellable: true, lines: [{ fulfilled: 0 }], fulfilments: [] });
    const shipped = await ship(order.id, { lines: [{ sku, quantity: 1 }], tracking: 'one' });
    expect(shipped).toMatchObject({
      cancellable: false,
      lines: [{ quantity: 2, fulfilled: 1 }],
      fulfilments: [{ lines: [{ sku, quantity: 1 }], tracking: 'one' }],
    });
    const { error, response } = await cancel(order.id, order.orderToken);
    expect(response.status).toBe(409);
    expect(error).toMatchObject({ code: 'orders.not-cancellable' });
    expect(await orderOf(order.id)).toMatchObject({ status: 'confirmed', payment: { status: 'captured' } });
    await eventually(async () => expect(await stockOf(sku)).toEqual({ onHand: 8, reserved: 0, available: 8 }));
    expect(await ship(order.id, {})).toMatchObject({ status: 'fulfilled', lines: [{ fulfilled: 2 }] });
  });

  it('in a race with its shipment: one of them is refused', async () => {
    const sku = await onSale({ stock: 100 });
    const orders = await Promise.all(Array.from({ length: 20 }, () => placed(sku, { quantity: 2, wait: 30 })));
    await Promise.all(
      orders.map(async ({ id, orderToken }) => {
        const [cancelled, shipped] = await Promise.all([
          cancel(id, orderToken),
          ship(id, { lines: [{ sku, quantity: 1 }] }),
        ]);
        const { status, fulfilments } = await orderOf(id);
        expect(cancelled.response.ok).toBe(status === 'cancelled');
        expect(fulfilments).toHaveLength(shipped ? 1 : 0);
        expect(cancelled.response.ok).toBe(!shipped);
      }),
    );
  });

  it('of somebody else: there is no such order', async () => {
    const sku = await onSale();
    const [mine, other] = [await placed(sku), await placed(sku)];
    expect((await cancel(mine.id, other.orderToken)).response.status).toBe(404);
    expect((await cancel(mine.id, undefined)).response.status).toBe(401);
  });
});
