import { event, query } from '#libs/kernel';
import { z } from 'zod';
import { Order } from './order.js';

export * from './order.js';

const told = z.object({
  orderId: z.uuid(),
  number: z.string(),
  email: z.string(),
  reason: z.string().optional(),
});

export const OrderPlaced = event('orders.order-placed', told);
export const OrderConfirmed = event('orders.order-confirmed', told);
export const OrderRejected = event('orders.order-rejected', told);
export const OrderCancelled = event('orders.order-cancelled', told);
export const OrderExpired = event('orders.order-expired', told);

const shipped = told.extend({ fulfilmentId: z.uuid().optional(), tracking: z.string().optional() });

/** A shipment went out, and something of the order is left to ship. 0.2.0 does not know it: there it waits for 0.3. */
export const OrderPartlyFulfilled = event('orders.order-partly-fulfilled', shipped.required({ fulfilmentId: true }));
/** The last shipment went out. */
export const OrderFulfilled = event('orders.order-fulfilled', shipped, 2);

/** An order as the API shows it, or null. */
export const GetOrder = query('orders.get-order', {
  question: z.object({ orderId: z.uuid() }),
  answer: Order.nullable(),
});
