import type { Transaction } from '#libs/database';
import type { Quantities } from '../domain/quantities.js';

export interface StockRow {
  sku: string;
  on_hand: number;
  reserved: number;
  version: number;
}

export interface LedgerEntry {
  sku: string;
  delta: number;
  reason: string;
  orderId?: string;
}

/** Makes empty rows for the SKUs that have none, in one order for all; answers these. */
export async function insertStock(tx: Transaction, skus: Iterable<string>): Promise<Set<string>> {
  const rows = await tx.query<{ sku: string }>(
    `INSERT INTO inventory.stock (sku, on_hand) SELECT sku, 0 FROM unnest($1::text[]) AS w (sku) ORDER BY sku COLLATE "C"
     ON CONFLICT DO NOTHING RETURNING sku`,
    [[...skus]],
  );
  return new Set(rows.map((row) => row.sku));
}

/** Locks the rows of these SKUs, in one order for all, so that two batches never wait for each other in a circle. */
export async function lockStock(tx: Transaction, skus: Iterable<string>): Promise<Map<string, StockRow>> {
  const rows = await tx.query<StockRow>(
    'SELECT sku, on_hand, reserved, version FROM inventory.stock WHERE sku = ANY($1) ORDER BY sku FOR UPDATE',
    [[...skus]],
  );
  return new Map(rows.map((row) => [row.sku, row]));
}

/** Adds to reserved and on hand, in units by SKU, in one statement. The rows must be locked. */
export async function changeStock(
  tx: Transaction,
  reserved: Quantities,
  onHand: Quantities = new Map(),
): Promise<void> {
  const skus = [...new Set([...reserved.keys(), ...onHand.keys()])];
  if (skus.length === 0) return;
  await tx.query(
    `UPDATE inventory.stock s
     SET reserved = s.reserved + d.reserved, on_hand = s.on_hand + d.on_hand, version = s.version + 1
     FROM unnest($1::text[], $2::int[], $3::int[]) AS d (sku, reserved, on_hand) WHERE s.sku = d.sku`,
    [skus, skus.map((sku) => reserved.get(sku) ?? 0), skus.map((sku) => onHand.get(sku) ?? 0)],
  );
}

/** The ledger tells of every change of on hand: its deltas always sum to the stock. */
export async function enterLedger(tx: Transaction, entries: readonly LedgerEntry[]): Promise<void> {
  if (entries.length === 0) return;
  await tx.query(
    `INSERT INTO inventory.ledger (sku, delta, reason, order_id)
     SELECT * FROM unnest($1::text[], $2::int[], $3::text[], $4::uuid[])`,
    [
      entries.map((entry) => entry.sku),
      entries.map((entry) => entry.delta),
      entries.map((entry) => entry.reason),
      entries.map((entry) => entry.orderId ?? null),
    ],
  );
}
