import { Database } from '#libs/database';
import { notFound } from '#libs/kernel';
import { Injectable } from '@nestjs/common';

/** Units by what moved them: they sum to what is on hand. `adjusted` is every reason that is not one of ours. */
export interface LedgerSums {
  counted: number;
  sold: number;
  returned: number;
  adjusted: number;
}

export interface StockWithLedger {
  sku: string;
  onHand: number;
  reserved: number;
  available: number;
  version: number;
  ledger: LedgerSums;
}

export interface Adjustment {
  id: string;
  delta: number;
  reason: string;
  orderId?: string;
  createdAt: string;
}

interface AdjustmentRow {
  id: string;
  delta: number;
  reason: string;
  order_id: string | null;
  created_at: Date;
}

/** What an operator reads: the stock of many SKUs beside what their ledgers sum to, and a ledger entry by entry. */
@Injectable()
export class ReadStock {
  constructor(private readonly database: Database) {}

  /** By SKU, those after `afterSku`; with `skus` only these. Stock and sums are of the same moment. */
  async list(limit: number, skus?: readonly string[], afterSku?: string): Promise<StockWithLedger[]> {
    return this.database.query<StockWithLedger>(
      `SELECT s.sku, s.on_hand AS "onHand", s.reserved, s.on_hand - s.reserved AS available, s.version,
         json_build_object('counted', coalesce(l.counted, 0), 'sold', coalesce(l.sold, 0),
           'returned', coalesce(l.returned, 0), 'adjusted', coalesce(l.adjusted, 0)) AS ledger
       FROM inventory.stock s LEFT JOIN inventory.ledger_sums l ON l.sku = s.sku
       WHERE ($1::text[] IS NULL OR s.sku = ANY($1)) AND ($2::text IS NULL OR s.sku > $2)
       ORDER BY s.sku LIMIT $3`,
      [skus ?? null, afterSku ?? null, limit],
    );
  }

  /** The ledger of a SKU, newest first, those before the entry `beforeId`. Throws where the SKU has no stock. */
  async adjustments(sku: string, limit: number, beforeId?: string): Promise<Adjustment[]> {
    const known = await this.database.query('SELECT 1 FROM inventory.stock WHERE sku = $1', [sku]);
    if (known.length === 0) throw notFound('inventory.not-found', 'Stock not found');
    const rows = await this.database.query<AdjustmentRow>(
      `SELECT id, delta, reason, order_id, created_at FROM inventory.ledger
       WHERE sku = $1 AND ($2::bigint IS NULL OR id < $2) ORDER BY id DESC LIMIT $3`,
      [sku, beforeId ?? null, limit],
    );
    return rows.map(({ id, delta, reason, order_id, created_at }) => ({
      id,
      delta,
      reason,
      orderId: order_id ?? undefined,
      createdAt: created_at.toISOString(),
    }));
  }
}
