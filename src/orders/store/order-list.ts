import { idAt } from '#libs/database';
import type { OrderStatus } from '../contract/index.js';
import { ORDER_COLUMNS } from './order-row.js';

export interface OrderFilter {
  status?: OrderStatus;
  placedAfter?: string;
  placedBefore?: string;
  customerId?: string;
  email?: string;
  sku?: string;
  /** Bucket the filter stays in, where the caller has one. */
  bucket?: number;
  beforeId?: string;
  limit: number;
}

/** An order's id is made just before its time of placing is taken, by the same clock. */
const BETWEEN_ID_AND_PLACING = "interval '1 minute'";

/** Of two lines with the SKU, an order is listed for the first. */
const ANOTHER_LINE = `SELECT 1 FROM orders.lines a
  WHERE a.sku = l.sku AND a.order_id = l.order_id AND a.bucket = l.bucket AND a.position < l.position`;

/**
 * Only the conditions that are asked for, so that each has its index. Times bound the id, which carries its own. With a
 * SKU the orders are read by its lines, newest first, however rare or common it is.
 */
export function listQuery(filter: OrderFilter): { sql: string; parameters: unknown[] } {
  const parameters: unknown[] = [];
  const conditions: string[] = [];
  const where = (value: unknown, condition: (parameter: string) => string) => {
    if (value === undefined) return;
    parameters.push(value);
    conditions.push(condition(`$${parameters.length}`));
  };
  const id = filter.sku === undefined ? 'o.id' : 'l.order_id';
  where(filter.sku, (sku) => `l.sku = ${sku} AND NOT EXISTS (${ANOTHER_LINE})`);
  where(filter.status, (status) => `o.status = ${status}`);
  where(filter.placedAfter, (time) => `o.placed_at > ${time} AND ${id} > ${idAt(`${time}::timestamptz - ${BETWEEN_ID_AND_PLACING}`)}`); // prettier-ignore
  where(filter.placedBefore, (time) => `o.placed_at < ${time} AND ${id} < ${idAt(`${time}::timestamptz`)}`);
  where(filter.customerId, (customer) => `o.customer_id = ${customer}`);
  where(filter.email, (email) => `o.email = ${email}`);
  where(filter.bucket, (bucket) => `o.bucket = ${bucket}`);
  where(filter.beforeId, (before) => `${id} < ${before}`);
  parameters.push(filter.limit);
  const lines = 'orders.lines l JOIN orders.orders o ON o.bucket = l.bucket AND o.id = l.order_id';
  return {
    sql: `SELECT ${ORDER_COLUMNS}
      FROM ${filter.sku === undefined ? 'orders.orders o' : lines}
      ${conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : ''} ORDER BY ${id} DESC LIMIT $${parameters.length}`,
    parameters,
  };
}
