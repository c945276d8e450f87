import type { Transaction } from '#libs/database';
import type { PayloadOf } from '#libs/kernel';
import { Bus, Handles } from '#libs/messaging';
import { Injectable } from '@nestjs/common';
import {
  CommitReservation,
  ExtendReservation,
  ReleaseReservation,
  ReservationOverdue,
} from '../../inventory/contract/index.js';
import { OrderStore } from '../store/order-store.js';

const EXTENDED_BY_MS = 60_000;

/** Inventory asks what became of an order whose stock it still holds. An order that does not exist has ended. */
@Injectable()
export class SettleWhenReservationIsOverdue {
  constructor(
    private readonly orders: OrderStore,
    private readonly bus: Bus,
  ) {}

  @Handles(ReservationOverdue)
  async react({ orderId }: PayloadOf<typeof ReservationOverdue>, tx: Transaction): Promise<void> {
    const order = await this.orders.find(orderId, tx);
    if (order?.status === 'pending') {
      this.bus.send(tx, ExtendReservation, { orderId, expiresAt: new Date(Date.now() + EXTENDED_BY_MS).toISOString() });
    } else if (order?.status === 'confirmed' || order?.status === 'fulfilled') {
      this.bus.send(tx, CommitReservation, { orderId });
    } else {
      this.bus.send(tx, ReleaseReservation, { orderId });
    }
  }
}
