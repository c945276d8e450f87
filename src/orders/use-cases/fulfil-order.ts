import type { Transaction } from '#libs/database';
import { AppError, conflict, newId, notFound } from '#libs/kernel';
import { Bus } from '#libs/messaging';
import { Injectable } from '@nestjs/common';
import { type Order, OrderFulfilled, OrderPartlyFulfilled } from '../contract/index.js';
import type { WantedLine } from '../domain/price-order.js';
import { OrderStore } from '../store/order-store.js';

export interface Shipment {
  /** What goes out; without it, all that is left. */
  lines?: WantedLine[];
  tracking?: string;
}

/** Ships a confirmed order, in one fulfilment or several; with the last unit the order is fulfilled. */
@Injectable()
export class FulfilOrder {
  constructor(
    private readonly orders: OrderStore,
    private readonly bus: Bus,
  ) {}

  async fulfil(tx: Transaction, id: string, { lines, tracking }: Shipment): Promise<Order> {
    await this.orders.lock(tx, id);
    const order = await this.orders.find(id, tx);
    if (!order) throw notFound('orders.not-found', 'Order not found');
    if (order.status !== 'confirmed') {
      throw conflict('orders.not-fulfillable', `The order is ${order.status}; only a confirmed one can be fulfilled.`);
    }
    const left = unitsLeft(order);
    const shipped = lines ?? [...left].flatMap(([sku, quantity]) => (quantity > 0 ? [{ sku, quantity }] : []));
    for (const { sku, quantity } of shipped) {
      const rest = (left.get(sku) ?? 0) - quantity;
      if (rest < 0)
        throw new AppError('orders.more-than-ordered', `Only ${left.get(sku) ?? 0} of ${sku} are left to fulfil.`);
      left.set(sku, rest);
    }
    const fulfilmentId = newId();
    await this.orders.addFulfilment(tx, { orderId: id, id: fulfilmentId, lines: shipped, tracking });
    const told = { orderId: id, number: order.number, email: order.email, fulfilmentId, tracking };
    const isLast = [...left.values()].every((quantity) => quantity === 0);
    await (isLast ? this.orders.advance(tx, [id], 'fulfilled') : this.orders.touch(tx, id));
    this.bus.publish(tx, isLast ? OrderFulfilled : OrderPartlyFulfilled, told);
    return (await this.orders.find(id, tx)) ?? order;
  }
}

function unitsLeft({ lines }: Order): Map<string, number> {
  const left = new Map<string, number>();
  for (const { sku, quantity, fulfilled = 0 } of lines) left.set(sku, (left.get(sku) ?? 0) + quantity - fulfilled);
  return left;
}
