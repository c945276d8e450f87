import { Database, isDataError } from '#libs/database';
import { keyReused } from '#libs/http';
import { AppError, Batcher, bucketFor } from '#libs/kernel';
import { Injectable } from '@nestjs/common';
import type { Order } from '../contract/index.js';
import { OrderStore } from '../store/order-store.js';
import { findPlacements, type KnownPlacement, type UsedKey } from '../store/placement-store.js';

/**
 * Finds the order that an Idempotency-Key stands for. Asked for every order before anything else is, so that a repeat
 * is answered whatever has become of its products, prices and payment method since; lookups of one moment are one query.
 */
@Injectable()
export class EarlierPlacements {
  private readonly reading: Batcher<UsedKey, KnownPlacement | undefined>;

  constructor(
    database: Database,
    private readonly orders: OrderStore,
  ) {
    this.reading = new Batcher({
      name: 'repeats of orders',
      maxBatch: 500,
      maxWaiting: 20_000,
      concurrency: 2,
      isOfOneItem: isDataError,
      flush: (keys) => findPlacements(database, keys),
    });
  }

  /** Undefined where the key is new. Throws where it came with another body. */
  async find({ caller, key, fingerprint }: Pick<UsedKey, 'caller' | 'key'> & { fingerprint: string }) {
    const known = await this.reading.add({ bucket: bucketFor(caller), caller, key });
    if (!known) return undefined;
    if (known.fingerprint !== fingerprint) throw keyReused();
    return this.orderOf(known);
  }

  private async orderOf({ orderId }: KnownPlacement): Promise<Order> {
    const order = await this.orders.find(orderId);
    if (!order) throw new AppError('orders.not-found', 'Order not found', { status: 404 });
    return order;
  }
}
