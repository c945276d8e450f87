import type { Transaction } from '#libs/database';
import type { PayloadOf } from '#libs/kernel';
import { Handles } from '#libs/messaging';
import { Injectable } from '@nestjs/common';
import { PaymentDeclined } from '../../payments/contract/index.js';
import { OrderStore } from '../store/order-store.js';
import { EndOrder } from '../use-cases/end-order.js';

@Injectable()
export class RejectWhenPaymentIsDeclined {
  constructor(
    private readonly end: EndOrder,
    private readonly orders: OrderStore,
  ) {}

  @Handles(PaymentDeclined, { batch: 200 })
  async react(events: PayloadOf<typeof PaymentDeclined>[], tx: Transaction): Promise<void> {
    const ids = events.map(({ orderId }) => orderId);
    await this.orders.setPaymentStatus(tx, ids, 'declined');
    await this.end.reject(tx, ids, 'payment-declined');
  }
}
