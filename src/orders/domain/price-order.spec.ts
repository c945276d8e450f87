import { describe, expect, it } from '@jest/globals';
import { priceOrder, type PricingRule } from './price-order.js';

const gbp = (amount: number) => ({ amount, currency: 'GBP' });
const tee = { sku: 'tee', title: 'Tee', price: gbp(1_000) };
const rule = (rest: Partial<PricingRule>): PricingRule => ({
  country: '*',
  taxBasisPoints: 0,
  taxInclusive: true,
  shipping: 0,
  shippingFreeFrom: null,
  ...rest,
});
const amounts = (lines: { sku: string; quantity: number }[], rules: Partial<PricingRule>) => {
  const { subtotal, shipping, tax, grandTotal } = priceOrder(lines, [tee], rule(rules)).totals;
  return [subtotal.amount, shipping.amount, tax.amount, grandTotal.amount];
};
const two = [{ sku: 'tee', quantity: 2 }];

describe('pricing an order', () => {
  it('finds an inclusive tax inside the price', () => {
    expect(amounts(two, { taxBasisPoints: 2_000 })).toEqual([2_000, 0, 333, 2_000]);
  });

  it('adds an exclusive tax on top, shipping included', () => {
    expect(amounts(two, { taxBasisPoints: 2_000, taxInclusive: false, shipping: 500 })).toEqual([
      2_000, 500, 500, 3_000,
    ]);
  });

  it('ships free from the limit on', () => {
    expect(amounts(two, { shipping: 500, shippingFreeFrom: 2_000 })).toEqual([2_000, 0, 0, 2_000]);
    expect(amounts(two, { shipping: 500, shippingFreeFrom: 2_001 })).toEqual([2_000, 500, 0, 2_500]);
  });

  it('keeps two lines of one SKU apart', () => {
    const { lines } = priceOrder([...two, { sku: 'tee', quantity: 1 }], [tee], rule({}));
    expect(lines.map((line) => line.total.amount)).toEqual([2_000, 1_000]);
  });

  it('refuses to add up two currencies', () => {
    const mug = { sku: 'mug', title: 'Mug', price: { amount: 1, currency: 'EUR' } };
    expect(() => priceOrder([...two, { sku: 'mug', quantity: 1 }], [tee, mug], rule({}))).toThrow('one currency');
  });
});
