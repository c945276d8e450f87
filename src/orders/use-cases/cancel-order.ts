import type { Transaction } from '#libs/database';
import { conflict, notFound } from '#libs/kernel';
import { Injectable } from '@nestjs/common';
import type { Order } from '../contract/index.js';
import { OrderStore } from '../store/order-store.js';
import { EndOrder } from './end-order.js';

/** Pending or confirmed, an order of which nothing has been shipped can be cancelled; cancelling a cancelled one answers it as it is. */
@Injectable()
export class CancelOrder {
  constructor(
    private readonly orders: OrderStore,
    private readonly end: EndOrder,
  ) {}

  async cancel(tx: Transaction, id: string, reason: string, note?: string): Promise<Order> {
    if (await this.orders.lockShipped(tx, id)) {
      throw conflict('orders.not-cancellable', 'Part of the order has been shipped, so it can no longer be cancelled.');
    }
    const cancelled = await this.end.cancel(tx, id, reason);
    if (cancelled && note !== undefined) await this.orders.addNote(tx, id, note);
    const order = await this.orders.find(id, tx);
    if (!order) throw notFound('orders.not-found', 'Order not found');
    if (!cancelled && order.status !== 'cancelled') {
      throw conflict('orders.not-cancellable', `The order is ${order.status} and can no longer be cancelled.`);
    }
    return order;
  }
}
