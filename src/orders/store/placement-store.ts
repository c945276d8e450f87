import type { Transaction } from '#libs/database';
import { bucketOf } from '#libs/kernel';
import type { Order } from '../contract/index.js';

/** An order on its way into the database, with the Idempotency-Key it came under. */
export interface Placement {
  caller: string;
  key: string;
  fingerprint: string;
  order: Order;
  paymentToken?: string;
  shippingAddress?: unknown;
  deadline: string;
}

export interface KnownPlacement {
  fingerprint: string;
  orderId: string;
}

const scope = ({ order, caller, key }: Placement) => `${bucketOf(order.id)} ${caller} ${key}`;

/** Enters the keys, sorted, so that two batches never wait for each other in a circle; answers those that are new. */
export async function enterKeys(tx: Transaction, placements: readonly Placement[]): Promise<Set<Placement>> {
  const first = new Map<string, Placement>();
  for (const placement of placements) if (!first.has(scope(placement))) first.set(scope(placement), placement);
  const sorted = [...first].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, placement]) => placement);
  const rows = await tx.query<{ order_id: string }>(
    `INSERT INTO orders.placements (bucket, caller, key, fingerprint, order_id)
     SELECT * FROM unnest($1::smallint[], $2::text[], $3::text[], $4::text[], $5::uuid[])
     ON CONFLICT DO NOTHING RETURNING order_id`,
    [
      sorted.map(({ order }) => bucketOf(order.id)),
      sorted.map(({ caller }) => caller),
      sorted.map(({ key }) => key),
      sorted.map(({ fingerprint }) => fingerprint),
      sorted.map(({ order }) => order.id),
    ],
  );
  const entered = new Set(rows.map((row) => row.order_id));
  return new Set(sorted.filter(({ order }) => entered.has(order.id)));
}

/** Multi-row inserts of orders and lines, one statement each. */
export async function insertOrders(tx: Transaction, placements: readonly Placement[]): Promise<void> {
  if (placements.length === 0) return;
  const rows = placements.map(({ order, paymentToken, shippingAddress, deadline }) => ({
    bucket: bucketOf(order.id),
    id: order.id,
    number: order.number,
    status: order.status,
    email: order.email,
    customer_id: order.customerId,
    currency: order.totals.grandTotal.currency,
    subtotal: order.totals.subtotal.amount,
    shipping: order.totals.shipping.amount,
    tax: order.totals.tax.amount,
    grand_total: order.totals.grandTotal.amount,
    payment_status: order.payment.status,
    payment_method: order.payment.method,
    payment_token: paymentToken,
    shipping_address: shippingAddress,
    metadata: order.metadata,
    placed_at: order.placedAt,
    updated_at: order.updatedAt,
    deadline,
  }));
  await tx.query('INSERT INTO orders.orders SELECT * FROM json_populate_recordset(NULL::orders.orders, $1::json)', [
    JSON.stringify(rows),
  ]);
  const lines = placements.flatMap(({ order }) =>
    order.lines.map(({ sku, title, quantity, unitPrice }, position) => ({
      bucket: bucketOf(order.id),
      order_id: order.id,
      position,
      sku,
      title,
      quantity,
      unit_price: unitPrice.amount,
    })),
  );
  await tx.query('INSERT INTO orders.lines SELECT * FROM json_populate_recordset(NULL::orders.lines, $1::json)', [
    JSON.stringify(lines),
  ]);
}

/** What a key stands for that was entered before. */
export async function findPlacement(
  database: Pick<Transaction, 'query'>,
  { order, caller, key }: Placement,
): Promise<KnownPlacement | undefined> {
  const [row] = await database.query<{ fingerprint: string; order_id: string }>(
    'SELECT fingerprint, order_id FROM orders.placements WHERE bucket = $1 AND caller = $2 AND key = $3',
    [bucketOf(order.id), caller, key],
  );
  return row && { fingerprint: row.fingerprint, orderId: row.order_id };
}
