import type { Transaction } from '#libs/database';
import type { PayloadOf } from '#libs/kernel';
import { Bus, Handles } from '#libs/messaging';
import { Injectable } from '@nestjs/common';
import {
  OrderCancelled,
  OrderConfirmed,
  OrderExpired,
  OrderFulfilled,
  OrderPartlyFulfilled,
  OrderRejected,
} from '../../orders/contract/index.js';
import { SendNotification } from '../contract/private.js';
import type { NotificationKind } from '../domain/notification.js';
import { type NewNotification, NotificationStore } from '../store/notification-store.js';

const BATCH = { batch: 200 } as const;

/** Each end of an order and each shipment is told once, in whatever order and however often the events arrive. */
@Injectable()
export class MailAboutOrders {
  constructor(
    private readonly notifications: NotificationStore,
    private readonly bus: Bus,
  ) {}

  @Handles(OrderConfirmed, BATCH)
  whenConfirmed(events: PayloadOf<typeof OrderConfirmed>[], tx: Transaction): Promise<void> {
    return this.mail(tx, 'order-confirmed', events);
  }

  @Handles(OrderRejected, BATCH)
  whenRejected(events: PayloadOf<typeof OrderRejected>[], tx: Transaction): Promise<void> {
    return this.mail(tx, 'order-rejected', events);
  }

  @Handles(OrderCancelled, BATCH)
  whenCancelled(events: PayloadOf<typeof OrderCancelled>[], tx: Transaction): Promise<void> {
    return this.mail(tx, 'order-cancelled', events);
  }

  @Handles(OrderExpired, BATCH)
  whenExpired(events: PayloadOf<typeof OrderExpired>[], tx: Transaction): Promise<void> {
    return this.mail(tx, 'order-expired', events);
  }

  @Handles(OrderPartlyFulfilled, BATCH)
  whenPartlyFulfilled(events: PayloadOf<typeof OrderPartlyFulfilled>[], tx: Transaction): Promise<void> {
    return this.mail(tx, 'order-partly-fulfilled', events);
  }

  @Handles(OrderFulfilled, BATCH)
  whenFulfilled(events: PayloadOf<typeof OrderFulfilled>[], tx: Transaction): Promise<void> {
    return this.mail(tx, 'order-fulfilled', events);
  }

  private async mail(tx: Transaction, kind: NotificationKind, events: readonly NewNotification[]): Promise<void> {
    for (const { id, order_id: orderId } of await this.notifications.add(tx, kind, events)) {
      this.bus.send(tx, SendNotification, { notificationId: id, orderId });
    }
  }
}
