import { AppError, type Money } from '#libs/kernel';
import type { Order } from '../contract/index.js';

export interface PricingRule {
  country: string;
  /** 2000 is 20 %. */
  taxBasisPoints: number;
  /** Whether prices contain the tax already. */
  taxInclusive: boolean;
  /** Minor units. */
  shipping: number;
  shippingFreeFrom: number | null;
}

export interface WantedLine {
  sku: string;
  quantity: number;
}

export interface PricedSku {
  sku: string;
  title: string;
  price: Money;
}

const MOST = Number.MAX_SAFE_INTEGER;

/** Prices and totals of an order, in integer minor units; tax is rounded half up, once, over goods and shipping. */
export function priceOrder(
  lines: readonly WantedLine[],
  prices: readonly PricedSku[],
  rule: PricingRule,
): Pick<Order, 'lines' | 'totals'> {
  const bySku = new Map(prices.map((priced) => [priced.sku, priced]));
  const currency = prices[0]?.price.currency ?? 'XXX';
  if (prices.some(({ price }) => price.currency !== currency)) {
    throw new AppError(
      'orders.mixed-currencies',
      'All lines of an order must be in one currency. Place one order each.',
    );
  }
  const money = (amount: number): Money => ({ amount, currency });
  const priced = lines.map(({ sku, quantity }) => {
    const { title, price } = bySku.get(sku) as PricedSku;
    return { sku, title, quantity, unitPrice: price, total: money(price.amount * quantity) };
  });
  const subtotal = priced.reduce((sum, line) => sum + line.total.amount, 0);
  const free = rule.shippingFreeFrom !== null && subtotal >= rule.shippingFreeFrom;
  const shipping = free ? 0 : rule.shipping;
  const taxed = subtotal + shipping;
  const rate = rule.taxBasisPoints / 10_000;
  const tax = Math.round(rule.taxInclusive ? (taxed * rate) / (1 + rate) : taxed * rate);
  const grandTotal = rule.taxInclusive ? taxed : taxed + tax;
  if (grandTotal > MOST) throw new AppError('orders.total-too-large', 'The total is too large. Split the order.');
  return {
    lines: priced,
    totals: { subtotal: money(subtotal), shipping: money(shipping), tax: money(tax), grandTotal: money(grandTotal) },
  };
}
