import type { Transaction } from '#libs/database';
import type { PayloadOf } from '#libs/kernel';
import { Handles } from '#libs/messaging';
import { Injectable } from '@nestjs/common';
import { ReleaseReservation } from '../contract/index.js';
import { addLines } from '../domain/quantities.js';
import { enterReservations, lockReservations, setStatus } from '../store/reservation-store.js';
import { changeStock, enterLedger, lockStock } from '../store/stock-store.js';

/** Early, before the order has reserved, it leaves a tombstone that keeps the reservation from happening. */
@Injectable()
export class ReleaseReservationUseCase {
  @Handles(ReleaseReservation, { batch: 200 })
  async release(orders: PayloadOf<typeof ReleaseReservation>[], tx: Transaction): Promise<void> {
    const orderIds = [...new Set(orders.map(({ orderId }) => orderId))];
    await enterReservations(tx, 'released', orderIds.map((orderId) => ({ orderId, lines: [] }))); // prettier-ignore
    const reservations = await lockReservations(tx, orderIds, ['reserved', 'committed']);
    const committed = reservations.filter(({ status }) => status === 'committed');
    const released = new Map<string, number>();
    const returned = new Map<string, number>();
    for (const { status, lines } of reservations) {
      if (status === 'reserved') addLines(released, lines, -1);
      else addLines(returned, lines);
    }
    await lockStock(tx, [...released.keys(), ...returned.keys()]);
    await changeStock(tx, released, returned);
    await enterLedger(
      tx,
      committed.flatMap(({ order_id: orderId, lines }) =>
        lines.map(({ sku, quantity }) => ({ sku, delta: quantity, reason: 'returned', orderId })),
      ),
    );
    await setStatus(tx, reservations.map((reservation) => reservation.order_id), 'released'); // prettier-ignore
  }
}
