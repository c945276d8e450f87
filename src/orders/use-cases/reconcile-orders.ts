import { Database } from '#libs/database';
import { Bus, RepeatsEvery } from '#libs/messaging';
import { countDifference } from '#libs/observability';
import { Injectable, Logger } from '@nestjs/common';
import { CommitReservation, ListReservations, ReleaseReservation } from '../../inventory/contract/index.js';
import { ListIntents, RefundPayment } from '../../payments/contract/index.js';
import { type Difference, differencesOf } from '../domain/difference.js';
import { BooksStore } from '../store/books-store.js';

const AT_ONCE = 500;
/** A message that was sent again has this long before another is. */
const AGAIN_AFTER_MS = 300_000;

export interface FoundDifference {
  orderId: string;
  difference: Difference;
}

/**
 * Compares what orders, inventory and payments say of each order, a few minutes after it last changed, and sends the
 * message again that would have made them agree: whatever was parked, discarded or lost, and for whatever reason.
 */
@Injectable()
export class ReconcileOrders {
  private readonly logger = new Logger(ReconcileOrders.name);
  private afterId: string | undefined;
  private healed = { since: 0, keys: new Set<string>() };

  constructor(
    private readonly database: Database,
    private readonly books: BooksStore,
    private readonly bus: Bus,
  ) {}

  /** The differences among the next orders by id; `next` is where to go on, none at the end. */
  async find(afterId?: string): Promise<{ checked: number; differences: FoundDifference[]; next?: string }> {
    const orders = await this.books.read(afterId, AT_ONCE);
    const orderIds = orders.map(({ id }) => id);
    const [reservations, intents] = await Promise.all([
      this.bus.ask(ListReservations, { orderIds }),
      this.bus.ask(ListIntents, { orderIds }),
    ]);
    const reservationOf = new Map(reservations.map(({ orderId, status }) => [orderId, status]));
    const intentOf = new Map(intents.map(({ orderId, status }) => [orderId, status]));
    const differences = orders.flatMap(({ id: orderId, status, is_paid: isPaid, is_overdue: isOverdue }) => {
      const [reservation, intent] = [reservationOf.get(orderId), intentOf.get(orderId)];
      const found = differencesOf({ status, isPaid, isOverdue, reservation, intent });
      return found.map((difference) => ({ orderId, difference }));
    });
    return { checked: orders.length, differences, next: orders.length === AT_ONCE ? orderIds.at(-1) : undefined };
  }

  @RepeatsEvery(10_000)
  async heal(): Promise<void> {
    const { differences, next } = await this.find(this.afterId);
    this.afterId = next;
    const fresh = differences.filter((found) => this.isFresh(found));
    if (fresh.length === 0) return;
    for (const { difference } of fresh) countDifference('orders', difference);
    const examples = fresh.slice(0, 3).map(({ orderId, difference }) => `${orderId} ${difference}`);
    this.logger.warn(`${fresh.length} differences between the books, such as ${examples.join(', ')}`);
    await this.database.transaction(async (tx) => {
      for (const { orderId, difference } of fresh) {
        if (difference === 'ended-with-money-captured')
          this.bus.send(tx, RefundPayment, { orderId, reason: 'reconciled' });
        if (difference === 'ended-with-stock-held') this.bus.send(tx, ReleaseReservation, { orderId });
        if (difference === 'confirmed-without-committed-stock') this.bus.send(tx, CommitReservation, { orderId });
      }
    });
  }

  private isFresh({ orderId, difference }: FoundDifference): boolean {
    if (Date.now() - this.healed.since > AGAIN_AFTER_MS) this.healed = { since: Date.now(), keys: new Set() };
    const { keys } = this.healed;
    const key = `${orderId} ${difference}`;
    if (keys.has(key)) return false;
    keys.add(key);
    return true;
  }
}
