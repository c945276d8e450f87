import { Database } from '#libs/database';
import { RepeatsEvery } from '#libs/messaging';
import { Injectable } from '@nestjs/common';
import { EndOrder } from './end-order.js';

const AT_ONCE = 200;

/** Orders alone owns an order's deadline: whatever was lost on the way, the order comes to an end. */
@Injectable()
export class ExpireOverdueOrders {
  constructor(
    private readonly database: Database,
    private readonly end: EndOrder,
  ) {}

  @RepeatsEvery(1_000)
  async expire(): Promise<void> {
    await this.database.transaction(async (tx) => {
      const overdue = await tx.query<{ id: string; payment_status: string }>(
        `SELECT id, payment_status FROM orders.orders WHERE status = 'pending' AND deadline < now()
         ORDER BY deadline LIMIT ${AT_ONCE} FOR UPDATE SKIP LOCKED`,
      );
      const paying = overdue.filter((order) => order.payment_status === 'pending').map(({ id }) => id);
      const others = overdue.filter((order) => order.payment_status !== 'pending').map(({ id }) => id);
      await this.end.expire(tx, paying, 'payment-timeout');
      await this.end.expire(tx, others, 'timeout');
    });
  }
}
