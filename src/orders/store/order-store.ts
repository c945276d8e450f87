import { Database, isDataError, type Transaction } from '#libs/database';
import { Batcher, bucketOf } from '#libs/kernel';
import { Injectable } from '@nestjs/common';
import type { Fulfilment, Order, OrderStatus } from '../contract/index.js';
import { before } from '../domain/order-status.js';
import { listQuery, type OrderFilter } from './order-list.js';
import { ORDER_COLUMNS, orderOf, type OrderRow } from './order-row.js';

/** What the world needs to know of an order that changed its state. */
export interface ChangedOrder {
  id: string;
  number: string;
  email: string;
  payment_method: string;
}

@Injectable()
export class OrderStore {
  private readonly reading = new Batcher<string, Order | undefined>({
    name: 'reads of orders',
    maxBatch: 200,
    maxWaiting: 20_000,
    concurrency: 2,
    paceMs: 3,
    isOfOneItem: isDataError,
    flush: (ids) => this.findAll(ids),
  });

  constructor(private readonly database: Database) {}

  /** Without a transaction, joins the other reads of this moment. */
  async find(id: string, tx?: Transaction): Promise<Order | undefined> {
    return tx ? (await this.findAll([id], tx))[0] : this.reading.add(id);
  }

  private async findAll(ids: readonly string[], tx: Pick<Transaction, 'query'> = this.database) {
    const rows = await tx.query<OrderRow>(
      `SELECT ${ORDER_COLUMNS} FROM unnest($1::smallint[], $2::uuid[]) AS w (bucket, id)
       JOIN orders.orders o ON o.bucket = w.bucket AND o.id = w.id`,
      [ids.map(bucketOf), ids],
    );
    const byId = new Map(rows.map((row) => [row.id, orderOf(row)]));
    return ids.map((id) => byId.get(id));
  }

  /** Newest first. */
  async list(filter: OrderFilter): Promise<Order[]> {
    const { sql, parameters } = listQuery(filter);
    return (await this.database.query<OrderRow>(sql, parameters)).map(orderOf);
  }

  /** Locks the order, as a fulfilment does too; answers whether anything of it has been shipped. */
  async lockShipped(tx: Transaction, id: string): Promise<boolean> {
    await this.lock(tx, id);
    const shipped = await tx.query('SELECT 1 FROM orders.fulfilments WHERE bucket = $1 AND order_id = $2 LIMIT 1', [
      bucketOf(id),
      id,
    ]);
    return shipped.length > 0;
  }

  async addFulfilment(
    tx: Transaction,
    { orderId, id, lines, tracking }: Pick<Fulfilment, 'id' | 'lines' | 'tracking'> & { orderId: string },
  ): Promise<void> {
    await tx.query(
      'INSERT INTO orders.fulfilments (bucket, order_id, id, lines, tracking) VALUES ($1, $2, $3, $4, $5)',
      [bucketOf(orderId), orderId, id, JSON.stringify(lines), tracking ?? null],
    );
  }

  async addNote(tx: Transaction, id: string, note: string): Promise<void> {
    await tx.query('UPDATE orders.orders SET note = $3 WHERE bucket = $1 AND id = $2', [bucketOf(id), id, note]);
  }

  /** For what changes the order as it is shown, yet not its row. */
  async touch(tx: Transaction, id: string): Promise<void> {
    await tx.query('UPDATE orders.orders SET updated_at = now() WHERE bucket = $1 AND id = $2', [bucketOf(id), id]);
  }

  async lock(tx: Transaction, id: string): Promise<void> {
    await tx.query('SELECT 1 FROM orders.orders WHERE bucket = $1 AND id = $2 FOR UPDATE', [bucketOf(id), id]);
  }

  /** Which of these have left `pending`. */
  async settled(ids: readonly string[]): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      `SELECT o.id FROM unnest($1::smallint[], $2::uuid[]) AS w (bucket, id)
       JOIN orders.orders o ON o.bucket = w.bucket AND o.id = w.id WHERE o.status <> 'pending'`,
      [ids.map(bucketOf), ids],
    );
    return rows.map(({ id }) => id);
  }

  /** Compare and set: moves those that may come to `status` there, and answers only these. */
  async advance(
    tx: Transaction,
    ids: readonly string[],
    status: OrderStatus,
    reason?: string,
  ): Promise<ChangedOrder[]> {
    return tx.query<ChangedOrder>(
      `WITH current AS (
         SELECT o.bucket, o.id FROM unnest($1::smallint[], $2::uuid[]) AS w (bucket, id)
         JOIN orders.orders o ON o.bucket = w.bucket AND o.id = w.id
         WHERE o.status = ANY($3) ORDER BY o.bucket, o.id FOR UPDATE OF o
       )
       UPDATE orders.orders o
       SET status = $4, reason = $5, updated_at = now(),
           payment_status = CASE WHEN o.payment_status <> 'pending' THEN o.payment_status
             WHEN $4 = 'confirmed' THEN 'captured' ELSE 'none' END,
           payment_token = NULL
       FROM current WHERE o.bucket = current.bucket AND o.id = current.id
       RETURNING o.id, o.number, o.email, o.payment_method`,
      [ids.map(bucketOf), ids, before(status), status, reason ?? null],
    );
  }

  async setPaymentStatus(tx: Transaction, ids: readonly string[], status: Order['payment']['status']): Promise<void> {
    if (ids.length === 0) return;
    await tx.query(
      `UPDATE orders.orders o SET payment_status = $3, updated_at = now()
       FROM unnest($1::smallint[], $2::uuid[]) AS w (bucket, id) WHERE o.bucket = w.bucket AND o.id = w.id`,
      [ids.map(bucketOf), ids, status],
    );
  }
}
