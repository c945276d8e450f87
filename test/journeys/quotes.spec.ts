import { describe, expect, it } from '@jest/globals';
import { api } from '../support/api.js';
import { onSale } from '../support/shop.js';

describe('a quote', () => {
  it('prices lines and totals by the rules of the country', async () => {
    const sku = await onSale({ price: 1_000 });
    const quote = async (country?: string) =>
      (await api().POST('/v1/quotes', { body: { lines: [{ sku, quantity: 2 }], country } })).data?.totals;
    const gbp = (amount: number) => ({ amount, currency: 'GBP' });
    const taxIncluded = true;
    expect(await quote()).toEqual({
      subtotal: gbp(2_000),
      shipping: gbp(0),
      tax: gbp(0),
      taxIncluded,
      grandTotal: gbp(2_000),
    });
    expect(await quote('GB')).toEqual({
      subtotal: gbp(2_000),
      shipping: gbp(395),
      tax: gbp(399),
      taxIncluded,
      grandTotal: gbp(2_395),
    });
    expect(await quote('CA')).toEqual({
      subtotal: gbp(2_000),
      shipping: gbp(1_495),
      tax: gbp(175),
      taxIncluded: false,
      grandTotal: gbp(3_670),
    });
  });

  it('of two currencies is refused', async () => {
    const [pounds, euros] = [await onSale(), await onSale({ currency: 'EUR' })];
    const { error } = await api().POST('/v1/quotes', {
      body: {
        lines: [
          { sku: pounds, quantity: 1 },
          { sku: euros, quantity: 1 },
        ],
      },
    });
    expect(error).toMatchObject({ code: 'orders.mixed-currencies' });
  });
});
