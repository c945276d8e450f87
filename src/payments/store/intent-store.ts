import { Database, type Transaction } from '#libs/database';
import { type Money, newId } from '#libs/kernel';
import { Injectable } from '@nestjs/common';

export type IntentStatus = 'pending' | 'captured' | 'declined' | 'cancelled' | 'refunding' | 'refunded';

export interface Intent {
  id: string;
  order_id: string;
  status: IntentStatus;
  method: string | null;
  amount: string | null;
  currency: string | null;
}

/** One payment intent an order. A cancelled one is also the tombstone that keeps a later capture from happening. */
@Injectable()
export class IntentStore {
  constructor(private readonly database: Database) {}

  /** The order's intent, made if there is none. */
  async open(orderId: string, method: string, amount: Money): Promise<Intent> {
    const [intent] = await this.database.query<Intent>(
      `INSERT INTO payments.intents (id, order_id, status, method, amount, currency)
       VALUES ($1, $2, 'pending', $3, $4, $5)
       ON CONFLICT (order_id) DO UPDATE SET order_id = EXCLUDED.order_id RETURNING *`,
      [newId(), orderId, method, amount.amount, amount.currency],
    );
    return intent as Intent;
  }

  async find(orderId: string, tx: Pick<Transaction, 'query'> = this.database): Promise<Intent | undefined> {
    const [intent] = await tx.query<Intent>('SELECT * FROM payments.intents WHERE order_id = $1', [orderId]);
    return intent;
  }

  /** Leaves a tombstone where there is no intent yet; answers the intent, locked. */
  async lockOrBury(tx: Transaction, orderId: string): Promise<Intent> {
    await tx.query(
      "INSERT INTO payments.intents (id, order_id, status) VALUES ($1, $2, 'cancelled') ON CONFLICT (order_id) DO NOTHING",
      [newId(), orderId],
    );
    const [intent] = await tx.query<Intent>('SELECT * FROM payments.intents WHERE order_id = $1 FOR UPDATE', [orderId]);
    return intent as Intent;
  }

  /** Compare and set; answers whether the intent was in one of these states. */
  async advance(
    tx: Transaction,
    orderId: string,
    from: IntentStatus[],
    to: IntentStatus,
    details: { reference?: string; reason?: string } = {},
  ): Promise<boolean> {
    const changed = await tx.query(
      `UPDATE payments.intents
       SET status = $3, reference = coalesce($4, reference), reason = coalesce($5, reason), updated_at = now()
       WHERE order_id = $1 AND status = ANY($2) RETURNING 1`,
      [orderId, from, to, details.reference ?? null, details.reason ?? null],
    );
    return changed.length > 0;
  }
}
