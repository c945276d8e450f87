import { Database, isInfrastructureError, type Transaction } from '#libs/database';
import { keyReused } from '#libs/http';
import { AppError, Batcher, bisect, bucketFor, newId } from '#libs/kernel';
import { Bus } from '#libs/messaging';
import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS, type Settings } from '#libs/config';
import { ReserveStock } from '../../inventory/contract/index.js';
import { ListPaymentMethods } from '../../payments/contract/index.js';
import { type Order, OrderPlaced } from '../contract/index.js';
import { orderNumber } from '../domain/order-number.js';
import type { WantedLine } from '../domain/price-order.js';
import { OrderStore } from '../store/order-store.js';
import { enterKeys, findPlacement, insertOrders, type Placement } from '../store/placement-store.js';
import { QuoteLines } from './quote-lines.js';

export interface OrderRequest {
  /** Customer id, else the e-mail: what the bucket and the scope of the key come from. */
  caller: string;
  customerId?: string;
  key: string;
  fingerprint: string;
  email: string;
  lines: WantedLine[];
  payment?: { method: string; token?: string };
  shippingAddress?: { country: string };
  metadata?: Record<string, string>;
}

export interface PlacedOrder {
  order: Order;
  /** The key was used before, by this very request: nothing new was placed. */
  replayed: boolean;
}

/** Stock is held a little longer than its order lives, so that the order's own deadline comes first. */
const RESERVED_BEYOND_DEADLINE_MS = 60_000;
const COMMIT_ATTEMPTS = 3;

/**
 * Group commit: orders that arrive while a commit is under way go in together with the next one. Each caller gets an
 * outcome of its own, and a bad row does not fail its neighbours.
 */
@Injectable()
export class PlaceOrder {
  private readonly placing: Batcher<Placement, PlacedOrder | Error>;

  constructor(
    private readonly database: Database,
    private readonly bus: Bus,
    private readonly orders: OrderStore,
    private readonly quotes: QuoteLines,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {
    this.placing = new Batcher({
      name: 'orders',
      maxBatch: 100,
      maxWaiting: 5_000,
      paceMs: 5,
      flush: (placements) => this.commit(placements),
    });
  }

  async place(request: OrderRequest): Promise<PlacedOrder> {
    const outcome = await this.placing.add(await this.prepare(request));
    if (outcome instanceof Error) throw outcome;
    return outcome;
  }

  private async prepare(request: OrderRequest): Promise<Placement> {
    const { caller, key, fingerprint, payment, shippingAddress } = request;
    if (payment) await this.assertMethod(payment.method);
    const { lines, totals } = await this.quotes.quote(request.lines, shippingAddress?.country);
    const id = newId(bucketFor(caller));
    const now = Date.now();
    const placedAt = new Date(now).toISOString();
    const order: Order = {
      id,
      number: orderNumber(id),
      status: 'pending',
      email: request.email,
      customerId: request.customerId,
      lines,
      totals,
      payment: { status: payment ? 'pending' : 'none', method: payment?.method ?? 'none' },
      metadata: request.metadata ?? {},
      placedAt,
      updatedAt: placedAt,
    };
    const deadline = new Date(now + this.settings.ORDER_DEADLINE_SECONDS * 1_000).toISOString();
    return { caller, key, fingerprint, order, paymentToken: payment?.token, shippingAddress, deadline };
  }

  /** While payments is away the order is accepted and stays pending; payments will decline what it does not know. */
  private async assertMethod(method: string): Promise<void> {
    const methods = await this.bus.ask(ListPaymentMethods, {}).catch((error: unknown) => {
      if (isInfrastructureError(error)) return undefined;
      throw error;
    });
    if (methods && !methods.includes(method)) {
      throw new AppError('payments.unknown-method', `There is no payment method "${method}" here.`);
    }
  }

  private async commit(placements: readonly Placement[]): Promise<(PlacedOrder | Error)[]> {
    const outcomes = new Map<Placement, PlacedOrder | Error>();
    await bisect(
      placements,
      async (part) => {
        const placed = await this.insertUntilKnown(part);
        for (const placement of part) {
          outcomes.set(
            placement,
            placed.has(placement) ? { order: placement.order, replayed: false } : await this.earlier(placement),
          );
        }
      },
      (placement, error) => void outcomes.set(placement, error instanceof Error ? error : new Error(String(error))),
      { isShared: isInfrastructureError },
    );
    return placements.map((placement) => outcomes.get(placement) as PlacedOrder | Error);
  }

  /** A commit whose answer was lost is tried again with the same ids: what did go in is found by its key. */
  private async insertUntilKnown(part: readonly Placement[]): Promise<Set<Placement>> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.database.transaction((tx) => this.insert(tx, part));
      } catch (error) {
        if (!isInfrastructureError(error) || attempt === COMMIT_ATTEMPTS) throw error;
      }
    }
  }

  private async insert(tx: Transaction, part: readonly Placement[]): Promise<Set<Placement>> {
    const entered = await enterKeys(tx, part);
    const placements = part.filter((placement) => entered.has(placement));
    await insertOrders(tx, placements);
    for (const { order, deadline } of placements) {
      this.bus.send(tx, ReserveStock, {
        orderId: order.id,
        lines: order.lines.map(({ sku, quantity }) => ({ sku, quantity })),
        expiresAt: new Date(Date.parse(deadline) + RESERVED_BEYOND_DEADLINE_MS).toISOString(),
      });
      this.bus.publish(tx, OrderPlaced, { orderId: order.id, number: order.number, email: order.email });
    }
    return entered;
  }

  private async earlier(placement: Placement): Promise<PlacedOrder | Error> {
    const known = await findPlacement(this.database, placement);
    if (known?.fingerprint !== placement.fingerprint) return keyReused();
    const order = await this.orders.find(known.orderId);
    if (!order) return new AppError('orders.not-found', 'Order not found', { status: 404 });
    return { order, replayed: known.orderId !== placement.order.id };
  }
}
