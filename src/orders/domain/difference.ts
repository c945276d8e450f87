import type { OrderStatus } from '../contract/index.js';

/** What orders, inventory and payments say of one order, some while after it last changed. */
export interface Books {
  status: OrderStatus;
  isPaid: boolean;
  isOverdue: boolean;
  reservation?: 'reserved' | 'refused' | 'committed' | 'released';
  intent?: 'pending' | 'captured' | 'declined' | 'cancelled' | 'refunding' | 'refunded';
}

/** In the order of DIFFERENCES; each is what an on-call engineer would look for, and its cure. */
export const DIFFERENCES = {
  'pending-past-deadline': 'expires by itself, once a process with the role queue runs',
  'ended-with-money-captured': 'RefundPayment is sent again',
  'ended-with-stock-held': 'ReleaseReservation is sent again',
  'confirmed-without-committed-stock': 'CommitReservation is sent again',
  'confirmed-without-stock': 'nothing heals it: its units were given to others; look at the order',
  'confirmed-without-money': 'nothing heals it: it was confirmed and not paid; look at the order',
} as const;
export type Difference = keyof typeof DIFFERENCES;

export function differencesOf({ status, isPaid, isOverdue, reservation, intent }: Books): Difference[] {
  if (status === 'pending') return isOverdue ? ['pending-past-deadline'] : [];
  const found: Difference[] = [];
  if (status === 'confirmed' || status === 'fulfilled') {
    if (reservation === 'reserved') found.push('confirmed-without-committed-stock');
    else if (reservation !== 'committed') found.push('confirmed-without-stock');
    if (isPaid && intent !== 'captured') found.push('confirmed-without-money');
    return found;
  }
  if (intent === 'captured') found.push('ended-with-money-captured');
  if (reservation === 'reserved' || reservation === 'committed') found.push('ended-with-stock-held');
  return found;
}
