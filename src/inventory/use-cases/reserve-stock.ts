import type { Transaction } from '#libs/database';
import type { PayloadOf } from '#libs/kernel';
import { Bus, Handles } from '#libs/messaging';
import { Injectable } from '@nestjs/common';
import { ReserveStock, StockRefused, StockReserved } from '../contract/index.js';
import { allocate } from '../domain/allocate.js';
import { enterReservations, setStatus } from '../store/reservation-store.js';
import { changeStock, lockStock } from '../store/stock-store.js';

/** A hot SKU is one lock a batch here, not one a buyer. An order that has a reservation or a tombstone is left alone. */
@Injectable()
export class ReserveStockUseCase {
  constructor(private readonly bus: Bus) {}

  @Handles(ReserveStock, { batch: 200 })
  async reserve(requests: PayloadOf<typeof ReserveStock>[], tx: Transaction): Promise<void> {
    const entered = await enterReservations(tx, 'reserved', requests);
    const claims = requests.filter(({ orderId }) => entered.delete(orderId)); // once, should a batch name an order twice
    const stock = await lockStock(tx, new Set(claims.flatMap(({ lines }) => lines.map(({ sku }) => sku))));
    const available = new Map([...stock].map(([sku, row]) => [sku, row.on_hand - row.reserved]));
    const { reserved, refused, taken } = allocate(claims, available);
    await changeStock(tx, taken);
    await setStatus(tx, refused.map(({ orderId }) => orderId), 'refused'); // prettier-ignore
    for (const orderId of reserved) this.bus.publish(tx, StockReserved, { orderId });
    for (const { orderId, sku } of refused) this.bus.publish(tx, StockRefused, { orderId, sku });
  }
}
