import type { Transaction } from '#libs/database';
import { Bus } from '#libs/messaging';
import { CommitReservation, ReleaseReservation } from '../../inventory/contract/index.js';
import { RefundPayment } from '../../payments/contract/index.js';
import { Injectable } from '@nestjs/common';
import { OrderCancelled, OrderConfirmed, OrderExpired, OrderRejected, type OrderStatus } from '../contract/index.js';
import { type ChangedOrder, OrderStore } from '../store/order-store.js';
import { OrderWaiters } from './wait-for-order.js';

const told = ({ id, number, email }: ChangedOrder, reason?: string) => ({ orderId: id, number, email, reason });

/**
 * The ends a pending order can come to, and what follows from each. An order ends once: where it has ended already,
 * these change nothing, whatever arrives late or twice.
 */
@Injectable()
export class EndOrder {
  constructor(
    private readonly orders: OrderStore,
    private readonly bus: Bus,
    private readonly waiters: OrderWaiters,
  ) {}

  /** Answers the orders that are confirmed by this. */
  async confirm(tx: Transaction, ids: readonly string[]): Promise<string[]> {
    const confirmed = await this.advance(tx, ids, 'confirmed');
    for (const order of confirmed) {
      this.bus.send(tx, CommitReservation, { orderId: order.id });
      this.bus.publish(tx, OrderConfirmed, told(order));
    }
    return confirmed.map(({ id }) => id);
  }

  async reject(tx: Transaction, ids: readonly string[], reason: 'out-of-stock' | 'payment-declined'): Promise<void> {
    for (const order of await this.advance(tx, ids, 'rejected', reason)) {
      if (reason === 'payment-declined') this.bus.send(tx, ReleaseReservation, { orderId: order.id });
      this.bus.publish(tx, OrderRejected, told(order, reason));
    }
  }

  async expire(tx: Transaction, ids: readonly string[], reason: string): Promise<void> {
    for (const order of await this.advance(tx, ids, 'expired', reason)) {
      this.giveBack(tx, order, reason);
      this.bus.publish(tx, OrderExpired, told(order, reason));
    }
  }

  /** Answers whether the order is cancelled by this. */
  async cancel(tx: Transaction, id: string, reason: string): Promise<boolean> {
    const [order] = await this.advance(tx, [id], 'cancelled', reason);
    if (!order) return false;
    this.giveBack(tx, order, reason);
    this.bus.publish(tx, OrderCancelled, told(order, reason));
    return true;
  }

  /** A payment may be under way: the refund also keeps a later capture from happening. */
  private giveBack(tx: Transaction, order: ChangedOrder, reason: string): void {
    this.bus.send(tx, ReleaseReservation, { orderId: order.id });
    if (order.payment_method !== 'none') this.bus.send(tx, RefundPayment, { orderId: order.id, reason });
  }

  private async advance(tx: Transaction, ids: readonly string[], status: OrderStatus, reason?: string) {
    const changed = await this.orders.advance(tx, ids, status, reason);
    tx.afterCommit(() => changed.forEach(({ id }) => this.waiters.settled(id)));
    return changed;
  }
}
