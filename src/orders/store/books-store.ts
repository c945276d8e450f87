import { Database, idAt } from '#libs/database';
import { Injectable } from '@nestjs/common';
import type { OrderStatus } from '../contract/index.js';

/** What has changed more recently may still be on its way. */
const SETTLED_AFTER = '5 minutes';
const LOOKED_BACK = '7 days';

export interface OrderBooks {
  id: string;
  status: OrderStatus;
  is_paid: boolean;
  is_overdue: boolean;
}

/** Orders as reconciliation reads them: by id, oldest first. */
@Injectable()
export class BooksStore {
  constructor(private readonly database: Database) {}

  async read(afterId: string | undefined, limit: number): Promise<OrderBooks[]> {
    return this.database.query<OrderBooks>(
      `SELECT id, status, payment_method <> 'none' AS is_paid, deadline < now() - interval '1 minute' AS is_overdue
       FROM orders.orders
       WHERE id > coalesce($1, ${idAt(`now() - interval '${LOOKED_BACK}'`)}) AND updated_at < now() - interval '${SETTLED_AFTER}'
       ORDER BY id LIMIT $2`,
      [afterId ?? null, limit],
    );
  }
}
