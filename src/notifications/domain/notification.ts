import { z } from 'zod';

/** What is told of an order: each kind at most once, and once a shipment where a part is shipped. */
export const NotificationKind = z.enum([
  'order-confirmed',
  'order-rejected',
  'order-cancelled',
  'order-expired',
  'order-partly-fulfilled',
  'order-fulfilled',
]);
export type NotificationKind = z.infer<typeof NotificationKind>;

/** `queued -> sending -> sent`; back to queued after a failure; failed when it lies in the dead letters. */
export const NotificationStatus = z.enum(['queued', 'sending', 'sent', 'failed']);
export type NotificationStatus = z.infer<typeof NotificationStatus>;
