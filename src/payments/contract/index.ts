import { command, event, Money, query } from '#libs/kernel';
import { z } from 'zod';

/** Captures an order's payment. Answered by PaymentCaptured or PaymentDeclined. */
export const CapturePayment = command(
  'payments.capture-payment',
  z.object({ orderId: z.uuid(), amount: Money, method: z.string(), token: z.string().optional() }),
);

/** The order has ended without goods: gives back what was captured. Early, it keeps a later capture from happening. */
export const RefundPayment = command('payments.refund-payment', z.object({ orderId: z.uuid(), reason: z.string() }));

export const PaymentCaptured = event('payments.payment-captured', z.object({ orderId: z.uuid() }));
export const PaymentDeclined = event('payments.payment-declined', z.object({ orderId: z.uuid(), reason: z.string() }));
export const PaymentRefunded = event('payments.payment-refunded', z.object({ orderId: z.uuid() }));

export const ListPaymentMethods = query('payments.list-payment-methods', {
  question: z.object({}),
  answer: z.array(z.string()),
});

/** What became of the money of these orders; those without an intent are left out. */
export const ListIntents = query('payments.list-intents', {
  question: z.object({ orderIds: z.array(z.uuid()).max(500) }),
  answer: z.array(
    z.object({
      orderId: z.uuid(),
      status: z.enum(['pending', 'captured', 'declined', 'cancelled', 'refunding', 'refunded']),
    }),
  ),
});
