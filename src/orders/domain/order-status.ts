import type { OrderStatus } from '../contract/index.js';

const NEXT: Record<OrderStatus, readonly OrderStatus[]> = {
  pending: ['confirmed', 'rejected', 'cancelled', 'expired'],
  confirmed: ['fulfilled', 'cancelled'],
  rejected: [],
  fulfilled: [],
  cancelled: [],
  expired: [],
};

/** The states an order may come from to get to `status`. */
export function before(status: OrderStatus): OrderStatus[] {
  return (Object.keys(NEXT) as OrderStatus[]).filter((from) => NEXT[from].includes(status));
}

export function isFinal(status: OrderStatus): boolean {
  return NEXT[status].length === 0;
}
