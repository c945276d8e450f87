import type { Transaction } from '#libs/database';
import type { PayloadOf } from '#libs/kernel';
import { Handles } from '#libs/messaging';
import { Injectable } from '@nestjs/common';
import { CommitReservation } from '../contract/index.js';
import { addLines } from '../domain/quantities.js';
import { lockReservations, setStatus } from '../store/reservation-store.js';
import { changeStock, enterLedger, lockStock } from '../store/stock-store.js';

/** Late, after a release, it finds nothing reserved and does nothing. */
@Injectable()
export class CommitReservationUseCase {
  @Handles(CommitReservation, { batch: 200 })
  async commit(orders: PayloadOf<typeof CommitReservation>[], tx: Transaction): Promise<void> {
    const reservations = await lockReservations(tx, orders.map(({ orderId }) => orderId), ['reserved']); // prettier-ignore
    const sold = new Map<string, number>();
    for (const { lines } of reservations) addLines(sold, lines, -1);
    await lockStock(tx, sold.keys());
    await changeStock(tx, sold, sold);
    await enterLedger(
      tx,
      reservations.flatMap(({ order_id: orderId, lines }) =>
        lines.map(({ sku, quantity }) => ({ sku, delta: -quantity, reason: 'sold', orderId })),
      ),
    );
    await setStatus(tx, reservations.map((reservation) => reservation.order_id), 'committed'); // prettier-ignore
  }
}
