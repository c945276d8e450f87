import { idAt } from '#libs/database';
import type { OrderStatus } from '../contract/index.js';
import { idsOfNumber } from '../domain/order-number.js';
import { ORDER_COLUMNS } from './order-row.js';

export interface OrderFilter {
  status?: OrderStatus;
  placedAfter?: string;
  placedBefore?: string;
  updatedAfter?: string;
  number?: string;
  /** Default: the newest first. By `updatedAt` the change that is longest ago comes first. */
  sort?: '-placedAt' | 'updatedAt';
  customerId?: string;
  email?: string;
  sku?: string;
  /** Bucket the filter stays in, where the caller has one. */
  bucket?: number;
  /** The last of the page before. */
  after?: { id: string; updatedAt?: string };
  limit: number;
}

/** An order's id is made just before its time of placing is taken, by the same clock. */
const BETWEEN_ID_AND_PLACING = "interval '1 minute'";

/**
 * A change is listed once no transaction can still commit an earlier one: its time is the start of its transaction, which
 * has four seconds (TRANSACTION_TIMEOUT_MS). Without this, a reader that goes on from the last change would miss some.
 */
const SETTLED = "interval '5 seconds'";

/** As the API shows it, in whole milliseconds; a time zone named here makes it the same in every session, so indexable. */
const CHANGED_AT = "date_trunc('milliseconds', o.updated_at AT TIME ZONE 'UTC')";
const utc = (time: string) => `${time}::timestamptz AT TIME ZONE 'UTC'`;

/**
 * Only the conditions that are asked for, so that each has its index. Times bound the id, which carries its own. With a
 * SKU the orders are read by its lines, newest first, however rare or common it is.
 */
export function listQuery(filter: OrderFilter): { sql: string; parameters: unknown[] } {
  const parameters: unknown[] = [];
  const conditions: string[] = [];
  const bounds: ((id: string) => string)[] = [];
  const parameter = (value: unknown) => `$${parameters.push(value)}`;
  const given = <T>(value: T | undefined, use: (parameter: string, value: T) => void) => {
    if (value !== undefined) use(parameter(value), value);
  };
  const where = (condition: string) => void conditions.push(condition);
  const bound = (condition: string) => void bounds.push((id) => `${id} ${condition}`);
  given(filter.status, (status) => where(`o.status = ${status}`));
  given(filter.placedAfter, (time) => {
    where(`o.placed_at >= ${time}`);
    bound(`>= ${idAt(`${time}::timestamptz - ${BETWEEN_ID_AND_PLACING}`)}`);
  });
  given(filter.placedBefore, (time) => {
    where(`o.placed_at < ${time}`);
    bound(`< ${idAt(`${time}::timestamptz`)}`);
  });
  given(filter.updatedAfter, (time) => where(`${CHANGED_AT} >= ${utc(time)}`));
  given(filter.number, (number, value) => {
    const { bucket, first, last } = idsOfNumber(value);
    where(`o.number = ${number} AND o.bucket = ${parameter(bucket)}`);
    bound(`>= ${parameter(first)}`);
    bound(`<= ${parameter(last)}`);
  });
  given(filter.customerId, (customer) => where(`o.customer_id = ${customer}`));
  given(filter.email, (email) => where(`lower(o.email) = lower(${email})`));
  given(filter.bucket, (bucket) => where(`o.bucket = ${bucket}`));
  const { after } = filter;
  const isByChange = filter.sort === 'updatedAt';
  if (isByChange) where(`${CHANGED_AT} < ${utc(`(now() - ${SETTLED})`)}`);
  if (after && isByChange) {
    where(`(${CHANGED_AT}, o.id) > (${utc(parameter(after.updatedAt))}, ${parameter(after.id)})`);
  } else given(after?.id, (id) => bound(`< ${id}`));
  let from = 'orders.orders o';
  let id = 'o.id';
  given(filter.sku, (sku) => {
    const those = [`sku = ${sku}`, ...bounds.map((of) => of('order_id'))].join(' AND ');
    const newestFirst = isByChange ? '' : 'ORDER BY order_id DESC';
    from = `(SELECT DISTINCT order_id FROM orders.lines WHERE ${those} ${newestFirst}) l
      JOIN orders.orders o ON o.id = l.order_id`;
    id = 'l.order_id';
  });
  const all = [...conditions, ...bounds.map((of) => of('o.id'))];
  return {
    sql: `SELECT ${ORDER_COLUMNS} FROM ${from} ${all.length > 0 ? `WHERE ${all.join(' AND ')}` : ''}
      ORDER BY ${isByChange ? `${CHANGED_AT}, o.id` : `${id} DESC`} LIMIT ${parameter(filter.limit)}`,
    parameters,
  };
}
