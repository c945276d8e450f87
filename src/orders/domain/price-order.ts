import { AppError, type Money } from '#libs/kernel';
import type { Order } from '../contract/index.js';
import { taxOf, type TaxRule } from './tax.js';

export interface PricingRule {
  tax: TaxRule;
  /** Minor units of the order's currency. */
  shipping: number;
  shippingFreeFrom: number | null;
}

export interface WantedLine {
  sku: string;
  quantity: number;
}

export interface PricedSku {
  sku: string;
  productId?: string;
  title: string;
  price: Money;
}

const MOST = Number.MAX_SAFE_INTEGER;

/** The one currency of these prices; none where there is nothing to price. */
export function currencyOf(prices: readonly PricedSku[]): string {
  const currency = prices[0]?.price.currency ?? 'XXX';
  if (prices.every(({ price }) => price.currency === currency)) return currency;
  throw new AppError('orders.mixed-currencies', 'All lines of an order must be in one currency. Place one order each.');
}

/**
 * Prices and totals of an order, in integer minor units. Each line's tax is rounded half up, as is that of shipping; the
 * order's tax is their sum, so that a bill adds up.
 */
export function priceOrder(
  lines: readonly WantedLine[],
  prices: readonly PricedSku[],
  { tax: rule, shipping: rate, shippingFreeFrom }: PricingRule,
): Pick<Order, 'lines' | 'totals'> {
  const bySku = new Map(prices.map((priced) => [priced.sku, priced]));
  const currency = currencyOf(prices);
  const money = (amount: number): Money => ({ amount, currency });
  const priced = lines.map(({ sku, quantity }) => {
    const { productId, title, price } = bySku.get(sku) as PricedSku;
    const amount = price.amount * quantity;
    return { sku, productId, title, quantity, unitPrice: price, tax: money(taxOf(amount, rule)), total: money(amount) };
  });
  const subtotal = priced.reduce((sum, line) => sum + line.total.amount, 0);
  if (subtotal > MOST / 4) throw new AppError('orders.total-too-large', 'The total is too large. Split the order.');
  const shipping = shippingFreeFrom !== null && subtotal >= shippingFreeFrom ? 0 : rate;
  const tax = priced.reduce((sum, line) => sum + line.tax.amount, taxOf(shipping, rule));
  const grandTotal = subtotal + shipping + (rule.inclusive ? 0 : tax);
  return {
    lines: priced,
    totals: {
      subtotal: money(subtotal),
      shipping: money(shipping),
      tax: money(tax),
      taxIncluded: rule.inclusive,
      grandTotal: money(grandTotal),
    },
  };
}
