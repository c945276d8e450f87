import { Database } from '#libs/database';
import { notFound } from '#libs/kernel';
import { Injectable } from '@nestjs/common';

export interface Adjustment {
  id: string;
  delta: number;
  reason: string;
  orderId?: string;
  createdAt: string;
}

/** Units by what moved them: they sum to what is on hand. `adjusted` is every reason that is not one of ours. */
export interface LedgerTotals {
  counted: number;
  sold: number;
  returned: number;
  adjusted: number;
}

/** The ledger of a SKU: every change of what is on hand, and why. */
@Injectable()
export class ReadLedger {
  constructor(private readonly database: Database) {}

  /** Newest first, those before the entry `beforeId`. Throws where the SKU has no stock row. */
  async list(sku: string, limit: number, beforeId?: string): Promise<Adjustment[]> {
    const known = await this.database.query('SELECT 1 FROM inventory.stock WHERE sku = $1', [sku]);
    if (known.length === 0) throw notFound('inventory.not-found', 'Stock not found');
    const rows = await this.database.query<Adjustment & { orderId: string | null; createdAt: Date }>(
      `SELECT id, delta, reason, order_id AS "orderId", created_at AS "createdAt" FROM inventory.ledger
       WHERE sku = $1 AND ($2::bigint IS NULL OR id < $2) ORDER BY id DESC LIMIT $3`,
      [sku, beforeId ?? null, limit],
    );
    return rows.map(({ orderId, createdAt, ...entry }) => ({
      ...entry,
      orderId: orderId ?? undefined,
      createdAt: createdAt.toISOString(),
    }));
  }

  async totals(sku: string): Promise<LedgerTotals> {
    const rows = await this.database.query<{ kind: keyof LedgerTotals; units: string }>(
      `SELECT CASE WHEN reason IN ('counted', 'sold', 'returned') THEN reason ELSE 'adjusted' END AS kind,
         sum(delta) AS units
       FROM inventory.ledger WHERE sku = $1 GROUP BY 1`,
      [sku],
    );
    const totals: LedgerTotals = { counted: 0, sold: 0, returned: 0, adjusted: 0 };
    for (const { kind, units } of rows) totals[kind] = Number(units);
    return totals;
  }
}
