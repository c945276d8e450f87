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

/**
 * Only the conditions that are asked for, so that each has its index. Times bound the id, which carries its own. With a
 * SKU the orders are read by its lines, newest first, however rare or common it is.
 */
export function listQuery(filter: OrderFilter): { sql: string; parameters: unknown[] } {
  const parameters: unknown[] = [];
  const conditions: string[] = [];
  const bounds: ((id: string) => string)[] = [];
  const given = <T>(value: T | undefined, use: (parameter: string) => void) => {
    if (value !== undefined) use(`$${parameters.push(value)}`);
  };
  const where = (condition: string) => void conditions.push(condition);
  const bound = (condition: string) => void bounds.push((id) => `${id} ${condition}`);
  given(filter.status, (status) => where(`o.status = ${status}`));
  given(filter.placedAfter, (time) => {
    where(`o.placed_at > ${time}`);
    bound(`> ${idAt(`${time}::timestamptz - ${BETWEEN_ID_AND_PLACING}`)}`);
  });
  given(filter.placedBefore, (time) => {
    where(`o.placed_at < ${time}`);
    bound(`< ${idAt(`${time}::timestamptz`)}`);
  });
  given(filter.customerId, (customer) => where(`o.customer_id = ${customer}`));
  given(filter.email, (email) => where(`o.email = ${email}`));
  given(filter.bucket, (bucket) => where(`o.bucket = ${bucket}`));
  given(filter.beforeId, (before) => bound(`< ${before}`));
  let from = 'orders.orders o';
  let id = 'o.id';
  given(filter.sku, (sku) => {
    const those = [`sku = ${sku}`, ...bounds.map((of) => of('order_id'))].join(' AND ');
    from = `(SELECT DISTINCT order_id FROM orders.lines WHERE ${those} ORDER BY order_id DESC) l
      JOIN orders.orders o ON o.id = l.order_id`;
    id = 'l.order_id';
  });
  const all = [...conditions, ...bounds.map((of) => of('o.id'))];
  const limit = `$${parameters.push(filter.limit)}`;
  return {
    sql: `SELECT ${ORDER_COLUMNS} FROM ${from} ${all.length > 0 ? `WHERE ${all.join(' AND ')}` : ''}
      ORDER BY ${id} DESC LIMIT ${limit}`,
    parameters,
  };
}
