import { Database, isDataError, type Transaction } from '#libs/database';
import { Batcher, type Money, newId } from '#libs/kernel';
import { Injectable } from '@nestjs/common';
import type { IntentState, IntentStatus } from '../domain/intent.js';

export interface Intent {
  id: string;
  order_id: string;
  status: IntentStatus;
  method: string | null;
  amount: string | null;
  currency: string | null;
  /** The provider's last word on it: captured, declined or cancelled. */
  provider_status: string | null;
}

export function stateOf({ status, method, provider_status: last }: Intent): IntentState {
  return { status, wasAsked: method !== null, isFinal: last !== null };
}

/** Longer than a provider that works takes to make up its mind. */
const UNSETTLED_AFTER = '5 minutes';

interface NewIntent {
  orderId: string;
  method: string;
  amount: Money;
}

/** One payment intent an order. A cancelled one is also the tombstone that keeps a later capture from happening. */
@Injectable()
export class IntentStore {
  /** Intents that are opened about the same time are one statement. */
  private readonly opening = new Batcher<NewIntent, Intent>({
    name: 'payment intents',
    maxBatch: 100,
    maxWaiting: 5_000,
    paceMs: 5,
    isOfOneItem: isDataError,
    flush: (wanted) => this.openAll(wanted),
  });

  constructor(private readonly database: Database) {}

  /** The order's intent, made if there is none. */
  open(orderId: string, method: string, amount: Money): Promise<Intent> {
    return this.opening.add({ orderId, method, amount });
  }

  private async openAll(wanted: readonly NewIntent[]): Promise<Intent[]> {
    const once = [...new Map(wanted.map((intent) => [intent.orderId, intent])).values()];
    const intents = await this.database.query<Intent>(
      `INSERT INTO payments.intents (id, order_id, status, method, amount, currency)
       SELECT id, order_id, 'pending', method, amount, currency
       FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::bigint[], $5::text[]) AS i (id, order_id, method, amount, currency)
       ORDER BY order_id ON CONFLICT (order_id) DO UPDATE SET order_id = EXCLUDED.order_id RETURNING *`,
      [
        once.map(() => newId()),
        once.map(({ orderId }) => orderId),
        once.map(({ method }) => method),
        once.map(({ amount }) => amount.amount),
        once.map(({ amount }) => amount.currency),
      ],
    );
    const byOrder = new Map(intents.map((intent) => [intent.order_id, intent]));
    return wanted.map(({ orderId }) => byOrder.get(orderId) as Intent);
  }

  async find(orderId: string, tx: Pick<Transaction, 'query'> = this.database): Promise<Intent | undefined> {
    const [intent] = await tx.query<Intent>('SELECT * FROM payments.intents WHERE order_id = $1', [orderId]);
    return intent;
  }

  async statuses(orderIds: readonly string[]): Promise<{ orderId: string; status: IntentStatus }[]> {
    const sql = 'SELECT order_id AS "orderId", status FROM payments.intents WHERE order_id = ANY($1)';
    return this.database.query(sql, [orderIds]);
  }

  /** Leaves a tombstone where there is no intent yet; answers the intent, locked. */
  async lockOrBury(tx: Transaction, orderId: string): Promise<Intent> {
    await tx.query(
      "INSERT INTO payments.intents (id, order_id, status) VALUES ($1, $2, 'cancelled') ON CONFLICT (order_id) DO NOTHING",
      [newId(), orderId],
    );
    return (await this.lock(tx, orderId)) as Intent;
  }

  /** The order's intent, locked. */
  async lock(tx: Transaction, orderId: string): Promise<Intent | undefined> {
    const [intent] = await tx.query<Intent>('SELECT * FROM payments.intents WHERE order_id = $1 FOR UPDATE', [orderId]);
    return intent;
  }

  async advance(
    tx: Transaction,
    orderId: string,
    to: IntentStatus,
    details: { reference?: string; reason?: string; providerStatus?: string } = {},
  ): Promise<void> {
    await tx.query(
      `UPDATE payments.intents
       SET status = $2, reference = coalesce($3, reference), reason = coalesce($4, reason),
           provider_status = coalesce($5, provider_status), updated_at = now()
       WHERE order_id = $1`,
      [orderId, to, details.reference ?? null, details.reason ?? null, details.providerStatus ?? null],
    );
  }

  /**
   * Intents that nothing has happened to for a while although something should: a provider to be asked, or money to be
   * given back. Not those for which a message of reconciliation is on its way. Oldest first, locked.
   */
  async unsettled(tx: Transaction, limit: number): Promise<Intent[]> {
    return tx.query<Intent>(
      `SELECT * FROM payments.intents i
       WHERE (status IN ('pending', 'refunding') OR (status = 'cancelled' AND method IS NOT NULL AND provider_status IS NULL))
         AND updated_at < now() - interval '${UNSETTLED_AFTER}'
         AND NOT EXISTS (SELECT 1 FROM payments.deliveries d WHERE d.message_id = i.reconciled_by)
       ORDER BY updated_at LIMIT $1 FOR UPDATE SKIP LOCKED`,
      [limit],
    );
  }

  async noteReconciled(tx: Transaction, ids: readonly string[], messages: readonly string[]): Promise<void> {
    await tx.query(
      `UPDATE payments.intents i SET reconciled_by = m.message
       FROM unnest($1::uuid[], $2::uuid[]) AS m (id, message) WHERE i.id = m.id`,
      [ids, messages],
    );
  }
}
