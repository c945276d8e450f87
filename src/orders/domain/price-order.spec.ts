import { describe, expect, it } from '@jest/globals';
import { priceOrder, type PricingRule } from './price-order.js';

const gbp = (amount: number) => ({ amount, currency: 'GBP' });
const tee = { sku: 'tee', title: 'Tee', price: gbp(1_000) };
interface Rules {
  rate?: number;
  inclusive?: boolean;
  shipping?: number;
  shippingFreeFrom?: number;
}
const rule = ({ rate = 0, inclusive = true, shipping = 0, shippingFreeFrom }: Rules): PricingRule => ({
  tax: { rate, inclusive },
  shipping,
  shippingFreeFrom: shippingFreeFrom ?? null,
});
const amounts = (lines: { sku: string; quantity: number }[], rules: Rules) => {
  const { subtotal, shipping, tax, grandTotal } = priceOrder(lines, [tee], rule(rules)).totals;
  return [subtotal.amount, shipping.amount, tax.amount, grandTotal.amount];
};
const two = [{ sku: 'tee', quantity: 2 }];

describe('pricing an order', () => {
  it('finds an inclusive tax inside the price', () => {
    expect(amounts(two, { rate: 20_000 })).toEqual([2_000, 0, 333, 2_000]);
  });

  it('adds an exclusive tax on top, shipping included', () => {
    expect(amounts(two, { rate: 20_000, inclusive: false, shipping: 500 })).toEqual([2_000, 500, 500, 3_000]);
  });

  it('ships free from the limit on', () => {
    expect(amounts(two, { shipping: 500, shippingFreeFrom: 2_000 })).toEqual([2_000, 0, 0, 2_000]);
    expect(amounts(two, { shipping: 500, shippingFreeFrom: 2_001 })).toEqual([2_000, 500, 0, 2_500]);
  });

  it('keeps two lines of one SKU apart', () => {
    const { lines } = priceOrder([...two, { sku: 'tee', quantity: 1 }], [tee], rule({}));
    expect(lines.map((line) => line.total.amount)).toEqual([2_000, 1_000]);
  });

  it("adds up the taxes of the lines and of shipping, each rounded, to the order's", () => {
    const rules = rule({ rate: 7_250, inclusive: false, shipping: 200 });
    const cheap = { ...tee, price: gbp(200) };
    const one = { sku: 'tee', quantity: 1 };
    const { lines, totals } = priceOrder([one, one], [cheap], rules);
    expect(lines.map(({ tax }) => tax?.amount)).toEqual([15, 15]); // 14.5 each
    expect(totals).toMatchObject({ tax: gbp(45), grandTotal: gbp(645), taxIncluded: false });
  });

  it('refuses a total that a number could not hold', () => {
    const gold = { ...tee, price: gbp(Number.MAX_SAFE_INTEGER) };
    expect(() => priceOrder([{ sku: 'tee', quantity: 1_000_000 }], [gold], rule({}))).toThrow('too large');
  });

  it('refuses to add up two currencies', () => {
    const mug = { sku: 'mug', title: 'Mug', price: { amount: 1, currency: 'EUR' } };
    expect(() => priceOrder([...two, { sku: 'mug', quantity: 1 }], [tee, mug], rule({}))).toThrow('one currency');
  });
});
