import type { Transaction } from '#libs/database';
import { bucketOf, type PayloadOf } from '#libs/kernel';
import { Bus, Handles } from '#libs/messaging';
import { Injectable } from '@nestjs/common';
import { PaymentCaptured, RefundPayment } from '../../payments/contract/index.js';
import { OrderStore } from '../store/order-store.js';
import { EndOrder } from '../use-cases/end-order.js';

/** A capture for an order that has ended otherwise in the meantime is given back. */
@Injectable()
export class ConfirmWhenPaymentIsCaptured {
  constructor(
    private readonly end: EndOrder,
    private readonly orders: OrderStore,
    private readonly bus: Bus,
  ) {}

  @Handles(PaymentCaptured, { batch: 200 })
  async react(events: PayloadOf<typeof PaymentCaptured>[], tx: Transaction): Promise<void> {
    const ids = events.map(({ orderId }) => orderId);
    const confirmed = new Set(await this.end.confirm(tx, ids));
    const others = ids.filter((id) => !confirmed.has(id));
    if (others.length === 0) return;
    const ended = await tx.query<{ id: string; status: string }>(
      `SELECT o.id, o.status FROM unnest($1::smallint[], $2::uuid[]) AS w (bucket, id)
       JOIN orders.orders o ON o.bucket = w.bucket AND o.id = w.id
       WHERE o.status IN ('cancelled', 'expired', 'rejected') AND o.payment_status IN ('pending', 'none')`,
      [others.map(bucketOf), others],
    );
    await this.orders.setPaymentStatus(tx, ended.map(({ id }) => id), 'captured'); // prettier-ignore
    for (const { id, status } of ended) this.bus.send(tx, RefundPayment, { orderId: id, reason: `order-${status}` });
  }
}
