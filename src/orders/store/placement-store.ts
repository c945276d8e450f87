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
}

/** An Idempotency-Key in its scope. */
export interface UsedKey {
  bucket: number;
  caller: string;
  key: string;
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

const ORDER_COLUMNS = `bucket, id, number, status, email, customer_id, currency, subtotal, shipping, tax, tax_included,
  grand_total, payment_status, payment_method, payment_token, shipping_address, billing_address, metadata, placed_at`;
const LINE_COLUMNS = 'bucket, order_id, position, sku, product_id, title, quantity, unit_price, tax';

/**
 * Multi-row inserts of orders and lines, one statement each, of one order at least; answers their deadline. That and the
 * time of the last change are told by one clock for all, the database's: a node's may be minutes off.
 */
export async function insertOrders(
  tx: Transaction,
  placements: readonly Placement[],
  deadlineSeconds: number,
): Promise<Date> {
  const rows = placements.map(({ order, paymentToken }) => ({
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
    tax_included: order.totals.taxIncluded,
    grand_total: order.totals.grandTotal.amount,
    payment_status: order.payment.status,
    payment_method: order.payment.method,
    payment_token: paymentToken,
    shipping_address: order.shippingAddress,
    billing_address: order.billingAddress,
    metadata: order.metadata,
    placed_at: order.placedAt,
  }));
  const inserted = await tx.query<{ deadline: Date }>(
    `INSERT INTO orders.orders (${ORDER_COLUMNS}, updated_at, deadline)
     SELECT ${ORDER_COLUMNS}, now(), now() + $2 * interval '1 second'
     FROM json_populate_recordset(NULL::orders.orders, $1::json) RETURNING deadline`,
    [JSON.stringify(rows), deadlineSeconds],
  );
  const lines = placements.flatMap(({ order }) =>
    order.lines.map(({ sku, productId, title, quantity, unitPrice, tax }, position) => ({
      bucket: bucketOf(order.id),
      order_id: order.id,
      position,
      sku,
      product_id: productId,
      title,
      quantity,
      unit_price: unitPrice.amount,
      tax: tax?.amount,
    })),
  );
  await tx.query(
    `INSERT INTO orders.lines (${LINE_COLUMNS})
     SELECT ${LINE_COLUMNS} FROM json_populate_recordset(NULL::orders.lines, $1::json)`,
    [JSON.stringify(lines)],
  );
  return (inserted[0] as { deadline: Date }).deadline;
}

/** What keys stand for that were entered before. */
export async function findPlacements(
  database: Pick<Transaction, 'query'>,
  keys: readonly UsedKey[],
): Promise<(KnownPlacement | undefined)[]> {
  const rows = await database.query<{ at: number; fingerprint: string; order_id: string }>(
    `SELECT w.at::integer AS at, p.fingerprint, p.order_id
     FROM unnest($1::smallint[], $2::text[], $3::text[]) WITH ORDINALITY AS w (bucket, caller, key, at)
     JOIN orders.placements p USING (bucket, caller, key)`,
    [keys.map(({ bucket }) => bucket), keys.map(({ caller }) => caller), keys.map(({ key }) => key)],
  );
  const found = new Map(rows.map(({ at, fingerprint, order_id: orderId }) => [at, { fingerprint, orderId }]));
  return keys.map((_, index) => found.get(index + 1));
}
