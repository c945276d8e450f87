import { Database } from '#libs/database';
import type { PayloadOf } from '#libs/kernel';
import type { Transaction } from '#libs/database';
import { Bus, Handles, RepeatsEvery } from '#libs/messaging';
import { Injectable } from '@nestjs/common';
import { ExtendReservation, ReservationOverdue } from '../contract/index.js';

const ASK_AGAIN_AFTER = '60 seconds';
const AT_ONCE = 500;

/** Units held for an order that never ended come back: not on our own judgement, but after asking who reserved them. */
@Injectable()
export class ReportOverdueReservations {
  constructor(
    private readonly database: Database,
    private readonly bus: Bus,
  ) {}

  @RepeatsEvery(5_000)
  async report(): Promise<void> {
    await this.database.transaction(async (tx) => {
      const overdue = await tx.query<{ order_id: string }>(
        `UPDATE inventory.reservations SET expires_at = now() + interval '${ASK_AGAIN_AFTER}'
         WHERE order_id IN (
           SELECT order_id FROM inventory.reservations WHERE status = 'reserved' AND expires_at < now()
           ORDER BY expires_at LIMIT ${AT_ONCE} FOR UPDATE SKIP LOCKED
         ) RETURNING order_id`,
      );
      for (const { order_id: orderId } of overdue) this.bus.publish(tx, ReservationOverdue, { orderId });
    });
  }

  /** It has been put off when it was reported: a sender whose clock is behind does not shorten that. */
  @Handles(ExtendReservation)
  async extend({ orderId, expiresAt }: PayloadOf<typeof ExtendReservation>, tx: Transaction): Promise<void> {
    await tx.query(
      `UPDATE inventory.reservations SET expires_at = greatest(expires_at, $2)
       WHERE order_id = $1 AND status = 'reserved'`,
      [orderId, expiresAt],
    );
  }
}
