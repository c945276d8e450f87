import type { Transaction } from '#libs/database';
import type { PayloadOf } from '#libs/kernel';
import { Handles } from '#libs/messaging';
import { Injectable } from '@nestjs/common';
import { PaymentRefunded } from '../../payments/contract/index.js';
import { OrderStore } from '../store/order-store.js';

@Injectable()
export class NoteWhenPaymentIsRefunded {
  constructor(private readonly orders: OrderStore) {}

  @Handles(PaymentRefunded, { batch: 200 })
  async react(events: PayloadOf<typeof PaymentRefunded>[], tx: Transaction): Promise<void> {
    await this.orders.setPaymentStatus(tx, events.map(({ orderId }) => orderId), 'refunded'); // prettier-ignore
  }
}
