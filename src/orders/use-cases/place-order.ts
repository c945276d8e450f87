import { Database, isInfrastructureError, type Transaction } from '#libs/database';
import { AppError, Batcher, bisect, bucketFor, type Money, newId } from '#libs/kernel';
import { Bus } from '#libs/messaging';
import { Inject, Injectable } from '@nestjs/common';
import { needsAddress, SETTINGS, type Settings } from '#libs/config';
import { ReserveStock } from '../../inventory/contract/index.js';
import { ListPaymentMethods } from '../../payments/contract/index.js';
import { type Address, type Order, OrderPlaced } from '../contract/index.js';
import { orderNumber } from '../domain/order-number.js';
import type { WantedLine } from '../domain/price-order.js';
import { addressRequired, assertExpected, paymentRequired } from '../domain/order-terms.js';
import { enterKeys, insertOrders, type Placement } from '../store/placement-store.js';
import { EarlierPlacements } from './earlier-placements.js';
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
  shippingAddress?: Address;
  billingAddress?: Address;
  /** What the buyer has seen; another total is refused. */
  expectedTotal?: Money;
  /** Staff may order on account. */
  byStaff: boolean;
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
const MOST_BYTES_WAITING = 64 * 1024 * 1024;

/** What became of a placement in its batch; `used`: its key stands for an order already. */
type Outcome = 'placed' | 'used' | Error;

/**
 * Group commit: orders that arrive while a commit is under way go in together with the next one. Each caller gets an
 * outcome of its own, and a bad row does not fail its neighbours.
 */
@Injectable()
export class PlaceOrder {
  private readonly placing: Batcher<Placement, Outcome>;

  constructor(
    private readonly database: Database,
    private readonly bus: Bus,
    private readonly earlier: EarlierPlacements,
    private readonly quotes: QuoteLines,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {
    this.placing = new Batcher({
      name: 'orders',
      maxBatch: 100,
      maxWaiting: 5_000,
      maxWaitingBytes: MOST_BYTES_WAITING,
      bytesOf: sizeOf,
      paceMs: 5,
      flush: (placements) => this.commit(placements),
    });
  }

  async place(request: OrderRequest): Promise<PlacedOrder> {
    const preparing = this.prepare(request);
    preparing.catch(() => undefined); // what it throws matters only where the key is new
    const repeat = async () => {
      const order = await this.earlier.find(request);
      return order && { order, replayed: true };
    };
    const earlier = await repeat();
    if (earlier) return earlier;
    const placement = await preparing.catch(async (error: unknown) => {
      const committedMeanwhile = await repeat();
      if (committedMeanwhile) return committedMeanwhile;
      throw error;
    });
    if ('replayed' in placement) return placement;
    const outcome = await this.placing.add(placement);
    if (outcome instanceof Error) throw outcome;
    if (outcome === 'placed') return { order: placement.order, replayed: false };
    const found = (await repeat()) as PlacedOrder;
    return { ...found, replayed: found.order.id !== placement.order.id };
  }

  private async prepare(request: OrderRequest): Promise<Placement> {
    const { caller, key, fingerprint, payment, shippingAddress, billingAddress } = request;
    if (!shippingAddress && needsAddress(this.settings)) throw addressRequired();
    if (payment) await this.assertMethod(payment.method);
    const quote = await this.quotes.quote(request.lines, shippingAddress?.country);
    const { lines, totals } = quote;
    assertExpected(request.expectedTotal, quote);
    if (!payment && totals.grandTotal.amount > 0 && !request.byStaff && !this.settings.ORDERS_ON_ACCOUNT) {
      throw paymentRequired();
    }
    const id = newId(bucketFor(caller));
    const placedAt = new Date().toISOString();
    const order: Order = {
      id,
      number: orderNumber(id),
      status: 'pending',
      email: request.email,
      customerId: request.customerId,
      lines: lines.map((line) => ({ ...line, fulfilled: 0 })),
      totals,
      payment: { status: payment ? 'pending' : 'none', method: payment?.method ?? 'none' },
      shippingAddress,
      billingAddress,
      fulfilments: [],
      cancellable: true,
      metadata: request.metadata ?? {},
      placedAt,
      updatedAt: placedAt,
    };
    return { caller, key, fingerprint, order, paymentToken: payment?.token };
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

  private async commit(placements: readonly Placement[]): Promise<Outcome[]> {
    const outcomes = new Map<Placement, Outcome>();
    await bisect(
      placements,
      async (part) => {
        const placed = await this.insertUntilKnown(part);
        for (const placement of part) outcomes.set(placement, placed.has(placement) ? 'placed' : 'used');
      },
      (placement, error) => void outcomes.set(placement, error instanceof Error ? error : new Error(String(error))),
      { isShared: isInfrastructureError },
    );
    return placements.map((placement) => outcomes.get(placement) as Outcome);
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
    if (placements.length === 0) return entered;
    const deadline = await insertOrders(tx, placements, this.settings.ORDER_DEADLINE_SECONDS);
    const expiresAt = new Date(deadline.getTime() + RESERVED_BEYOND_DEADLINE_MS).toISOString();
    for (const { order } of placements) {
      this.bus.send(tx, ReserveStock, {
        orderId: order.id,
        lines: order.lines.map(({ sku, quantity }) => ({ sku, quantity })),
        expiresAt,
      });
      this.bus.publish(tx, OrderPlaced, { orderId: order.id, number: order.number, email: order.email });
    }
    return entered;
  }
}

/** About what a placement takes in memory. */
function sizeOf({ order }: Placement): number {
  return 1_000 + 300 * order.lines.length + JSON.stringify(order.metadata).length;
}
