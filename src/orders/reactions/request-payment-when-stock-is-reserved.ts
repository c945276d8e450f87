import type { Transaction } from '#libs/database';
import { bucketOf, type PayloadOf } from '#libs/kernel';
import { Bus, Handles } from '#libs/messaging';
import { Injectable } from '@nestjs/common';
import { StockReserved } from '../../inventory/contract/index.js';
import { CapturePayment } from '../../payments/contract/index.js';
import { EndOrder } from '../use-cases/end-order.js';

interface Payable {
  id: string;
  currency: string;
  grand_total: string;
  payment_method: string;
  payment_status: string;
  payment_token: string | null;
}

/** Late, after the order has ended, it does nothing: whoever ended it has released the stock. */
@Injectable()
export class RequestPaymentWhenStockIsReserved {
  constructor(
    private readonly bus: Bus,
    private readonly end: EndOrder,
  ) {}

  @Handles(StockReserved, { batch: 200 })
  async react(events: PayloadOf<typeof StockReserved>[], tx: Transaction): Promise<void> {
    const ids = events.map(({ orderId }) => orderId);
    const orders = await tx.query<Payable>(
      `SELECT o.id, o.currency, o.grand_total, o.payment_method, o.payment_status, o.payment_token
       FROM unnest($1::smallint[], $2::uuid[]) AS w (bucket, id)
       JOIN orders.orders o ON o.bucket = w.bucket AND o.id = w.id WHERE o.status = 'pending'`,
      [ids.map(bucketOf), ids],
    );
    const free = orders.filter((order) => order.payment_status === 'none').map(({ id }) => id);
    await this.end.confirm(tx, free);
    for (const order of orders) {
      if (order.payment_status === 'none') continue;
      this.bus.send(tx, CapturePayment, {
        orderId: order.id,
        amount: { amount: Number(order.grand_total), currency: order.currency },
        method: order.payment_method,
        token: order.payment_token ?? undefined,
      });
    }
  }
}
