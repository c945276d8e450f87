import type { Transaction } from '#libs/database';
import type { Claim } from '../domain/allocate.js';
import type { Line } from '../domain/quantities.js';

export type ReservationStatus = 'reserved' | 'refused' | 'committed' | 'released';

export interface Reservation {
  order_id: string;
  status: ReservationStatus;
  lines: Line[];
}

/** Enters one reservation an order; answers the orders that had none before. One order of ids avoids deadlocks. */
export async function enterReservations(
  tx: Transaction,
  status: ReservationStatus,
  claims: readonly (Claim & { expiresAt?: string })[],
): Promise<Set<string>> {
  const sorted = [...claims].sort((a, b) => (a.orderId < b.orderId ? -1 : 1));
  const rows = await tx.query<{ order_id: string }>(
    `INSERT INTO inventory.reservations (order_id, status, lines, expires_at)
     SELECT id, $2, lines, expires_at
     FROM json_to_recordset($1::json) AS r (id uuid, lines json, expires_at timestamptz)
     ON CONFLICT DO NOTHING RETURNING order_id`,
    [
      JSON.stringify(sorted.map(({ orderId, lines, expiresAt }) => ({ id: orderId, lines, expires_at: expiresAt }))),
      status,
    ],
  );
  return new Set(rows.map((row) => row.order_id));
}

/** Locks the orders' reservations that are in one of these states. */
export async function lockReservations(tx: Transaction, orderIds: readonly string[], states: ReservationStatus[]) {
  return tx.query<Reservation>(
    `SELECT order_id, status, lines FROM inventory.reservations
     WHERE order_id = ANY($1) AND status = ANY($2) ORDER BY order_id FOR UPDATE`,
    [orderIds, states],
  );
}

export async function setStatus(
  tx: Transaction,
  orderIds: readonly string[],
  status: ReservationStatus,
): Promise<void> {
  if (orderIds.length === 0) return;
  await tx.query('UPDATE inventory.reservations SET status = $2, updated_at = now() WHERE order_id = ANY($1)', [
    orderIds,
    status,
  ]);
}

export async function statusesOf(
  database: Pick<Transaction, 'query'>,
  orderIds: readonly string[],
): Promise<{ orderId: string; status: ReservationStatus }[]> {
  const sql = 'SELECT order_id AS "orderId", status FROM inventory.reservations WHERE order_id = ANY($1)';
  return database.query(sql, [orderIds]);
}
