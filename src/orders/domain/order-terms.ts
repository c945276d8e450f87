import { AppError, type Money } from '#libs/kernel';
import type { Order } from '../contract/index.js';

/** What an order must come with, and the refusals where it does not. */
export const addressRequired = () =>
  new AppError('orders.address-required', 'Something is to be shipped: send a shippingAddress.', {
    errors: [{ pointer: '/shippingAddress', message: 'Say where to ship to.' }],
  });

export const paymentRequired = () =>
  new AppError('orders.payment-required', 'The order has to be paid: send a payment with its method.', {
    errors: [{ pointer: '/payment', message: 'Say how it is paid.' }],
  });

/** Refuses a total that is not the one the buyer has seen; the refusal carries the quote as it is now. */
export function assertExpected(expected: Money | undefined, quote: Pick<Order, 'lines' | 'totals'>): void {
  const { grandTotal } = quote.totals;
  if (!expected || (expected.amount === grandTotal.amount && expected.currency === grandTotal.currency)) return;
  throw new AppError(
    'orders.total-changed',
    'The total is not the expected one. Show the buyer the quote, and ask again.',
    {
      status: 409,
      errors: [{ pointer: '/expectedTotal', message: `It is ${grandTotal.amount} ${grandTotal.currency} now.` }],
      members: { quote },
    },
  );
}
