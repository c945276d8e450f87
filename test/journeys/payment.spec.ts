import { describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { becomes, onSale, place, placed, stockOf } from '../support/shop.js';

describe('paying for an order', () => {
  it('declined: the order is rejected and its units come back', async () => {
    const sku = await onSale({ stock: 5 });
    expect(await placed(sku, { token: 'tok_declined', wait: 30 })).toMatchObject({
      status: 'rejected',
      reason: 'payment-declined',
      payment: { status: 'declined' },
    });
    await eventually(async () => expect(await stockOf(sku)).toEqual({ onHand: 5, reserved: 0, available: 5 }));
  });

  it('slow: the order is pending until the provider has decided, its units reserved', async () => {
    const sku = await onSale({ stock: 5 });
    const order = await placed(sku, { token: 'tok_slow' });
    await eventually(async () => expect(await stockOf(sku)).toEqual({ onHand: 5, reserved: 1, available: 4 }));
    await becomes(order.id, 'confirmed');
    await eventually(async () => expect(await stockOf(sku)).toEqual({ onHand: 4, reserved: 0, available: 4 }));
  });

  it('failing twice: it is tried again until it captures', async () => {
    const sku = await onSale();
    const order = await placed(sku, { token: 'tok_error' });
    expect(await becomes(order.id, 'confirmed')).toMatchObject({ payment: { status: 'captured' } });
  });

  it('by a method nobody offers: refused at once', async () => {
    const sku = await onSale();
    const { error, response } = await place(sku, { method: 'barter' });
    expect(response.status).toBe(422);
    expect(error).toMatchObject({ code: 'payments.unknown-method' });
  });
});
